/** Only ever back to ourselves: an open redirect behind a sign-in page is a phishing tool. */
export function sameSitePath(wanted: string | null | undefined, webUrl: string): string {
  if (!wanted || !URL.canParse(wanted, webUrl)) return '/'
  const url = new URL(wanted, webUrl)
  // `//evil.test` as a path of ours would be another site's address to whoever gets it as a redirect.
  return url.origin === new URL(webUrl).origin && !url.pathname.startsWith('//') ? url.pathname + url.search : '/'
}
