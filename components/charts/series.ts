/** What becomes of calls, in the order of the stack. Not in the chart's own file: a server page reads it as a value. */
export const SERIES = ['allowed', 'masked', 'held', 'blocked', 'refused'] as const
export type Series = (typeof SERIES)[number]
