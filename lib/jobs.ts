import pino from 'pino'
import { escalateDue, expireApprovals } from './approvals/sweep-commands'
import { takeCheckpoint } from './audit/checkpoint-command'
import { sweepRemediations } from './campaigns/remediation-commands'
import { revokeSilent } from './campaigns/sign-off-commands'
import { followSightings } from './connections/commands'
import { prisma } from './db'
import { env } from './env'
import {
  closeInterruptedCalls,
  dropOldProcesses,
  endIdleSessions,
  forgetOldQuestions,
  forgetOldTasks,
} from './sessions/sweep-commands'
import { sweepSignIns, tellRefusedSignIns } from './sign-in/commands'

/**
 * What promises depend on, as idempotent sweeps with their own timers. They run in every web process; an advisory lock
 * lets one of them work at a time, so any of them may die.
 */
interface Job {
  name: string
  everyMs: number
  run: () => Promise<unknown>
}

const JOBS: readonly Job[] = [
  { name: 'remediations', everyMs: 2_000, run: () => sweepRemediations() },
  { name: 'approvals that expire', everyMs: 2_000, run: expireApprovals },
  { name: 'approvals that escalate', everyMs: 2_000, run: escalateDue },
  { name: 'tool sightings', everyMs: 2_000, run: () => followSightings() },
  { name: 'interrupted calls', everyMs: 5_000, run: closeInterruptedCalls },
  { name: 'idle sessions', everyMs: 5_000, run: endIdleSessions },
  { name: 'old processes', everyMs: 3_600_000, run: dropOldProcesses },
  { name: 'deadlines', everyMs: 30_000, run: () => revokeSilent() },
  { name: 'checkpoints', everyMs: 30_000, run: () => takeCheckpoint(new Date()) },
  { name: 'sign-ins', everyMs: 30_000, run: () => sweepSignIns().then(() => tellRefusedSignIns()) },
  { name: 'old tasks', everyMs: 3_600_000, run: forgetOldTasks },
  { name: 'old questions', everyMs: 3_600_000, run: forgetOldQuestions },
  { name: 'partitions', everyMs: 3_600_000, run: () => prisma().$queryRaw`SELECT "keep_partitions_ahead"()` },
]

export const JOB_NAMES: readonly string[] = JOBS.map(({ name }) => name)

export interface JobHealth {
  name: string
  everyMs: number
  lastRunAt: string | null
  lastSuccessAt: string | null
  lastDurationMs: number | null
  lastError: string | null
  /** It ran, without an error, no longer ago than three of its periods. */
  healthy: boolean
}

interface Running {
  job: Job
  timer: NodeJS.Timeout | undefined
  current: Promise<void> | null
  startedAt: Date
  lastRunAt: Date | null
  lastSuccessAt: Date | null
  lastDurationMs: number | null
  lastError: string | null
}

// On globalThis: the framework may load this module more than once in one process.
const holder = globalThis as typeof globalThis & { countersignJobs?: Running[] }

/** Starts the timers; a second call does nothing. */
export function startJobs(): void {
  if (holder.countersignJobs !== undefined) return
  const log = pino({ name: 'jobs', level: env().LOG_LEVEL })
  holder.countersignJobs = JOBS.map((job) => {
    const running: Running = {
      job,
      timer: undefined,
      current: null,
      startedAt: new Date(),
      lastRunAt: null,
      lastSuccessAt: null,
      lastDurationMs: null,
      lastError: null,
    }
    const turn = () => {
      running.current = runOnce(running, log).finally(() => {
        running.current = null
        // The next turn is counted from the end of this one, so that a slow database is not buried in sweeps.
        if (holder.countersignJobs?.includes(running)) running.timer = setTimeout(turn, job.everyMs).unref()
      })
    }
    running.timer = setTimeout(turn, 0).unref()
    return running
  })
}

/** Stops the timers and waits for what is running. */
export async function stopJobs(): Promise<void> {
  const jobs = holder.countersignJobs ?? []
  holder.countersignJobs = undefined
  for (const { timer } of jobs) clearTimeout(timer)
  await Promise.all(jobs.map((running) => running.current))
}

export function jobsHealth(now = new Date()): { healthy: boolean; jobs: JobHealth[] } {
  const jobs = (holder.countersignJobs ?? []).map((running): JobHealth => {
    const since = (running.lastSuccessAt ?? running.startedAt).getTime()
    return {
      name: running.job.name,
      everyMs: running.job.everyMs,
      lastRunAt: running.lastRunAt?.toISOString() ?? null,
      lastSuccessAt: running.lastSuccessAt?.toISOString() ?? null,
      lastDurationMs: running.lastDurationMs,
      lastError: running.lastError,
      healthy: now.getTime() - since <= running.job.everyMs * 3 + 10_000,
    }
  })
  return { healthy: jobs.length > 0 && jobs.every((job) => job.healthy), jobs }
}

async function runOnce(running: Running, log: pino.Logger): Promise<void> {
  const started = performance.now()
  running.lastRunAt = new Date()
  try {
    await running.job.run()
    running.lastSuccessAt = new Date()
    running.lastError = null
  } catch (error) {
    running.lastError = error instanceof Error ? error.message.slice(0, 300) : 'failed'
    log.error({ job: running.job.name, err: error }, 'A job failed. It will run again.')
  } finally {
    running.lastDurationMs = Math.round(performance.now() - started)
  }
}
