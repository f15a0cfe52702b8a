/** Every command about how people sign in: one door for the web app and apply. */
export * from './provider-commands'
export * from './refusal-commands'
export * from './saml-commands'
