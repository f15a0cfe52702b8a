import fs from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { compare } from '@/e2e/matrix/compare'
import { HOME, OTHER_CLIENTS } from '@/e2e/matrix/other-clients'
import { enterMatrix, type Matrix, SERVERS, type Server } from '@/e2e/matrix/world'

let matrix: Matrix

beforeAll(async () => {
  matrix = await enterMatrix()
})

afterAll(async () => {
  await matrix?.leave()
  fs.rmSync(HOME, { recursive: true, force: true })
})

/** With which servers a client does not speak, here as without us. */
const isStranger = (client: string, server: Server): boolean =>
  (server === 'of 2026-07-28 only' && client !== 'AI SDK, stateless where the server is') ||
  (server === 'of HTTP+SSE' && client === 'mcpc')

describe.each(OTHER_CLIENTS)('$name', (client) => {
  it.each(SERVERS)(
    'gets of a server %s what it gets without a gateway, masked, and less what is not granted',
    async (server) => {
      expect(await compare(matrix, client, server)).toBe(!isStranger(client.name, server))
    },
  )
})
