export interface SignInWay {
  slug: string
  name: string
  protocol: 'oidc' | 'saml'
  /** Where the browser will go. */
  host: string
}
