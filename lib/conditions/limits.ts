/**
 * How much one evaluation may look at. Whoever calls a tool chooses its arguments, so every one of these can be reached on
 * purpose; past any of them the answer is `unclear`, which a rule counts as a match.
 */
export const LIMITS = {
  /** Characters of a condition's source. */
  sourceLength: 8_000,
  /** Nodes of its syntax tree, and how deep it nests. */
  syntaxNodes: 1_000,
  syntaxDepth: 40,
  /** Values in a call's arguments, and how deep they nest. */
  argumentValues: 100_000,
  argumentDepth: 200,
  /** Characters of one text that a function of ours reads. */
  textLength: 1_000_000,
  /** Characters of a regular expression, and instructions of its program. */
  patternLength: 1_000,
  patternSize: 2_000,
  /** What one evaluation may spend; a unit is about ten nanoseconds. */
  cost: 5_000_000,
} as const

/** More than an evaluation may look at. */
export class BoundExceeded extends Error {
  override readonly name = 'BoundExceeded'
}
