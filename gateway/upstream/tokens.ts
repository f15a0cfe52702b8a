import { Refusal } from '@/gateway/call'
import { type IssuedToken, NoToken } from '@/lib/connections/client-credentials'
import type { OauthCredential } from '@/lib/connections/credential-input'
import { EchoFilter } from '@/lib/connections/echo'

/** Before a token ends it is renewed, while the old one still works. */
const RENEW_BEFORE_MS = 60_000
const SHORTEST_RETRY_MS = 1_000
const LONGEST_RETRY_MS = 30_000

export type RequestToken = (credential: OauthCredential) => Promise<IssuedToken>

/**
 * The access token of one OAuth client, as this gateway holds it: asked for when it is first needed, renewed before it ends,
 * by one request however many wait. An authorization server that is away is not asked by every call.
 */
export class ClientToken {
  private token: { value: string; renewAt: number; endsAt: number } | null = null
  private asking: Promise<string> | null = null
  /** Also one that was refused: it may still be quoted. */
  private lastValue: string | null = null
  private failure: { refusal: Refusal; until: number } | null = null
  private retryMs = SHORTEST_RETRY_MS
  /** What may not come down: the client's secret, this token, and the one before it, which may still be quoted. */
  echo: EchoFilter

  constructor(
    private readonly credential: OauthCredential,
    private readonly request: RequestToken,
    /** What assertions of who calls begin with, where the server gets them. */
    private readonly assertions: readonly string[] = [],
    private readonly now: () => number = () => performance.now(),
  ) {
    this.echo = this.echoOf([])
  }

  /** @throws Refusal */
  async value(): Promise<string> {
    const now = this.now()
    const { token } = this
    if (token === null || now >= token.endsAt) return this.ask()
    // Nobody waits for a renewal, and one that fails is tried again by who comes next.
    if (now >= token.renewAt) this.ask().catch(() => {})
    return token.value
  }

  /** The server did not take this token. Another one that was issued meanwhile stays. */
  refused(value: string): void {
    if (this.token?.value === value) this.token = null
  }

  private echoOf(tokens: readonly string[]): EchoFilter {
    const secrets = [this.credential.clientSecret, ...tokens, ...tokens.map((token) => `Bearer ${token}`)]
    return new EchoFilter(secrets, this.assertions)
  }

  private ask(): Promise<string> {
    if (this.failure !== null && this.now() < this.failure.until) return Promise.reject(this.failure.refusal)
    this.asking ??= this.askNow().finally(() => {
      this.asking = null
    })
    return this.asking
  }

  private async askNow(): Promise<string> {
    const started = this.now()
    try {
      const { value, seconds } = await this.request(this.credential)
      const lifeMs = seconds * 1_000
      // Of a short life the last fifth is the time to renew.
      const renewMs = Math.max(lifeMs - RENEW_BEFORE_MS, lifeMs * 0.8)
      const tokens = [value, ...(this.lastValue === null ? [] : [this.lastValue])]
      this.echo = this.echoOf(tokens)
      this.lastValue = value
      this.token = { value, renewAt: started + renewMs, endsAt: started + lifeMs }
      this.failure = null
      this.retryMs = SHORTEST_RETRY_MS
      return value
    } catch (error) {
      const refusal = asRefusal(error)
      this.failure = { refusal, until: this.now() + this.retryMs }
      this.retryMs = Math.min(this.retryMs * 2, LONGEST_RETRY_MS)
      throw refusal
    }
  }
}

function asRefusal(error: unknown): Refusal {
  if (!(error instanceof NoToken))
    return new Refusal('upstream_unreachable', { detail: 'No token could be had for it.' })
  const reason = error.kind === 'unreachable' ? 'upstream_unreachable' : 'upstream_invalid'
  return new Refusal(reason, { detail: error.message })
}
