import { type ChildProcess, spawn } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { startGateway } from '@/e2e/support/gateway'
import { PolicyWriter } from '@/e2e/support/policy'
import { startEmbeddedDatabase } from '@/scripts/database/embedded'
import { ensureGatewayLogin } from '@/scripts/database/gateway-login'
import { migrate } from '@/scripts/database/migrate'
import { settlePorts } from '@/scripts/instance/ports'

/** A durable database of its own, with fsync as in production. */
export async function benchDatabase() {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'countersign-bench-'))
  fs.chmodSync(folder, 0o755)
  await settlePorts(folder)
  const server = await startEmbeddedDatabase({ dataDir: folder })
  await migrate(server.url)
  const gatewayUrl = await ensureGatewayLogin(server.url, folder)
  const policy = await PolicyWriter.open(server.url)
  return {
    gatewayUrl,
    policy,
    startGateway: (settings: Record<string, string> = {}) =>
      startGateway(gatewayUrl, { LOG_LEVEL: 'warn', ...settings }),
    async stop() {
      await policy.close()
      await server.stop()
      fs.rmSync(folder, { recursive: true, force: true })
    },
  }
}

export async function startProcess(script: string, args: string[], port: number): Promise<ChildProcess> {
  const child = spawn(process.execPath, ['--import', 'tsx', script, ...args], {
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  const deadline = Date.now() + 20_000
  for (;;) {
    const up = await fetch(`http://127.0.0.1:${port}/`, { method: 'POST', body: '{}' }).then(
      () => true,
      () => false,
    )
    if (up) return child
    if (Date.now() > deadline) throw new Error(`${script} ${args.join(' ')} does not answer`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

export const median = (values: number[]): number => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!

export function shuffled<T>(values: readonly T[]): T[] {
  return values
    .map((value) => ({ value, at: Math.random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ value }) => value)
}
