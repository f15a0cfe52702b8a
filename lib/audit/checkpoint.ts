import { createHash, type KeyObject, sign, verify } from 'node:crypto'
import { z } from 'zod'
import { GENESIS } from './chain'
import { type Leaf, merkleRoot } from './merkle'

/** A signed statement of what the chain heads were. Kept in the database and, against its owner, outside of it. */
export interface Checkpoint {
  seq: bigint
  at: Date
  previousRoot: Uint8Array
  root: Uint8Array
  leaves: Leaf[]
  keyId: string
  signature: Uint8Array
}

const Hex = z.string().regex(/^(?:[0-9a-f]{2})*$/)
const Digits = z.string().regex(/^\d{1,19}$/)

export const StoredLeaf = z.object({ chain: z.string().min(1), seq: Digits, hash: Hex })
export type StoredLeaf = z.infer<typeof StoredLeaf>

/** The file that is written outside the database. */
const CheckpointFile = z.object({
  version: z.literal(1),
  seq: Digits,
  at: z.iso.datetime(),
  previousRoot: Hex,
  root: Hex,
  leaves: z.array(StoredLeaf),
  keyId: z.string(),
  signature: Hex,
})

/** What a key is called in a checkpoint: the first letters of the digest of its public half. */
export const keyIdOf = (publicKey: KeyObject): string =>
  createHash('sha256')
    .update(publicKey.export({ type: 'spki', format: 'der' }))
    .digest('hex')
    .slice(0, 16)

export function signCheckpoint(
  keys: { privateKey: KeyObject; publicKey: KeyObject },
  last: Pick<Checkpoint, 'seq' | 'root'> | null,
  leaves: Leaf[],
  at: Date,
): Checkpoint {
  const unsigned = {
    seq: (last?.seq ?? 0n) + 1n,
    at,
    previousRoot: last?.root ?? GENESIS,
    root: merkleRoot(leaves),
    leaves,
    keyId: keyIdOf(keys.publicKey),
  }
  return { ...unsigned, signature: sign(null, statement(unsigned), keys.privateKey) }
}

/** What is wrong with a checkpoint by itself and after the one before it; null when nothing is. */
export function checkpointProblem(
  checkpoint: Checkpoint,
  previous: Pick<Checkpoint, 'seq' | 'root'> | null,
  publicKey: KeyObject,
): string | null {
  return (
    signatureProblem(checkpoint, publicKey) ??
    (checkpoint.seq !== (previous?.seq ?? 0n) + 1n
      ? `checkpoint ${(previous?.seq ?? 0n) + 1n} is missing`
      : !sameBytes(checkpoint.previousRoot, previous?.root ?? GENESIS)
        ? 'it does not continue the checkpoint before it'
        : null)
  )
}

export function signatureProblem(checkpoint: Checkpoint, publicKey: KeyObject): string | null {
  if (!sameBytes(merkleRoot(checkpoint.leaves), checkpoint.root)) return 'its root does not match its leaves'
  if (checkpoint.keyId !== keyIdOf(publicKey)) return `it is signed by another key (${checkpoint.keyId})`
  if (!verify(null, statement(checkpoint), publicKey, checkpoint.signature)) return 'its signature is not valid'
  return null
}

export const sameBytes = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0

export const toStoredLeaf = (leaf: Leaf): StoredLeaf => ({
  chain: leaf.chain,
  seq: leaf.seq.toString(),
  hash: Buffer.from(leaf.hash).toString('hex'),
})

/** @throws ZodError when somebody wrote something else there. */
export const readLeaves = (stored: unknown): Leaf[] =>
  z
    .array(StoredLeaf)
    .parse(stored)
    .map((leaf) => ({ chain: leaf.chain, seq: BigInt(leaf.seq), hash: Buffer.from(leaf.hash, 'hex') }))

export function checkpointToFile(checkpoint: Checkpoint): string {
  const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')
  const file: z.infer<typeof CheckpointFile> = {
    version: 1,
    seq: checkpoint.seq.toString(),
    at: checkpoint.at.toISOString(),
    previousRoot: hex(checkpoint.previousRoot),
    root: hex(checkpoint.root),
    leaves: checkpoint.leaves.map(toStoredLeaf),
    keyId: checkpoint.keyId,
    signature: hex(checkpoint.signature),
  }
  return `${JSON.stringify(file, null, 1)}\n`
}

/** @throws SyntaxError or ZodError when it is not a checkpoint. */
export function checkpointFromFile(text: string): Checkpoint {
  const file = CheckpointFile.parse(JSON.parse(text))
  return {
    seq: BigInt(file.seq),
    at: new Date(file.at),
    previousRoot: Buffer.from(file.previousRoot, 'hex'),
    root: Buffer.from(file.root, 'hex'),
    leaves: readLeaves(file.leaves),
    keyId: file.keyId,
    signature: Buffer.from(file.signature, 'hex'),
  }
}

const statement = (checkpoint: Omit<Checkpoint, 'signature'>): Buffer =>
  Buffer.from(
    JSON.stringify([
      'checkpoint-1',
      checkpoint.seq.toString(),
      checkpoint.at.toISOString(),
      Buffer.from(checkpoint.previousRoot).toString('hex'),
      Buffer.from(checkpoint.root).toString('hex'),
      checkpoint.keyId,
    ]),
  )
