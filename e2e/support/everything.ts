import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { freePort } from '@/scripts/instance/ports'
import { eventually } from './settle'

/** `@modelcontextprotocol/server-everything`: a server that nobody here wrote. */
export async function startEverything(
  mode: 'sse' | 'streamableHttp',
): Promise<{ url: string; close(): Promise<void> }> {
  const port = await freePort()
  const entry = 'node_modules/@modelcontextprotocol/server-everything/dist/index.js'
  const child: ChildProcess = spawn(process.execPath, ['--import', './demo/loopback-only.mjs', entry, mode], {
    env: { PATH: process.env.PATH, PORT: String(port), NODE_ENV: 'production' },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let said = ''
  child.stderr!.on('data', (chunk: Buffer) => (said += chunk.toString()))
  await eventually(
    () => child.exitCode !== null || /running on port|listening on port/.test(said),
    (ready) => ready,
    20_000,
  )
  return {
    url: `http://127.0.0.1:${port}/${mode === 'sse' ? 'sse' : 'mcp'}`,
    async close() {
      if (child.exitCode !== null) return
      child.kill('SIGKILL')
      await once(child, 'exit')
    },
  }
}
