import { MACHINES } from '@/demo/cast'
import type { Actor } from '@/lib/actor'
import { db } from '@/lib/db'
import { issueKey } from '@/lib/identities/commands'
import { listKeys } from '@/lib/identities/detail-store'
import { getIdentityByName } from '@/lib/identities/store'
import { type KeptKeys, keepKeys, readKeys } from './key-ring'

/**
 * A key for each machine, issued once. One that a person revoked stays revoked; only keys that this database never knew
 * (another database under an old data folder) are issued anew.
 */
export async function settleKeys(actor: Actor, dataDir: string, gateway: string): Promise<KeptKeys> {
  const kept = readKeys(dataDir)
  const known = new Set((await listKeys(db(), actor)).map(({ id }) => id))
  const keys: KeptKeys['keys'] = {}
  for (const name of MACHINES) {
    const before = kept?.keys[name]
    keys[name] = before && known.has(before.id) ? before : await issueFor(actor, name)
    // Kept one by one: a crash in between must not leave keys that nobody holds.
    keepKeys(dataDir, { gateway, keys: { ...kept?.keys, ...keys } })
  }
  return { gateway, keys }
}

async function issueFor(actor: Actor, name: string): Promise<{ id: string; key: string }> {
  const identity = await getIdentityByName(db(), name)
  if (!identity) throw new Error(`${name} is not there: was it removed?`)
  const { result } = await issueKey(actor, { identityId: identity.id })
  return { id: result.id, key: result.key }
}
