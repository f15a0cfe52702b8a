import type { KeyObject } from 'node:crypto'
import { atOneMoment, auditHeads, auditRecords, signedLeaves, storedCheckpoints } from '@/lib/audit/chain-store'
import { type Checkpoint, checkpointProblem, keyIdOf, sameBytes, signatureProblem } from '@/lib/audit/checkpoint'
import { checkpointDir, outsideCopies, readKeys } from '@/lib/audit/checkpoint-files'
import { checkpointAt, hashInDatabase } from '@/lib/audit/checkpoint-store'
import { type ChainBreak, type ChainsReport, verifyChains } from '@/lib/audit/verify'
import type { Db } from '@/lib/db'
import { type Env, env } from '@/lib/env'
import { messageHeads, messageRecords } from './verify-store'

export interface CheckpointBreak {
  /** Of the checkpoint. */
  seq: string
  at: string | null
  text: string
  /** The file outside the database that says so, when one does. */
  file: string | null
  /** The record that is no longer what was signed, when it can be named. */
  record: { chain: string; seq: string } | null
}

export interface VerificationReport {
  intact: boolean
  audit: ChainsReport
  sessions: ChainsReport
  checkpoints: { count: number; latest: string | null; breaks: CheckpointBreak[] }
  outside: { dir: string; copies: number; breaks: CheckpointBreak[] }
  key: { id: string; publicKey: string } | null
  /** The earliest bad record, in words. */
  firstBad: string | null
}

/** Missing or foreign copies are looked into record by record only so far; one is enough to know. */
const COPIES_LOOKED_INTO = 20

/** Checks every chain and checkpoint of the database, and the copies outside of it, in bounded memory. Changes nothing. */
export async function verifyDatabase(
  place: Pick<Env, 'dataDir' | 'CHECKPOINT_DIR'> = env(),
): Promise<VerificationReport> {
  const keys = await readKeys(place)
  const publicKey = keys?.publicKey ?? null
  // Copies are listed first: each was committed to the database before its file was written.
  const copies: { file: string; checkpoint: Checkpoint | null }[] = []
  let copyCount = 0
  return atOneMoment(async (db) => {
    for await (const copy of outsideCopies(place)) {
      copyCount += 1
      if (copies.length < COPIES_LOOKED_INTO && !(await isInDatabase(db, copy.checkpoint, publicKey))) copies.push(copy)
    }
    const checkpoints = await verifyCheckpoints(db, publicKey)
    const firstBadCheckpoint = checkpoints.breaks[0] === undefined ? null : BigInt(checkpoints.breaks[0].seq)
    const audit = await verifyChains(auditRecords(db), auditHeads(db), signedLeaves(db, 'audit', firstBadCheckpoint))
    const sessions = await verifyChains(
      messageRecords(db),
      messageHeads(db),
      signedLeaves(db, 'session', firstBadCheckpoint),
    )
    const outside = { dir: checkpointDir(place), copies: copyCount, breaks: await copyBreaks(db, copies, publicKey) }
    const intact = [audit, sessions, checkpoints, outside].every((part) => part.breaks.length === 0)
    return {
      intact,
      audit,
      sessions,
      checkpoints,
      outside,
      key:
        publicKey === null
          ? null
          : { id: keyIdOf(publicKey), publicKey: publicKey.export({ type: 'spki', format: 'pem' }).toString() },
      firstBad: firstBad(audit.breaks, sessions.breaks, checkpoints.breaks, outside.breaks),
    }
  }, 3_600_000)
}

async function verifyCheckpoints(db: Db, publicKey: KeyObject | null): Promise<VerificationReport['checkpoints']> {
  const report: VerificationReport['checkpoints'] = { count: 0, latest: null, breaks: [] }
  let previous: { seq: bigint; root: Uint8Array } | null = null
  for await (const { leaves, ...checkpoint } of storedCheckpoints(db)) {
    report.count += 1
    report.latest = checkpoint.at.toISOString()
    const problem =
      publicKey === null
        ? 'the public key to check it with is not here'
        : leaves === null
          ? 'its leaves cannot be read'
          : checkpointProblem({ ...checkpoint, leaves }, previous, publicKey)
    // Whatever follows the first break is checked against it, and would only repeat it.
    if (problem !== null && report.breaks.length === 0)
      report.breaks.push(checkpointBreak(checkpoint.seq, checkpoint.at, `checkpoint ${checkpoint.seq}: ${problem}`))
    previous = checkpoint
  }
  return report
}

async function isInDatabase(db: Db, copy: Checkpoint | null, publicKey: KeyObject | null): Promise<boolean> {
  if (copy === null || publicKey === null || signatureProblem(copy, publicKey) !== null) return false
  const stored = await checkpointAt(db, copy.seq)
  return stored !== null && sameBytes(stored.root, copy.root) && sameBytes(stored.signature, copy.signature)
}

async function copyBreaks(
  db: Db,
  copies: { file: string; checkpoint: Checkpoint | null }[],
  publicKey: KeyObject | null,
): Promise<CheckpointBreak[]> {
  const breaks: CheckpointBreak[] = []
  for (const { file, checkpoint } of copies) {
    if (checkpoint === null) {
      breaks.push({ seq: '0', at: null, text: 'the copy cannot be read', file, record: null })
      continue
    }
    const found = (text: string, record: CheckpointBreak['record'] = null) =>
      breaks.push({ ...checkpointBreak(checkpoint.seq, checkpoint.at, text), file, record })
    const problem =
      publicKey === null ? 'the public key to check it with is not here' : signatureProblem(checkpoint, publicKey)
    if (problem !== null) {
      found(`the copy of checkpoint ${checkpoint.seq}: ${problem}`)
      continue
    }
    const record = await firstDifference(db, checkpoint)
    found(
      record === null
        ? `checkpoint ${checkpoint.seq} was signed and is not in the database`
        : `${record.chain} is not what checkpoint ${checkpoint.seq} signed: record ${record.seq} was replaced or removed`,
      record,
    )
  }
  return breaks
}

async function firstDifference(db: Db, checkpoint: Checkpoint): Promise<CheckpointBreak['record']> {
  for (const leaf of checkpoint.leaves) {
    const hash = await hashInDatabase(db, leaf.chain, leaf.seq)
    if (hash === null || !sameBytes(hash, leaf.hash)) return { chain: leaf.chain, seq: leaf.seq.toString() }
  }
  return null
}

const checkpointBreak = (seq: bigint, at: Date, text: string): CheckpointBreak => ({
  seq: seq.toString(),
  at: at.toISOString(),
  text,
  file: null,
  record: null,
})

function firstBad(
  audit: ChainBreak[],
  sessions: ChainBreak[],
  checkpoints: CheckpointBreak[],
  outside: CheckpointBreak[],
): string | null {
  const records = [
    ...audit.map((found) => ({ at: found.at, text: `audit chain ${found.chain}, record ${found.seq}: ${found.text}` })),
    ...sessions.map((found) => {
      const [session, writer] = found.chain.split(' ')
      return { at: found.at, text: `session ${session} (written by ${writer}), record ${found.seq}: ${found.text}` }
    }),
  ].sort((a, b) => (a.at ?? '').localeCompare(b.at ?? ''))
  return records[0]?.text ?? checkpoints[0]?.text ?? outside[0]?.text ?? null
}
