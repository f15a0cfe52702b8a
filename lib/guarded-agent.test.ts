import { createServer, get } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { guardedAgent } from './guarded-agent'

const server = createServer((_, response) => response.end('here'))
let port: number
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  port = (server.address() as AddressInfo).port
})
afterAll(() => server.close())

const visit = (url: string, scheme: 'http' | 'https' = 'http') =>
  new Promise<string>((resolve, reject) => {
    try {
      get(url, { agent: guardedAgent(scheme), timeout: 500 }, (answer) => {
        answer.resume()
        answer.on('end', () => resolve(String(answer.statusCode)))
      }).on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message))
    } catch (error) {
      reject(error)
    }
  })

describe('a guarded agent', () => {
  it('leads to servers on this machine, by address and by name', async () => {
    expect(await visit(`http://127.0.0.1:${port}/`)).toBe('200')
    expect(await visit(`http://localhost:${port}/`)).toBe('200')
  })

  it.each(['http://169.254.169.254/', 'http://[fe80::1]/', 'http://[::ffff:169.254.169.254]/', 'http://2852039166/'])(
    'does not lead to %s',
    async (url) => {
      expect(await visit(url)).toBe('FORBIDDEN_ADDRESS')
    },
  )

  it('speaks no other scheme', async () => {
    await expect(visit(`http://127.0.0.1:${port}/`, 'https')).rejects.toThrow(/Protocol/)
  })
})
