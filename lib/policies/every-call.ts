import type { RuleSelectors } from '@/lib/domain'

/** Selectors that ask nothing. */
export const EVERY_CALL: RuleSelectors = {
  connections: [],
  tools: [],
  risks: [],
  identities: [],
  groups: [],
  kinds: [],
  hours: null,
  when: null,
}
