import { createHash } from 'node:crypto'

/** One chain's head at the time of a checkpoint. `chain` is `audit:NAME` or `session:SESSION WRITER`. */
export interface Leaf {
  chain: string
  seq: bigint
  hash: Uint8Array
}

/**
 * Root of a Merkle tree as in RFC 6962: leaves and inner nodes are hashed with different first bytes, so that an inner
 * node cannot be passed off as a leaf. Leaves are taken in the order of their chain names.
 */
export function merkleRoot(leaves: readonly Leaf[]): Buffer {
  if (leaves.length === 0) return createHash('sha256').digest()
  const sorted = [...leaves].sort((a, b) => compareBytes(a.chain, b.chain))
  let level = sorted.map((leaf) => leafHash(leaf))
  while (level.length > 1) {
    const next: Buffer[] = []
    for (let i = 0; i < level.length; i += 2) {
      const right = level[i + 1]
      next.push(right === undefined ? level[i]! : nodeHash(level[i]!, right))
    }
    level = next
  }
  return level[0]!
}

/** The order of PostgreSQL's "C" collation, which a locale-aware comparison is not. */
export const compareBytes = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b))

const leafHash = (leaf: Leaf): Buffer =>
  createHash('sha256')
    .update(Buffer.of(0))
    .update(JSON.stringify([leaf.chain, leaf.seq.toString(), Buffer.from(leaf.hash).toString('hex')]))
    .digest()

const nodeHash = (left: Buffer, right: Buffer): Buffer =>
  createHash('sha256').update(Buffer.of(1)).update(left).update(right).digest()
