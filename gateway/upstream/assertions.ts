import type { PolicyView, UpstreamRequest } from '@/gateway/call'
import { type AssertionSigner, assertionValue } from '@/lib/connections/identity-assertion'

/** Tells servers that ask for it who calls, in a header that no client can send: what goes up is a list (headers.ts). */
export class Assertions {
  constructor(
    private readonly signer: AssertionSigner,
    private readonly policy: PolicyView,
  ) {}

  /** RFC 7517. During a change of secret with the key of the old one, so that what it signed stays good. */
  get keySet(): string {
    return JSON.stringify({ keys: this.signer.publicKeys })
  }

  async headersFor({ caller, session }: UpstreamRequest): Promise<Record<string, string>> {
    const { assertHeader: header, assertAudience: audience, upstreamUrl } = caller.connection
    if (header === null || upstreamUrl === null) return {}
    const policy = this.policy.current()
    const identity = policy.identities.get(caller.identityId)!
    const token = await this.signer.sign(
      {
        subject: identity.name,
        kind: identity.kind,
        groups: policy.groups.get(identity.id) ?? [],
        sessionId: session.id,
      },
      audience ?? new URL(upstreamUrl).origin,
      new Date(),
    )
    return { [header.toLowerCase()]: assertionValue(header, token) }
  }
}
