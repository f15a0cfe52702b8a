import { formatDuration, joinWords } from '@/components/format'

/** What became of a call that was held, as far as it is known now. */
export interface HeldStory {
  approvalId: string
  status: 'pending' | 'approved' | 'denied' | 'expired' | 'cancelled' | 'void' | 'used'
  /** From the first time it came until it was decided, or until now. */
  heldMs: number
  /** Who decided, by name. */
  deciders: string[]
  /** This call is the one that went upstream; an earlier one may have been told to come again. */
  released: boolean
}

/** `held 42 s, approved by Ben Ortiz`; without a story, that it was held and by which rules. */
export function heldInWords(story: HeldStory | null, rules: readonly string[]): string {
  const by = rules.length > 0 ? ` by ${joinWords(rules.map((rule) => `“${rule}”`))}` : ''
  if (story === null) return `held${by}`
  const time = formatDuration(story.heldMs)
  const people = story.deciders.length > 0 ? ` by ${joinWords(story.deciders)}` : ''
  switch (story.status) {
    case 'pending':
      return `held${by}, waits for approval`
    case 'approved':
      return `held ${time}, approved${people}, not run yet`
    case 'used':
      return story.released
        ? `held ${time}, approved${people}`
        : `held ${time}, approved${people}, ran when it came again`
    case 'denied':
      return `held ${time}, denied${people}`
    case 'expired':
      return `held ${time}, nobody answered in time`
    case 'cancelled':
      return `held ${time}, the caller gave up`
    case 'void':
      return `held ${time}, void: what it was held for has changed`
  }
}
