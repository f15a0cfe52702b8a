import type { RefusalReason } from '@/lib/domain'
import { keyStanding } from '@/lib/identities/standing'
import type { PolicySnapshot } from '@/lib/policies/snapshot'
import type { Caller, Credential, Gateway } from './call'

/** Why what the caller showed is worth nothing now, or null. Asked again for whatever is under way. */
export function credentialStanding(
  { tokens }: Pick<Gateway, 'tokens'>,
  policy: PolicySnapshot,
  { credential, identityId }: Pick<Caller, 'credential' | 'identityId'>,
  now: Date,
): RefusalReason | null {
  switch (credential.kind) {
    case 'key': {
      const key = policy.keysByHash.get(credential.hash)
      return key === undefined ? 'revoked_credential' : keyStanding(key, now)
    }
    case 'token':
      return tokens.standing(credential, identityId, policy, now)
  }
}

/** When it ends by itself, where policy does not know: keys are in there with their dates. */
export const credentialEnd = (credential: Credential): Date | null =>
  credential.kind === 'token' ? credential.endsAt : null
