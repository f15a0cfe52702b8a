import { generateKeyPairSync } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { type Checkpoint, checkpointFromFile, checkpointProblem, checkpointToFile, signCheckpoint } from './checkpoint'

const keys = generateKeyPairSync('ed25519')
const at = new Date('2026-11-22T10:00:00.123Z')
const leaf = { chain: 'audit:control', seq: 7n, hash: Buffer.alloc(32, 7) }
const first = signCheckpoint(keys, null, [leaf], at)
const second = signCheckpoint(keys, first, [{ ...leaf, seq: 9n }], at)

describe('a checkpoint', () => {
  it('is accepted as it was signed, one after the other', () => {
    expect(checkpointProblem(first, null, keys.publicKey)).toBeNull()
    expect(checkpointProblem(second, first, keys.publicKey)).toBeNull()
  })

  it('survives being written to a file and read back', () => {
    const read = checkpointFromFile(checkpointToFile(second))
    expect(checkpointProblem(read, first, keys.publicKey)).toBeNull()
  })

  it.each<[string, Checkpoint, string]>([
    ['a changed leaf', { ...second, leaves: [leaf] }, 'root does not match'],
    ['another time', { ...second, at: new Date(0) }, 'signature'],
    ['another signer', signCheckpoint(generateKeyPairSync('ed25519'), first, [leaf], at), 'another key'],
    ['a cut signature', { ...second, signature: second.signature.slice(1) }, 'signature'],
    ['a gap', signCheckpoint(keys, second, [leaf], at), 'checkpoint 2 is missing'],
    ['another past', signCheckpoint(keys, { seq: 1n, root: Buffer.alloc(32, 9) }, [leaf], at), 'does not continue'],
  ])('is refused with %s', (_name, checkpoint, problem) => {
    expect(checkpointProblem(checkpoint, first, keys.publicKey)).toContain(problem)
  })
})
