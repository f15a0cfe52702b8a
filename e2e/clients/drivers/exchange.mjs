/** What a driver is asked to do, and how it says what came of it: one line of JSON. */
export function asked() {
  const { MCP_URL: url, MCP_KEY: key, MCP_STATELESS: stateless } = process.env
  // What it is called differs by library; that a server of HTTP+SSE needs another transport does not.
  const type = url.endsWith('/sse') ? 'sse' : 'http'
  return { url, type, headers: key ? { Authorization: `Bearer ${key}` } : {}, stateless: stateless === 'yes' }
}

export const say = (result) => process.stdout.write(`${JSON.stringify(result)}\n`)

/** Whatever an application that uses this client could show of it. */
export const shown = (outcome) =>
  outcome instanceof Error ? `${outcome.name}: ${outcome.message}` : JSON.stringify(outcome)
