import type { RefusalReason } from '@/lib/domain'
import { keyStanding } from '@/lib/identities/standing'
import type { PolicySnapshot } from '@/lib/policies/snapshot'
import type { Caller, Credential } from './call'

/** Why what the caller showed is worth nothing now, or null. Asked again for whatever is under way. */
export function credentialStanding(
  policy: PolicySnapshot,
  { credential }: Pick<Caller, 'credential'>,
  now: Date,
): RefusalReason | null {
  switch (credential.kind) {
    case 'key': {
      const key = policy.keysByHash.get(credential.hash)
      return key === undefined ? 'revoked_credential' : keyStanding(key, now)
    }
    case 'token':
      return credential.endsAt <= now ? 'expired_credential' : null
  }
}

/** When it ends by itself, where policy does not know: keys are in there with their dates. */
export const credentialEnd = (credential: Credential): Date | null =>
  credential.kind === 'token' ? credential.endsAt : null
