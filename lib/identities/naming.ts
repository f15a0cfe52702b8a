import { z } from 'zod'
import { type IdentityKind, IdentityName } from '@/lib/domain'

export const HumanName = IdentityName.pipe(z.email('a person is named by their e-mail address'))

/** Free text, because identity providers name groups freely; no colon, which marks `group:` in access.yaml. */
export const GroupName = z
  .string()
  .trim()
  .min(1)
  .max(200)
  .regex(/^[^\p{Cc}\p{Cf}:]+$/u, 'no colon and no invisible characters')

/** A service must not be named like a person: a later sign-in with that address would be taken for it. */
export function namingProblem(kind: IdentityKind, name: string): string | null {
  if (kind === 'human') {
    return HumanName.safeParse(name).success ? null : 'a person is named by their e-mail address'
  }
  return name.includes('@') ? 'only people are named by an e-mail address' : null
}
