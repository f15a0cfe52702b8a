import { inRoot } from '@/scripts/prepare/root.mjs'
import { SupervisedChild } from '@/scripts/supervise/child'

export interface EverythingOptions {
  port: number
  logFolder: string
  say(line: string): void
}

/**
 * Exactly what it needs and nothing it could tell: its tool `get-env` shows its environment to whoever calls it, and
 * ours holds the database's password and the key that seals credentials.
 */
export const everythingEnvironment = (port: number): Record<string, string> => ({
  PORT: String(port),
  NODE_ENV: 'production',
  // Its tool gzip-file-as-resource would fetch any address it is given.
  GZIP_ALLOWED_DOMAINS: 'files.acme.test',
})

/** `@modelcontextprotocol/server-everything` over Streamable HTTP: an upstream that nobody here wrote. */
export function everythingServer({ port, logFolder, say }: EverythingOptions): SupervisedChild {
  return new SupervisedChild(
    {
      name: 'everything',
      args: [
        '--import',
        inRoot('demo/loopback-only.mjs'),
        inRoot('node_modules/@modelcontextprotocol/server-everything/dist/index.js'),
        'streamableHttp',
      ],
      env: everythingEnvironment(port),
      isReady: () => answers(`http://127.0.0.1:${port}/mcp`),
      logFolder,
    },
    say,
  )
}

/** It has no health page; without a session it refuses to open a stream, and that it does so is what counts. */
async function answers(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(5_000) })
    await response.body?.cancel()
    return response.status === 400
  } catch {
    return false
  }
}
