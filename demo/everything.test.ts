import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { freePort } from '@/scripts/instance/ports'
import type { SupervisedChild } from '@/scripts/supervise/child'
import { everythingServer } from './everything'

const SECRET = 'canary-that-must-not-reach-the-child'
let port: number
let folder: string
let server: SupervisedChild

beforeAll(async () => {
  process.env.COUNTERSIGN_SECRET = SECRET
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'countersign-everything-'))
  port = await freePort()
  server = everythingServer({ port, logFolder: folder, say: () => {} })
  await server.start()
}, 30_000)
afterAll(async () => {
  await server.stop()
  fs.rmSync(folder, { recursive: true })
  delete process.env.COUNTERSIGN_SECRET
})

describe('the published server as an upstream', () => {
  it('can tell nobody what our environment holds', async () => {
    const client = new Client({ name: 'everything-test', version: '1.0.0' })
    await client.connect(new StreamableHTTPClientTransport(new URL(`http://127.0.0.1:${port}/mcp`)))
    const result = await client.callTool({ name: 'get-env', arguments: {} })
    await client.close()
    const [{ text }] = result.content as [{ text: string }]
    expect(Object.keys(JSON.parse(text)).sort()).toEqual(['GZIP_ALLOWED_DOMAINS', 'NODE_ENV', 'PORT'])
    expect(text).not.toContain(SECRET)
  })

  it('listens on loopback only', async () => {
    const outside = Object.values(os.networkInterfaces()).flatMap((list) =>
      (list ?? []).filter(({ internal, family }) => !internal && family === 'IPv4').map(({ address }) => address),
    )
    for (const address of outside) {
      await expect(fetch(`http://${address}:${port}/mcp`, { signal: AbortSignal.timeout(2_000) })).rejects.toThrow()
    }
    if (!fs.existsSync('/proc/net/tcp')) return
    const hexPort = port.toString(16).toUpperCase().padStart(4, '0')
    const sockets = fs.readFileSync('/proc/net/tcp', 'utf8')
    const listening = [...sockets.matchAll(new RegExp(`([0-9A-F]{8}):${hexPort} 00000000:0000 0A`, 'g'))]
    expect(listening.map(([, address]) => address)).toEqual(['0100007F'])
  })
})
