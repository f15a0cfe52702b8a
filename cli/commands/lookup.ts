import type { CommandContext } from '@/cli/command'
import { findConnection } from '@/lib/connections/store'
import { db } from '@/lib/db'
import { InvalidInput, NotFound } from '@/lib/errors'
import { parseExpiry } from '@/lib/identities/deadline'
import { listGroups } from '@/lib/identities/detail-store'
import { findIdentity, getIdentityByName } from '@/lib/identities/store'

/** People type names and slugs; scripts may paste ids. */
export async function identityNamed(name: string): Promise<{ id: string; name: string }> {
  const identity = (await getIdentityByName(db(), name.toLowerCase())) ?? (await findIdentity(db(), name))
  if (identity === null) throw new NotFound(`identity ${name}`)
  return identity
}

export async function connectionNamed(slug: string): Promise<{ id: string; slug: string }> {
  const connection = (await findConnection(db(), { slug })) ?? (await findConnection(db(), { id: slug }))
  if (connection === null) throw new NotFound(`connection ${slug}`)
  return connection
}

/** `group:NAME` or an identity, as in access.yaml. */
export async function subjectNamed(subject: string): Promise<{ identityId?: string; groupId?: string }> {
  if (!subject.startsWith('group:')) return { identityId: (await identityNamed(subject)).id }
  const name = subject.slice('group:'.length)
  const group = (await listGroups(db())).find((candidate) => candidate.name === name)
  if (group === undefined) throw new NotFound(`group ${name}`)
  return { groupId: group.id }
}

/** `30d`, `12h`, a day or an instant. */
export function deadlineOption(context: CommandContext, name: string): Date | null {
  const text = context.option(name)
  if (text === undefined) return null
  const date = parseExpiry(text, context.now)
  if (date === null) {
    throw new InvalidInput(`--${name} must be a span such as 30d, a day such as 2026-12-31 or an instant.`)
  }
  return date
}

export const formatDate = (date: Date | null): string =>
  date === null ? '' : date.toISOString().slice(0, 16).replace('T', ' ')
