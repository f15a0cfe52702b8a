import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import type { MaskPlan } from '@/lib/masking/plan'
import { Refusal } from './call'
import { type Copies, copiesOf } from './copies'
import type { CopiesMade, CopiesWanted } from './copies-thread'

/** Below this a search takes a few milliseconds at the worst; above it everybody else would wait for it. */
const LARGE = 100_000
/** Characters waiting for a thread, all messages together. */
const MAX_WAITING = 128 * 1024 * 1024
/** The largest message there can be takes half of this. */
const LONGEST_MS = 60_000

interface Job {
  wanted: CopiesWanted
  resolve(copies: Copies): void
  reject(refusal: Refusal): void
}

/**
 * Copies of a message, on a thread of their own when it is large: ten megabytes of addresses take seconds to mask, and a
 * gateway that does not come back to its heartbeat in time refuses everyone. @throws Refusal
 */
export function makeCopies(text: string, placeholderKey: Buffer, plan: MaskPlan): Copies | Promise<Copies> {
  return text.length < LARGE ? copiesOf(text, placeholderKey, plan) : onThread(text, placeholderKey, plan)
}

const waiting: Job[] = []
let waitingCharacters = 0
let nextId = 0
const threads = new Set<Thread>()

function onThread(text: string, placeholderKey: Buffer, plan: MaskPlan): Promise<Copies> {
  if (waitingCharacters + text.length > MAX_WAITING) throw new Refusal('overloaded')
  return new Promise((resolve, reject) => {
    waiting.push({ wanted: { id: nextId++, text, placeholderKey, plan }, resolve, reject })
    waitingCharacters += text.length
    const idle = [...threads].find((thread) => thread.isIdle)
    if (idle) idle.takeNext()
    else if (threads.size < Math.max(1, Math.min(4, availableParallelism() - 1))) threads.add(new Thread())
  })
}

class Thread {
  private job: Job | null = null
  private limit: NodeJS.Timeout | undefined
  private readonly worker = new Worker(new URL('./copies-thread-entry.mjs', import.meta.url))

  constructor() {
    this.worker.on('message', (made: CopiesMade) => this.done(made))
    // It ended, or could not begin: whoever it worked for is refused, and the next message gets a new thread.
    this.worker.on('error', () => this.lost())
    this.worker.on('exit', () => this.lost())
    this.worker.unref()
    this.takeNext()
  }

  get isIdle(): boolean {
    return this.job === null
  }

  takeNext(): void {
    const job = waiting.shift()
    if (job === undefined) return
    this.job = job
    waitingCharacters -= job.wanted.text.length
    this.limit = setTimeout(() => void this.worker.terminate(), LONGEST_MS)
    this.limit.unref()
    this.worker.postMessage(job.wanted)
  }

  private done(made: CopiesMade): void {
    const { job } = this
    clearTimeout(this.limit)
    this.job = null
    this.takeNext()
    if (job?.wanted.id !== made.id) return
    if ('copies' in made) job.resolve({ ...made.copies, passed: made.copies.passed ?? job.wanted.text })
    else job.reject(new Refusal('internal_error'))
  }

  private lost(): void {
    clearTimeout(this.limit)
    this.job?.reject(new Refusal('internal_error'))
    this.job = null
    if (!threads.delete(this) || waiting.length === 0) return
    threads.add(new Thread())
  }
}
