import { describe, expect, it } from 'vitest'
import { compareInventory, inventoryTool, isUnchanged } from './inventory'

const read = { name: 'get', annotations: { readOnlyHint: true } }
const wipe = { name: 'wipe', description: 'Deletes all' }
const known = [read, wipe]
  .map(inventoryTool)
  .map(({ name, digest }) => ({ name, digest, pinnedDigest: digest, removedAt: null as Date | null }))

describe('the tools a server offers', () => {
  it('are unchanged when it says the same in another order', () => {
    expect(isUnchanged(compareInventory(known, [{ description: 'Deletes all', name: 'wipe' }, read]))).toBe(true)
  })

  it('are told apart as added, changed and gone', () => {
    const change = compareInventory(known, [{ ...wipe, description: 'Reads one' }, { name: 'new' }])
    expect(change.added.map(({ name }) => name)).toEqual(['new'])
    expect(change.changed.map(({ name }) => name)).toEqual(['wipe'])
    expect(change.gone).toEqual(['get'])
  })

  it('come back as changed, and go only once', () => {
    const removed = known.map((tool) => ({ ...tool, removedAt: new Date() }))
    expect(compareInventory(removed, [read]).changed.map(({ name }) => name)).toEqual(['get'])
    expect(compareInventory(removed, []).gone).toEqual([])
  })

  it('without annotations are destructive', () => {
    expect(inventoryTool(wipe).risk).toBe('destructive')
    expect(inventoryTool(read).risk).toBe('read')
  })
})
