import { createHash, createPublicKey, randomBytes, verify } from 'node:crypto'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { RunningServer } from '@/demo/listen'
import { freePort } from '@/scripts/instance/ports'
import { startIdentityProvider } from './provider'

const WEB = 'http://127.0.0.1:3999'
const CALLBACK = `${WEB}/api/auth/callback/oidc`
const SECRET = 'a-client-secret-for-this-test'
const verifier = randomBytes(32).toString('base64url')

let provider: RunningServer
let dataDir: string
let port: number
const start = () => startIdentityProvider({ port, dataDir, webUrl: WEB, clientId: 'countersign', clientSecret: SECRET })

beforeAll(async () => {
  dataDir = fs.mkdtempSync(path.join(os.tmpdir(), 'countersign-oidc-'))
  port = await freePort()
  provider = await start()
})
afterAll(async () => {
  await provider.close()
  fs.rmSync(dataDir, { recursive: true })
})

type Visit = (url: string, form?: Record<string, string>) => Promise<{ status: number; location: string; text: string }>

/** A browser without a screen: cookies, and redirects followed by hand. */
function browser(): Visit {
  const jar = new Map<string, string>()
  return async (url: string, form?: Record<string, string>) => {
    const response = await fetch(new URL(url, provider.url), {
      method: form ? 'POST' : 'GET',
      redirect: 'manual',
      headers: {
        cookie: [...jar].map(([name, value]) => `${name}=${value}`).join('; '),
        accept: 'text/html',
        connection: 'close',
      },
      body: form && new URLSearchParams(form),
    })
    for (const cookie of response.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(cookie)!
      value ? jar.set(name!, value) : jar.delete(name!)
    }
    return { status: response.status, location: response.headers.get('location') ?? '', text: await response.text() }
  }
}

const authorizeUrl = (change: Record<string, string> = {}) => {
  const url = new URL('/auth', provider.url)
  url.search = new URLSearchParams({
    client_id: 'countersign',
    response_type: 'code',
    scope: 'openid profile email groups',
    redirect_uri: CALLBACK,
    state: 'the-state',
    nonce: 'the-nonce',
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
    ...change,
  }).toString()
  return url.toString()
}

async function pick(visit: Visit, subject: string) {
  const asked = await visit(authorizeUrl())
  const answer = await visit(asked.location, { subject })
  if (!answer.location) return answer
  const done = await visit(answer.location)
  if (!done.text.includes('document.forms[0].submit()')) return done
  // Another person took the seat: the page posts itself to end the first session, and comes back.
  const fields = [...done.text.matchAll(/name="(\w+)" value="([^"]*)"/g)].map(([, name, value]) => [name!, value!])
  const ended = await visit(/action="([^"]+)"/.exec(done.text)![1]!, Object.fromEntries(fields))
  return visit(ended.location)
}

async function claimsFor(code: string) {
  const response = await fetch(`${provider.url}/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from(`countersign:${SECRET}`).toString('base64')}`, connection: 'close' },
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      code,
      redirect_uri: CALLBACK,
      code_verifier: verifier,
    }),
  })
  const { id_token: token } = (await response.json()) as { id_token: string }
  const [head, body, signature] = token.split('.') as [string, string, string]
  const { keys } = (await (await fetch(`${provider.url}/jwks`, { headers: { connection: 'close' } })).json()) as {
    keys: { kid: string }[]
  }
  const { kid } = JSON.parse(Buffer.from(head, 'base64url').toString())
  const key = createPublicKey({ key: keys.find((one) => one.kid === kid)!, format: 'jwk' })
  expect(verify('sha256', Buffer.from(`${head}.${body}`), key, Buffer.from(signature, 'base64url'))).toBe(true)
  return { kid, claims: JSON.parse(Buffer.from(body, 'base64url').toString()) }
}

const codeIn = (location: string) => new URL(location).searchParams.get('code')!

describe('the demo identity provider', () => {
  it('signs in whoever was picked, with the claims Countersign reads', async () => {
    const done = await pick(browser(), 'acme-1001')
    expect(done.location.startsWith(`${CALLBACK}?`)).toBe(true)
    const { claims } = await claimsFor(codeIn(done.location))
    expect(claims).toMatchObject({
      iss: provider.url,
      aud: 'countersign',
      sub: 'acme-1001',
      nonce: 'the-nonce',
      email: 'dana@acme.test',
      email_verified: true,
      name: 'Dana Kim',
      groups: ['revenue-operations'],
    })
  })

  it('asks again in a browser that signed in before, and lets another person take the seat', async () => {
    const visit = browser()
    await pick(visit, 'acme-1001')
    const second = await pick(visit, 'acme-1003')
    expect((await claimsFor(codeIn(second.location))).claims.email).toBe('jonas@acme.test')
  })

  it('never asks when the app said prompt=none', async () => {
    const stranger = await browser()(authorizeUrl({ prompt: 'none' }))
    expect(new URL(stranger.location).searchParams.get('error')).toBe('login_required')
    const visit = browser()
    await pick(visit, 'acme-1002')
    const known = await visit(authorizeUrl({ prompt: 'none' }))
    expect((await claimsFor(codeIn(known.location))).claims.email).toBe('mara@acme.test')
  })

  it('does not sign in somebody who left, nor somebody it does not know', async () => {
    for (const subject of ['acme-1006', 'acme-9999', '']) {
      const answer = await pick(browser(), subject)
      expect(answer.location).toBe('')
      expect(answer.text).toContain('Who is signing in')
    }
  })

  it('refuses a request without PKCE, or one that would send the code elsewhere', async () => {
    const plain = await browser()(authorizeUrl({ code_challenge: '', code_challenge_method: '' }))
    expect(new URL(plain.location).searchParams.get('error')).toBe('invalid_request')
    const elsewhere = await browser()(authorizeUrl({ redirect_uri: 'http://127.0.0.1:1/callback' }))
    expect(elsewhere).toMatchObject({ status: 400, location: '' })
  })

  it('binds a sign-in to the browser that began it', async () => {
    const asked = await browser()(authorizeUrl())
    const other = await browser()(asked.location, { subject: 'acme-1001' })
    expect(other).toMatchObject({ status: 410, location: '' })
  })

  it('marks the hinted person and escapes what it shows', async () => {
    const visit = browser()
    const asked = await visit(authorizeUrl({ login_hint: 'MARA@acme.test"><script>' }))
    expect((await visit(asked.location)).text).not.toContain('<script>')
    const hinted = await visit((await visit(authorizeUrl({ login_hint: 'MARA@acme.test' }))).location)
    expect(hinted.text).toMatch(/class="person hinted"[^>]*value="acme-1002"/)
  })

  it('keeps its signing key over a restart', async () => {
    const before = await claimsFor(codeIn((await pick(browser(), 'acme-1004')).location))
    await provider.close()
    provider = await start()
    const after = await claimsFor(codeIn((await pick(browser(), 'acme-1004')).location))
    expect(after.kid).toBe(before.kid)
    const mode = fs.statSync(path.join(dataDir, 'demo', 'oidc-keys.json')).mode & 0o777
    expect(mode).toBe(0o600)
  })
})
