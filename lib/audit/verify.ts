import { GENESIS } from './chain'
import { sameBytes } from './checkpoint'
import { compareBytes, type Leaf } from './merkle'

/** One record of a chain, of whatever kind. `rehash` forms its hash anew over what the row says now. */
export interface WalkedRecord {
  chain: string
  seq: bigint
  at: Date
  previousHash: Uint8Array
  hash: Uint8Array
  rehash: (previous: Uint8Array) => Uint8Array
  /** False when the body does not match the digest that is part of the hash. */
  bodyIntact: boolean
}

export interface ChainBreak {
  chain: string
  /** Of the first bad record; of the first missing one when records are gone. */
  seq: string
  at: string | null
  problem: 'altered' | 'missing' | 'repeated' | 'truncated' | 'without-head' | 'rewritten'
  text: string
}

export interface ChainsReport {
  chains: number
  records: number
  breaks: ChainBreak[]
}

/**
 * Walks chains against their heads and against signed leaves. All three come sorted by chain (bytewise), then seq, so that
 * memory stays the same however long the history is. Of each chain only the first bad record is named: what follows a
 * break proves nothing either way.
 */
export async function verifyChains(
  records: AsyncIterable<WalkedRecord>,
  heads: AsyncIterable<Leaf>,
  leaves: AsyncIterable<Leaf & { checkpoint: bigint }>,
): Promise<ChainsReport> {
  const report: ChainsReport = { chains: 0, records: 0, breaks: [] }
  const rows = await Peekable.over(records)
  const tops = await Peekable.over(heads)
  const signed = await Peekable.over(leaves)
  for (;;) {
    const chain = [rows.peek?.chain, tops.peek?.chain, signed.peek?.chain]
      .filter((name) => name !== undefined)
      .reduce<string | null>((low, name) => (low === null || compareBytes(name, low) < 0 ? name : low), null)
    if (chain === null) return report
    report.chains += 1
    const broken = await walkChain(chain, rows, tops, signed, report)
    if (broken !== null) report.breaks.push(broken)
  }
}

async function walkChain(
  chain: string,
  rows: Peekable<WalkedRecord>,
  heads: Peekable<Leaf>,
  signed: Peekable<Leaf & { checkpoint: bigint }>,
  report: ChainsReport,
): Promise<ChainBreak | null> {
  let seq = 0n
  let hash: Uint8Array = GENESIS
  let last: WalkedRecord | null = null
  let broken: ChainBreak | null = null
  const note = (found: ChainBreak) => {
    broken ??= found
  }

  while (rows.peek?.chain === chain) {
    const record = rows.peek
    report.records += 1
    const problem = broken === null ? recordProblem(record, seq, hash) : null
    if (problem !== null) note(problem)
    seq = record.seq
    hash = record.hash
    last = record
    while (signed.peek?.chain === chain && signed.peek.seq <= seq) {
      const leaf = signed.peek
      if (leaf.seq === seq && !sameBytes(leaf.hash, hash)) note(rewritten(record, leaf.checkpoint))
      await signed.next()
    }
    await rows.next()
  }

  const head = heads.peek?.chain === chain ? heads.peek : null
  while (heads.peek?.chain === chain) await heads.next()
  let promised = head?.seq ?? 0n
  while (signed.peek?.chain === chain) {
    if (signed.peek.seq > promised) promised = signed.peek.seq
    await signed.next()
  }
  const at = last?.at.toISOString() ?? null
  const missing = (text: string): ChainBreak => ({ chain, seq: `${seq + 1n}`, at, problem: 'truncated', text })
  if (promised > seq) note(missing(`the chain ends at ${seq}, and a head or checkpoint knew ${promised}`))
  else if (head === null && seq > 0n)
    note({ chain, seq: `${seq}`, at, problem: 'without-head', text: 'the chain has records and no head' })
  else if (head !== null && head.seq < seq)
    note({ chain, seq: `${head.seq + 1n}`, at, problem: 'without-head', text: `the head stops at ${head.seq}` })
  else if (head !== null && seq > 0n && !sameBytes(head.hash, hash))
    note({ chain, seq: `${seq}`, at, problem: 'altered', text: 'the last record is not the one the head names' })
  return broken
}

function recordProblem(record: WalkedRecord, seq: bigint, hash: Uint8Array): ChainBreak | null {
  const found = (problem: ChainBreak['problem'], text: string, at = record.seq): ChainBreak => ({
    chain: record.chain,
    seq: `${at}`,
    at: record.at.toISOString(),
    problem,
    text,
  })
  if (record.seq <= seq) return found('repeated', `record ${record.seq} stands twice`)
  if (record.seq !== seq + 1n) return found('missing', `record ${seq + 1n} is missing`, seq + 1n)
  if (!sameBytes(record.previousHash, hash)) return found('altered', 'it does not continue the record before it')
  if (!sameBytes(record.rehash(hash), record.hash)) return found('altered', 'its content does not match its hash')
  if (!record.bodyIntact) return found('altered', 'its body does not match its digest')
  return null
}

const rewritten = (record: WalkedRecord, checkpoint: bigint): ChainBreak => ({
  chain: record.chain,
  seq: `${record.seq}`,
  at: record.at.toISOString(),
  problem: 'rewritten',
  text: `at or before this record the chain is not the one that checkpoint ${checkpoint} signed`,
})

class Peekable<T> {
  private constructor(
    private readonly source: AsyncIterator<T>,
    public peek: T | undefined,
  ) {}

  static async over<T>(items: AsyncIterable<T>): Promise<Peekable<T>> {
    const peekable = new Peekable<T>(items[Symbol.asyncIterator](), undefined)
    await peekable.next()
    return peekable
  }

  async next(): Promise<void> {
    const { value, done } = await this.source.next()
    this.peek = done ? undefined : value
  }
}
