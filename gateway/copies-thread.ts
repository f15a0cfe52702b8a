import { parentPort } from 'node:worker_threads'
import type { MaskPlan } from '@/lib/masking/plan'
import { type Copies, copiesOf } from './copies'

export interface CopiesWanted {
  id: number
  text: string
  placeholderKey: Uint8Array
  plan: MaskPlan
}

/** `passed` is null where it is the very same text: it need not travel back, and must stay the very same string. */
export type CopiesMade = { id: number; copies: Omit<Copies, 'passed'> & { passed: string | null } } | { id: number }

parentPort?.on('message', ({ id, text, placeholderKey, plan }: CopiesWanted) => {
  let made: CopiesMade = { id }
  try {
    const copies = copiesOf(text, Buffer.from(placeholderKey), plan)
    made = { id, copies: { ...copies, passed: copies.passed === text ? null : copies.passed } }
  } catch {
    // Without copies nothing is recorded and nothing passes. What went wrong may quote what it went wrong on.
  }
  parentPort?.postMessage(made)
})
