/** Characters. Each letter typed sends the text, and masking it is work for the web process. */
export const PLAYGROUND_LIMIT = 50_000
