import { inTransaction, tryLock } from '@/lib/db'
import { type Env, env } from '@/lib/env'
import { type Checkpoint, signCheckpoint } from './checkpoint'
import { checkpointKeys, writeCheckpoint } from './checkpoint-files'
import { changedHeads, latestCheckpoint, saveCheckpoint } from './checkpoint-store'

/**
 * Signs the chain heads that changed since the last checkpoint, keeps that in the database and writes it outside.
 * It leaves no audit event: the event would move a head, and every checkpoint would ask for the next one.
 * @returns null when nothing has happened since, or somebody else is taking one.
 */
export async function takeCheckpoint(
  now: Date,
  place: Pick<Env, 'dataDir' | 'CHECKPOINT_DIR'> = env(),
): Promise<Checkpoint | null> {
  const keys = await checkpointKeys(place)
  const taken = await inTransaction(async (tx) => {
    if (!(await tryLock(tx, 'checkpoint'))) return null
    const last = await latestCheckpoint(tx)
    // The copy of the one before may have failed (disk full): it must exist before the chain of roots grows past it.
    if (last !== null) await writeCheckpoint(place, last)
    const leaves = await changedHeads(tx, last)
    if (leaves.length === 0) return null
    const checkpoint = signCheckpoint(keys, last, leaves, now)
    await saveCheckpoint(tx, checkpoint)
    return checkpoint
  })
  if (taken !== null) await writeCheckpoint(place, taken)
  return taken
}
