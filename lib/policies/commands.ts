/** Every command about what may pass: one door for the web app, the CLI and the demo. */
export * from './grant-commands'
export * from './rule-commands'
