import { createHash } from 'node:crypto'
import { initials, type Person } from '@/demo/cast'

export const FONT_PATH = '/geist.woff2'

/** Colours and sizes follow the app's, so that signing in does not feel like leaving it. */
const STYLE = `
@font-face{font-family:Geist;src:url(${FONT_PATH}) format("woff2");font-weight:100 900;font-display:swap}
:root{color-scheme:light dark;--canvas:#fafafa;--surface:#fff;--sunken:#f4f4f5;--line:#e4e4e7;--control:#8a8a94;--ink:#18181b;--soft:#52525b;--accent:#4f46e5;--accent-soft:#eef0ff;--note:#92400e;--note-soft:#fef6e7}
@media (prefers-color-scheme:dark){:root{--canvas:#0c0c0e;--surface:#121215;--sunken:#1c1c21;--line:#2a2a30;--control:#6d6d78;--ink:#ededf0;--soft:#b4b4be;--accent:#8b93ff;--accent-soft:#1c1d3a;--note:#fbbf24;--note-soft:#241c0e}}
*{box-sizing:border-box;margin:0}
body{min-height:100vh;min-height:100dvh;display:grid;place-items:center;padding:24px 16px;background:var(--canvas);color:var(--ink);font:14px/20px Geist,ui-sans-serif,system-ui,-apple-system,"Segoe UI",Roboto,sans-serif;-webkit-font-smoothing:antialiased}
main{width:100%;max-width:420px}
.brand{display:flex;flex-wrap:wrap;align-items:center;gap:8px;margin-bottom:20px;font-weight:600}
.brand svg{width:24px;height:24px;color:var(--accent)}
h1{font-size:20px;line-height:28px;font-weight:600;letter-spacing:-.015em;text-wrap:balance}
.note{margin-left:auto;padding:0 8px;border-radius:6px;font-size:12px;font-weight:500;line-height:22px;color:var(--note);background:var(--note-soft)}
.lead{margin-top:4px;color:var(--soft);text-wrap:pretty}
ul{list-style:none;padding:0;margin:20px 0 0;border:1px solid var(--line);border-radius:8px;background:var(--surface);overflow:hidden}
li+li{border-top:1px solid var(--line)}
.person{width:100%;min-height:60px;display:grid;grid-template-columns:32px 1fr 16px;align-items:center;gap:12px;padding:10px 14px;border:0;background:none;color:inherit;font:inherit;text-align:left;cursor:pointer;transition:background-color .14s}
.person:hover:not(:disabled){background:var(--sunken)}
.person:disabled{cursor:not-allowed}
.person:disabled .face{opacity:.55}
.person:disabled b{font-weight:400;text-decoration:line-through}
.face{width:32px;height:32px;display:grid;place-items:center;border:1px solid var(--line);border-radius:50%;background:var(--sunken);color:var(--soft);font-size:12px;font-weight:600}
.person b,.person small{display:block}
.person b{font-weight:500}
.person small{color:var(--soft);font-size:13px;line-height:18px;text-wrap:pretty}
.person svg{width:16px;height:16px;color:var(--control)}
.hinted{background:var(--accent-soft)}
:focus-visible{outline:2px solid var(--accent);outline-offset:-2px;border-radius:7px}
.foot{margin-top:16px;color:var(--soft);font-size:13px;text-wrap:pretty}
code{font-family:"Geist Mono",ui-monospace,monospace;font-size:12px}
a{color:var(--accent)}
.actions{display:flex;flex-wrap:wrap;gap:8px;margin-top:20px}
.button{min-height:36px;padding:0 14px;border:1px solid var(--control);border-radius:6px;background:var(--surface);color:var(--ink);font:inherit;font-weight:500;cursor:pointer}
.primary{border-color:transparent;background:var(--accent);color:#fff}
@media (prefers-color-scheme:dark){.primary{color:#0c0c0e}}
@media (prefers-reduced-motion:reduce){*{transition:none!important}}
`

const MARK =
  '<svg viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" stroke-linejoin="round" aria-hidden="true"><path d="M4 20 12 4l8 16"/><path d="M7.5 14.5h9"/></svg>'
const CHEVRON =
  '<svg viewBox="0 0 16 16" fill="none" stroke="currentColor" stroke-width="1.6" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true"><path d="m6 3.5 4.5 4.5L6 12.5"/></svg>'

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }
export const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (character) => ENTITIES[character]!)

const STYLE_HASH = createHash('sha256').update(STYLE).digest('base64')

/** Browsers apply `form-action` to the redirects after a form as well, and those end at the app. */
export const contentSecurityPolicy = (webUrl: string): string =>
  [
    "default-src 'none'",
    `style-src 'sha256-${STYLE_HASH}'`,
    `form-action 'self' ${new URL(webUrl).origin}`,
    "font-src 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
  ].join('; ')

function page(title: string, content: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${escapeHtml(title)} · Acme demo identity provider</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<div class="brand">${MARK}<span>Acme</span><span class="note">Demo identity provider</span></div>
${content}
</main>
</body>
</html>
`
}

function personButton(person: Person, hinted: boolean): string {
  const attributes = [
    `class="person${hinted ? ' hinted' : ''}"`,
    `name="subject" value="${escapeHtml(person.subject)}"`,
    person.left ? 'disabled' : '',
    hinted ? 'autofocus' : '',
  ]
  const text = `<span><b>${escapeHtml(person.name)}</b><small>${escapeHtml(person.role)}</small></span>`
  return `<li><button ${attributes.filter(Boolean).join(' ')}><span class="face" aria-hidden="true">${initials(person.name)}</span>${text}${person.left ? '' : CHEVRON}</button></li>`
}

export function signInPage(input: { action: string; people: readonly Person[]; loginHint?: string }): string {
  const hint = input.loginHint?.trim().toLowerCase()
  const buttons = input.people.map((person) => personButton(person, !person.left && person.email === hint))
  return page(
    'Sign in',
    `<h1>Who is signing in to Countersign?</h1>
<p class="lead">Pick a person. No passwords here: everybody is made up.</p>
<form method="post" action="${escapeHtml(input.action)}"><ul aria-label="People of Acme">
${buttons.join('\n')}
</ul></form>
<p class="foot">It listens on this machine only. To sign in with your own provider, start with <code>OIDC_ISSUER</code> set.</p>`,
  )
}

/** `form` is the provider's own hidden form, which carries its token against forged sign-outs. */
export const signOutPage = (form: string): string =>
  page(
    'Sign out',
    `<h1>Sign out of Acme?</h1>
<p class="lead">You can come back as anybody.</p>
${form}
<div class="actions">
<button class="button primary" form="op.logoutForm" name="logout" value="yes" autofocus>Sign out</button>
<button class="button" form="op.logoutForm">Stay signed in</button>
</div>`,
  )

export const messagePage = (title: string, text: string, webUrl: string): string =>
  page(
    title,
    `<h1>${escapeHtml(title)}</h1>
<p class="lead">${escapeHtml(text)}</p>
<p class="foot"><a href="${escapeHtml(webUrl)}">Go to Countersign</a></p>`,
  )
