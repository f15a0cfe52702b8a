/** The addresses of ours that a provider has to know. They follow from the slug, so that both sides agree before either is set up. */

export interface SamlAddresses {
  entityId: string
  acsUrl: string
}

/** The entity id is where our metadata is read, and each provider has its own: an answer is for one of them alone. */
export const samlAddresses = (webUrl: string, slug: string): SamlAddresses => ({
  entityId: `${webUrl}/api/saml/${slug}/metadata`,
  acsUrl: `${webUrl}/api/saml/${slug}/acs`,
})

/** Each provider has its own, so that what one sends can never be taken for another's (RFC 9700, 4.4.2). */
export const oidcRedirectUri = (webUrl: string, slug: string): string => `${webUrl}/api/auth/callback/${slug}`
