import { describe, expect, it } from 'vitest'
import { chainHash, GENESIS } from './chain'
import type { Leaf } from './merkle'
import { verifyChains, type WalkedRecord } from './verify'

interface Fact {
  chain: string
  seq: bigint
  text: string
  previousHash: Uint8Array
  hash: Uint8Array
}

const hashOf = (previous: Uint8Array, fact: Pick<Fact, 'seq' | 'text'>) =>
  chainHash(previous, [fact.seq.toString(), fact.text])

function write(chain: string, ...texts: string[]): Fact[] {
  let previous: Uint8Array = GENESIS
  return texts.map((text, index) => {
    const fact = { chain, seq: BigInt(index + 1), text, previousHash: previous, hash: GENESIS as Uint8Array }
    fact.hash = hashOf(previous, fact)
    previous = fact.hash
    return fact
  })
}

const head = (facts: Fact[]): Leaf => ({ chain: facts[0]!.chain, seq: facts.at(-1)!.seq, hash: facts.at(-1)!.hash })

async function* over<T>(items: T[]): AsyncGenerator<T> {
  yield* items
}

const verify = (facts: Fact[], heads: Leaf[], leaves: (Leaf & { checkpoint: bigint })[] = []) =>
  verifyChains(
    over(
      facts.map(
        (fact): WalkedRecord => ({
          ...fact,
          at: new Date(0),
          rehash: (previous) => hashOf(previous, fact),
          bodyIntact: fact.text !== 'swapped body',
        }),
      ),
    ),
    over(heads),
    over(leaves),
  )

const a = write('a', 'one', 'two', 'three', 'four')
const b = write('b', 'uno', 'dos')

describe('verifyChains', () => {
  it('accepts what was written, and counts it', async () => {
    const signed = [{ ...head(a.slice(0, 2)), checkpoint: 1n }]
    expect(await verify([...a, ...b], [head(a), head(b)], signed)).toEqual({ chains: 2, records: 6, breaks: [] })
  })

  it.each<[string, Fact[], string, string]>([
    ['an edited record', a.map((fact) => (fact.seq === 2n ? { ...fact, text: 'deux' } : fact)), '2', 'altered'],
    ['a deleted record', a.filter((fact) => fact.seq !== 2n), '2', 'missing'],
    ['a deleted first record', a.slice(1), '1', 'missing'],
    ['a cut tail', a.slice(0, 2), '3', 'truncated'],
    ['a chain that is gone', [], '1', 'truncated'],
    ['a doubled record', [a[0]!, a[1]!, a[1]!, a[2]!, a[3]!], '2', 'repeated'],
    ['two records in the other order', [a[0]!, { ...a[2]!, seq: 2n }, { ...a[1]!, seq: 3n }, a[3]!], '2', 'altered'],
  ])('names the first bad record of %s', async (_name, facts, seq, problem) => {
    const { breaks } = await verify([...facts, ...b], [head(a), head(b)])
    expect(breaks).toEqual([expect.objectContaining({ chain: 'a', seq, problem })])
  })

  it('catches a chain that was written anew from its beginning, by what was signed', async () => {
    const forged = write('a', 'one', 'nothing happened', 'three', 'four')
    const { breaks: unseen } = await verify(forged, [head(forged)])
    expect(unseen).toEqual([])
    const { breaks } = await verify(forged, [head(forged)], [{ ...a[2]!, checkpoint: 5n }])
    expect(breaks).toEqual([expect.objectContaining({ chain: 'a', seq: '3', problem: 'rewritten' })])
  })

  it('catches a tail that was cut together with its head, by what was signed', async () => {
    const { breaks } = await verify(a.slice(0, 2), [head(a.slice(0, 2))], [{ ...head(a), checkpoint: 5n }])
    expect(breaks).toEqual([expect.objectContaining({ chain: 'a', seq: '3', problem: 'truncated' })])
  })

  it('catches a deleted head, and one that was moved back', async () => {
    expect((await verify(a, [])).breaks[0]).toMatchObject({ problem: 'without-head' })
    expect((await verify(a, [head(a.slice(0, 3))])).breaks[0]).toMatchObject({ problem: 'without-head', seq: '4' })
  })

  it('catches a body that is not the one that was hashed', async () => {
    const swapped = write('a', 'one', 'swapped body')
    expect((await verify(swapped, [head(swapped)])).breaks[0]).toMatchObject({ seq: '2', problem: 'altered' })
  })
})
