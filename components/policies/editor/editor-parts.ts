import type { RuleDraft } from './draft'

/** What every part of the form gets: the draft, a way to change it, and what is wrong with a field. */
export interface PartProps {
  draft: RuleDraft
  change: (part: Partial<RuleDraft>) => void
  problemOf: (path: string) => string | null
}
