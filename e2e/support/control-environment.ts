/** Set when first imported: lib/env reads the environment once, at whatever command comes first. */
export const CONTROL_SECRET = 'a secret of the tests only'
process.env.COUNTERSIGN_SECRET = CONTROL_SECRET
process.env.OIDC_ISSUER = 'https://idp.acme.test'
process.env.COUNTERSIGN_ADMINS = 'root@acme.test'
