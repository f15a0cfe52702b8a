import { describe, expect, it } from 'vitest'
import { NoToken } from '@/lib/connections/client-credentials'
import type { OauthCredential } from '@/lib/connections/credential-input'
import { ClientToken } from './tokens'

const CLIENT: OauthCredential = {
  kind: 'oauth',
  tokenUrl: 'https://idp.acme.test/token',
  issuer: null,
  clientId: 'countersign',
  clientSecret: 'client-secret-canary',
  scope: null,
  resource: null,
  method: 'basic',
}

/** An authorization server whose answers the test gives one by one, and a clock that the test turns. */
function world(seconds = 600) {
  let now = 0
  let asked = 0
  let answer: (() => Promise<void>) | null = null
  const token = new ClientToken(
    CLIENT,
    async () => {
      asked++
      await answer?.()
      return { value: `access-token-${asked}`, seconds }
    },
    [],
    () => now,
  )
  return {
    token,
    asked: () => asked,
    later: (ms: number) => {
      now += ms
    },
    answerWith: (with_: (() => Promise<void>) | null) => {
      answer = with_
    },
  }
}

const failing = (error: Error) => async () => {
  throw error
}

describe('a token of the gateway’s own', () => {
  it('is asked for once, however many wait, and kept', async () => {
    const { token, asked } = world()
    const values = await Promise.all(Array.from({ length: 20 }, () => token.value()))
    expect(new Set(values)).toEqual(new Set(['access-token-1']))
    expect(await token.value()).toBe('access-token-1')
    expect(asked()).toBe(1)
  })

  it('is renewed before it ends while nobody waits, and at the latest then', async () => {
    const { token, asked, later } = world()
    await token.value()
    later(539_999)
    expect(await token.value()).toBe('access-token-1')
    expect(asked()).toBe(1)
    later(1)
    expect(await token.value()).toBe('access-token-1')
    expect(asked()).toBe(2)
    await new Promise(setImmediate)
    expect(await token.value()).toBe('access-token-2')
    later(600_000)
    expect(await token.value()).toBe('access-token-3')
  })

  it('of a short life is renewed in its last fifth', async () => {
    const { token, asked, later } = world(10)
    await token.value()
    later(7_999)
    await token.value()
    expect(asked()).toBe(1)
    later(1)
    await token.value()
    expect(asked()).toBe(2)
  })

  it('that the server refuses is not used again; a newer one is', async () => {
    const { token } = world()
    const first = await token.value()
    token.refused(first)
    expect(await token.value()).toBe('access-token-2')
    token.refused(first)
    expect(await token.value()).toBe('access-token-2')
  })

  it('that cannot be had is not asked for by every call: a second, then longer, then as before', async () => {
    const { token, asked, later, answerWith } = world()
    answerWith(failing(new NoToken('invalid', 'The token endpoint refuses this client (invalid_client).')))
    for (let i = 0; i < 10; i++) {
      await expect(token.value()).rejects.toMatchObject({
        reason: 'upstream_invalid',
        more: { detail: 'The token endpoint refuses this client (invalid_client).' },
      })
    }
    expect(asked()).toBe(1)
    answerWith(failing(new NoToken('unreachable', 'away')))
    later(1_000)
    await expect(token.value()).rejects.toMatchObject({ reason: 'upstream_unreachable' })
    later(1_000)
    await expect(token.value()).rejects.toThrow()
    expect(asked()).toBe(2)
    answerWith(null)
    later(1_000)
    expect(await token.value()).toBe('access-token-3')
  })

  it('is used to its end while it cannot be renewed', async () => {
    const { token, later, answerWith } = world()
    await token.value()
    answerWith(failing(new Error('ECONNRESET with a canary')))
    later(599_999)
    expect(await token.value()).toBe('access-token-1')
    later(1)
    const refusal = await token.value().catch((error: unknown) => error)
    expect(JSON.stringify(refusal)).not.toContain('canary')
    expect(refusal).toMatchObject({ reason: 'upstream_unreachable' })
  })

  it('is taken out of what the server says, and so are its secret and the token before it', async () => {
    const { token, later } = world()
    await token.value()
    later(600_000)
    await token.value()
    expect(token.echo.clean('access-token-1 access-token-2 client-secret-canary access-token-3')).toBe(
      '[CREDENTIAL] [CREDENTIAL] [CREDENTIAL] access-token-3',
    )
  })
})
