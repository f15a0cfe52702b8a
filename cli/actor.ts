import os from 'node:os'
import type { Actor } from '@/lib/actor'
import { db } from '@/lib/db'
import { Forbidden } from '@/lib/errors'
import { getActor, getIdentityByName } from '@/lib/identities/store'

/** Whoever can run this can read the database's password, so the operator is an administrator, but no person. */
export async function cliActor(email: string | undefined): Promise<Actor> {
  const operator = `cli:${userName()}`
  if (email === undefined) return { id: null, label: operator, roles: ['admin'] }
  const identity = await getIdentityByName(db(), email.trim().toLowerCase())
  const person = identity?.kind === 'human' ? await getActor(db(), identity.id) : null
  if (person === null) throw new Forbidden(`${email} is not an active person here, so nobody can act as them.`)
  return { ...person, label: `${operator} as ${identity!.name}` }
}

function userName(): string {
  try {
    return os.userInfo().username
  } catch {
    // A container may run under a uid that has no name.
    return `uid${process.getuid?.() ?? ''}`
  }
}
