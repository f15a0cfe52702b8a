import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'

/** Starts the whole product as a stranger would, `npm start`, on free ports and an empty data folder, for all stories. */
export default async function startProduct(): Promise<() => Promise<void>> {
  // Somebody who works on a story names the product that runs already.
  if (process.env.STORY_WEB_URL) return async () => {}
  const data = mkdtempSync(path.join(tmpdir(), 'countersign-stories-'))
  const [web, gateway] = [await freePort(), await freePort()]
  const product = spawn(process.execPath, ['scripts/start.mjs'], {
    env: {
      ...process.env,
      COUNTERSIGN_DATA: data,
      WEB_PORT: String(web),
      GATEWAY_PORT: String(gateway),
      DEMO: 'on',
      DEMO_TRAFFIC: 'off',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = new Promise<never>((_, reject) => {
    product.once('exit', (code) => reject(new Error(`npm start ended with ${code} before it was ready`)))
  })
  ended.catch(() => {})
  const ready = await Promise.race([readyLine(product.stdout), ended])
  process.env.STORY_WEB_URL = ready.web
  process.env.STORY_GATEWAY_URL = ready.gateway
  process.env.STORY_DATA = data
  return async () => {
    const stopped = new Promise((resolve) => product.once('exit', resolve))
    product.kill('SIGTERM')
    await stopped
    rmSync(data, { recursive: true, force: true })
  }
}

function readyLine(stdout: NodeJS.ReadableStream): Promise<{ web: string; gateway: string }> {
  return new Promise((resolve) => {
    let seen = ''
    stdout.on('data', (chunk: Buffer) => {
      process.stdout.write(chunk)
      seen += chunk.toString('utf8')
      const line = /^ready (\{.*\})$/m.exec(seen)
      if (line) resolve(JSON.parse(line[1]!) as { web: string; gateway: string })
    })
  })
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number }
      server.close(() => resolve(port))
    })
  })
}
