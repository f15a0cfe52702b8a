import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { compare } from '@/e2e/matrix/compare'
import { CURL_CLIENTS } from '@/e2e/matrix/curl'
import { SDK_CLIENTS } from '@/e2e/matrix/sdk-clients'
import { enterMatrix, type Matrix, SERVERS, type Server } from '@/e2e/matrix/world'

// Everybody else's clients are in `npm run test:long`.
let matrix: Matrix

beforeAll(async () => {
  matrix = await enterMatrix()
})

afterAll(() => matrix?.leave())

/** With which servers a client does not speak, here as without us. */
const STRANGERS: Record<string, readonly Server[]> = {
  'SDK v1': ['of 2026-07-28 only'],
  'SDK v2, legacy era': ['of 2026-07-28 only', 'of HTTP+SSE'],
  'SDK v2, modern era': ['with sessions', 'in plain JSON', 'of HTTP+SSE'],
  'SDK v2, whichever era the server has': ['of HTTP+SSE'],
  'curl, 2025-11-25': ['of 2026-07-28 only', 'of HTTP+SSE'],
  'curl, 2026-07-28': ['with sessions', 'in plain JSON', 'of HTTP+SSE'],
}

describe.each([...SDK_CLIENTS, ...CURL_CLIENTS])('$name', (client) => {
  it.each(SERVERS)(
    'gets of a server %s what it gets without a gateway, masked, and less what is not granted',
    async (server) => {
      const isStranger = STRANGERS[client.name]?.includes(server) ?? false
      expect(await compare(matrix, client, server)).toBe(!isStranger)
    },
  )
})
