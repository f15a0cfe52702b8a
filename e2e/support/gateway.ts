import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { GATEWAY_FLAGS } from '@/scripts/instance/gateway-process'
import { freePort } from '@/scripts/instance/ports'

export const SECRET = 'a secret that only tests know, long enough'

export interface TestGateway {
  url: string
  port: number
  pid: number
  /** Everything it printed. */
  log(): string
  /** SIGTERM, and waits for its end. */
  stop(): Promise<void>
  /** SIGKILL, and waits for its end. */
  kill(): Promise<void>
  /** Waits until /readyz answers so. */
  untilReady(ready: boolean, limitMs?: number): Promise<void>
}

/** A gateway as it runs in production: a process of its own on a free port. */
export async function startGateway(
  databaseUrl: string,
  environment: Record<string, string> = {},
  entry = 'gateway/main.ts',
): Promise<TestGateway> {
  const port = Number(environment.GATEWAY_PORT ?? (await freePort()))
  // As under the supervisor: it does not outlive the tests that started it, however they end.
  const child = spawn(
    process.execPath,
    ['--import', path.resolve('scripts/parent-watch.mjs'), ...GATEWAY_FLAGS, entry],
    {
      env: {
        PATH: process.env.PATH,
        NODE_ENV: 'production',
        GATEWAY_PORT: String(port),
        GATEWAY_DATABASE_URL: databaseUrl,
        COUNTERSIGN_SECRET: SECRET,
        PUBLIC_WEB_URL: 'http://web.acme.test',
        COUNTERSIGN_PARENT_FD: '3',
        ...environment,
      },
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    },
  )
  let printed = ''
  for (const stream of [child.stdout!, child.stderr!])
    stream.on('data', (chunk: Buffer) => (printed += chunk.toString()))
  const url = `http://127.0.0.1:${port}`
  const gateway: TestGateway = {
    url,
    port,
    pid: child.pid!,
    log: () => printed,
    stop: () => end(child, 'SIGTERM'),
    kill: () => end(child, 'SIGKILL'),
    untilReady: (ready, limitMs = 20_000) => untilReady(url, child, ready, limitMs),
  }
  await gateway.untilReady(true).catch((error: Error) => {
    child.kill('SIGKILL')
    throw new Error(`${error.message}\n${printed}`)
  })
  return gateway
}

async function untilReady(url: string, child: ChildProcess, ready: boolean, limitMs: number): Promise<void> {
  const deadline = performance.now() + limitMs
  while (performance.now() < deadline) {
    if (child.exitCode !== null) throw new Error(`the gateway ended with ${child.exitCode}`)
    const ok = await fetch(`${url}/readyz`).then(
      (response) => response.ok,
      () => null,
    )
    if (ok === ready) return
    await new Promise((resolve) => setTimeout(resolve, 25))
  }
  throw new Error(`the gateway did not become ${ready ? 'ready' : 'unready'} in ${limitMs} ms`)
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = once(child, 'exit')
  child.kill(signal)
  await gone
}
