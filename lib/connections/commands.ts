/** Every command about what is called: one door for the web app, the CLI and the demo. */

export * from './connection-commands'
export * from './inventory-commands'
export * from './tool-review-commands'
