import { describe, expect, it } from 'vitest'
import { type Leaf, merkleRoot } from './merkle'

const leaf = (chain: string, seq = 1n, byte = 1): Leaf => ({ chain, seq, hash: Buffer.alloc(32, byte) })

describe('merkleRoot', () => {
  it('does not depend on the order in which heads were read', () => {
    expect(merkleRoot([leaf('b'), leaf('a'), leaf('c')])).toEqual(merkleRoot([leaf('a'), leaf('b'), leaf('c')]))
  })

  it.each([
    ['another hash', [leaf('a', 1n, 2), leaf('b')]],
    ['another seq', [leaf('a', 2n), leaf('b')]],
    ['another chain', [leaf('aa'), leaf('b')]],
    ['a leaf more', [leaf('a'), leaf('b'), leaf('c')]],
    ['a leaf less', [leaf('a')]],
    ['the last leaf twice', [leaf('a'), leaf('b'), leaf('b')]],
  ])('changes with %s', (_name, leaves) => {
    expect(merkleRoot(leaves)).not.toEqual(merkleRoot([leaf('a'), leaf('b')]))
  })
})
