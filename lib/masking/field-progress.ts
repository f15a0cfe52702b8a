import type { Step } from './field-path'
import type { Fields } from './fields'

/** How far the paths of a set of fields have come at one node: the steps they wait for. */
export interface Progress {
  readonly waiting: readonly number[]
  /** What holds at its children, as far as it was asked for. Null: a path ends there. */
  readonly children: Map<string | number, Progress | null>
}

const STEPS = 32
/** More combinations than rules have; a message that makes more of them is followed without remembering. */
const MAX_KNOWN = 2_000
/** Every name, or index, that no path mentions. */
const OTHER_NAME = '\0other'
const OTHER_INDEX = -1

/**
 * Follows paths through a message. Where a child leads is worked out once for each combination of steps: a message of a
 * million nodes has few of those.
 */
export class FieldProgress {
  readonly atRoot: Progress
  private readonly known = new Map<string, Progress>()
  private readonly names = new Set<string>()
  private readonly indexes = new Set<number>()

  constructor(private readonly fields: Fields) {
    for (const { select } of fields.paths.flat()) {
      if (select.kind === 'name') this.names.add(select.name)
      if (select.kind === 'index') this.indexes.add(select.index)
    }
    this.atRoot = this.progress(fields.paths.map((_, path) => path * STEPS))
  }

  /** What holds at a child. Null: a path ends here, so everything from here down is masked. */
  at(progress: Progress, child: string | number): Progress | null {
    if (progress.waiting.length === 0) return progress
    const key = this.keyOf(child)
    let next = progress.children.get(key)
    if (next === undefined) {
      next = this.step(progress, key)
      progress.children.set(key, next)
    }
    return next
  }

  /** What holds where paths begin anew. */
  withRoot({ waiting }: Progress): Progress {
    return this.progress([...new Set([...waiting, ...this.atRoot.waiting])])
  }

  private keyOf(child: string | number): string | number {
    if (typeof child === 'string') return this.names.has(child) ? child : OTHER_NAME
    return this.indexes.has(child) ? child : OTHER_INDEX
  }

  private step({ waiting }: Progress, child: string | number): Progress | null {
    const next = new Set<number>()
    for (const state of waiting) {
      const path = this.fields.paths[Math.floor(state / STEPS)]!
      const index = state % STEPS
      const { select, anywhereBelow } = path[index]!
      if (anywhereBelow) next.add(state)
      if (!leadsTo(select, child)) continue
      if (index + 1 === path.length) return null
      next.add(state + 1)
    }
    return this.progress([...next])
  }

  private progress(waiting: number[]): Progress {
    const key = waiting.sort((a, b) => a - b).join()
    let known = this.known.get(key)
    if (known === undefined) {
      known = { waiting, children: new Map() }
      if (this.known.size < MAX_KNOWN) this.known.set(key, known)
    }
    return known
  }
}

function leadsTo(select: Step['select'], child: string | number): boolean {
  switch (select.kind) {
    case 'every':
      return true
    case 'name':
      return select.name === child
    case 'index':
      return select.index === child
  }
}
