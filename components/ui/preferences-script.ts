/**
 * Runs in <head> before the first paint, so the page never flashes in the other theme and never shifts.
 * A constant: nothing from a request may be put into it. It runs under the response's nonce.
 */
export const PREFERENCES_SCRIPT = `(function(d){try{var s=localStorage,t=s.getItem('countersign.theme');
d.theme=t==='dark'||(t!=='light'&&matchMedia('(prefers-color-scheme: dark)').matches)?'dark':'light';
d.rail=s.getItem('countersign.rail')==='collapsed'?'collapsed':'open';
d.density=s.getItem('countersign.density')==='compact'?'compact':'comfortable'}
catch(e){d.theme=matchMedia('(prefers-color-scheme: dark)').matches?'dark':'light'}})(document.documentElement.dataset)`
