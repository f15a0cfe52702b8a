import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { calculateJwkThumbprint, exportJWK, type GenerateKeyPairResult, generateKeyPair, SignJWT } from 'jose'
import { newId } from '@/lib/ids'
import type { PolicyWriter } from './policy'

export interface IssuerKeyPair extends GenerateKeyPairResult {
  kid: string
  alg: string
}

/** A token issuer on loopback, with keys that the test publishes and withdraws, and a count of who asked. */
export class TestIssuer {
  private readonly server = createServer((request, response) => this.answer(request, response))
  readonly asked: string[] = []
  readonly published: IssuerKeyPair[] = []
  /** Accepts connections and then hangs up on them. */
  isDown = false
  url = ''

  static async start(): Promise<TestIssuer> {
    const issuer = new TestIssuer()
    await new Promise<void>((resolve) => issuer.server.listen(0, '127.0.0.1', resolve))
    issuer.url = `http://127.0.0.1:${(issuer.server.address() as AddressInfo).port}`
    await issuer.publish('k1')
    return issuer
  }

  close(): Promise<void> {
    return new Promise((resolve) => {
      this.server.close(() => resolve())
      this.server.closeAllConnections()
    })
  }

  async publish(kid: string, alg = 'RS256'): Promise<IssuerKeyPair> {
    const pair = { ...(await generateKeyPair(alg, { extractable: true })), kid, alg }
    this.published.push(pair)
    return pair
  }

  withdraw(kid: string): void {
    this.published.splice(
      this.published.findIndex((pair) => pair.kid === kid),
      1,
    )
  }

  get keyFetches(): number {
    return this.asked.filter((path) => path === '/jwks').length
  }

  /** Good for ten minutes, unless the claims say otherwise. `undefined` leaves a claim out. */
  async token(
    claims: Record<string, unknown>,
    { header = {}, pair = this.published.at(-1)! }: { header?: Record<string, unknown>; pair?: IssuerKeyPair } = {},
  ): Promise<string> {
    const now = Math.floor(Date.now() / 1000)
    const all = { iss: this.url, aud: 'countersign', iat: now, exp: now + 600, ...claims }
    return new SignJWT(all)
      .setProtectedHeader({ alg: pair.alg, kid: pair.kid, typ: 'at+jwt', ...header })
      .sign(pair.privateKey)
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url ?? ''
    this.asked.push(path)
    if (this.isDown) return void request.socket.destroy()
    const document =
      path === '/.well-known/openid-configuration'
        ? { issuer: this.url, jwks_uri: `${this.url}/jwks` }
        : path === '/jwks'
          ? { keys: await Promise.all(this.published.map(publicKey)) }
          : null
    response.writeHead(document === null ? 404 : 200, { 'content-type': 'application/json' })
    response.end(JSON.stringify(document))
  }
}

const publicKey = async ({ publicKey: key, kid, alg }: IssuerKeyPair) => ({
  ...(await exportJWK(key)),
  kid,
  alg,
  use: 'sig',
})

/** By which a status screen and a test tell keys apart. */
export const thumbprintOf = async ({ publicKey: key }: IssuerKeyPair) => calculateJwkThumbprint(await exportJWK(key))

export interface Registered {
  audience?: string | null
  identityClaim?: string
  groupsClaim?: string | null
  emailDomains?: string[]
  kind?: string
  requiredScope?: string | null
  algorithms?: string[]
}

/** Registers it as the command does, row by row. */
export async function registerIssuer(policy: PolicyWriter, url: string, given: Registered = {}): Promise<bigint> {
  return policy.change(
    `INSERT INTO "Issuer" ("id", "issuer", "audience", "identityClaim", "groupsClaim", "emailDomains", "kind",
       "requiredScope", "algorithms", "createdBy")
     VALUES ($1, $2, $3, $4, $5, $6, $7::"IdentityKind", $8, $9, 'test')`,
    [
      newId('iss'),
      url,
      given.audience === undefined ? 'countersign' : given.audience,
      given.identityClaim ?? 'sub',
      given.groupsClaim ?? null,
      given.emailDomains ?? ['acme.test'],
      given.kind ?? 'human',
      given.requiredScope ?? null,
      given.algorithms ?? ['RS256', 'PS256', 'ES256', 'EdDSA'],
    ],
  )
}
