import { describe, expect, it } from 'vitest'
import { type HeldStory, heldInWords } from './held'

const story = (about: Partial<HeldStory>): HeldStory => ({
  approvalId: 'apv_1',
  status: 'used',
  heldMs: 42_000,
  deciders: ['Ben Ortiz'],
  released: true,
  ...about,
})

describe('what became of a held call', () => {
  it.each<[Partial<HeldStory>, string]>([
    [{}, 'held 42 s, approved by Ben Ortiz'],
    [{ deciders: ['Ana', 'Ben'] }, 'held 42 s, approved by Ana and Ben'],
    [{ released: false }, 'held 42 s, approved by Ben Ortiz, ran when it came again'],
    [{ status: 'denied' }, 'held 42 s, denied by Ben Ortiz'],
    [{ status: 'expired', deciders: [] }, 'held 42 s, nobody answered in time'],
    [{ status: 'pending', deciders: [] }, 'held by “Refunds”, waits for approval'],
  ])('%j reads %j', (about, words) => expect(heldInWords(story(about), ['Refunds'])).toBe(words))

  it('is not made up where nobody knows it', () => {
    expect(heldInWords(null, ['Refunds', 'Deletions'])).toBe('held by “Refunds” and “Deletions”')
    expect(heldInWords(null, [])).toBe('held')
  })
})
