/** Every command about who calls: one door for the web app, the CLI and the demo. */
export * from './admission-commands'
export * from './group-commands'
export * from './identity-commands'
export * from './key-commands'
export * from './sign-in-commands'
export * from './sign-in-link-commands'
export * from './token-commands'
