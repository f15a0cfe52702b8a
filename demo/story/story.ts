import { setTimeout as sleep } from 'node:timers/promises'
import type { Pool } from 'pg'
import { seededRandom } from '@/demo/random'
import type { DemoSettings } from '@/demo/settings'
import type { Actor } from '@/lib/actor'
import { answersOk } from '@/scripts/instance/reach'
import { settleAccess } from './access'
import { keepAsking } from './held'
import { type KeyRing, keyRing } from './key-ring'
import { settleKeys } from './keys'
import { firstDay, trickle } from './plan'
import { playAll, playSession } from './play'
import { launchReview } from './review'

export interface Stage {
  settings: DemoSettings
  pool: Pool
  crmToken: string
  say(line: string): void
  signal: AbortSignal
}

/** As the operator's command line would act, under a name that says who it was. */
const OPERATOR: Actor = { id: null, label: 'cli:demo', roles: ['admin'] }

const SEED = 20_261_122
const AGAIN_AFTER_MS = 5_000
const TRICKLE_MS: [number, number] = [45_000, 90_000]

/** Everything is done once and can be repeated: what fails is tried again until it is done or we are told to stop. */
export async function keepTelling(stage: Stage): Promise<void> {
  const { say, signal } = stage
  while (!signal.aborted) {
    try {
      return await tell(stage)
    } catch (error) {
      if (signal.aborted) return
      say(`story: ${error instanceof Error ? (error.stack ?? error.message) : error}; trying again`)
      await sleep(AGAIN_AFTER_MS, undefined, { signal }).catch(() => {})
    }
  }
}

async function tell({ settings, pool, crmToken, say, signal }: Stage): Promise<void> {
  const { env, traffic } = settings
  for (const line of await settleAccess(OPERATOR, settings, crmToken, pool)) say(`story: ${line}`)
  const keys = keyRing(await settleKeys(OPERATOR, env.dataDir, env.gatewayUrl))
  await gatewayReady(env.gatewayUrl, signal)

  if (!(await anyCall(pool))) {
    const played = await playAll(keys, firstDay(SEED), SEED)
    say(`story: ${played.answered} calls answered, ${played.refused} refused, ${played.failed} failed`)
    for (const problem of played.problems) say(`story: ${problem}`)
  }
  const items = await launchReview(pool)
  if (items !== undefined) say(`story: Q4 access review with ${items} items`)
  say('story told')
  if (traffic) await Promise.all([keepTrickling(keys, say, signal), keepAsking(keys, say, signal)])
}

async function gatewayReady(url: string, signal: AbortSignal): Promise<void> {
  while (!(await answersOk(`${url}/readyz`))) await sleep(200, undefined, { signal })
}

/** Recorded traffic is the mark that the first day has been: it cannot be taken back, and it is what the story is for. */
async function anyCall(pool: Pool): Promise<boolean> {
  const { rows } = await pool.query('SELECT EXISTS (SELECT 1 FROM "Call") AS some')
  return rows[0].some
}

async function keepTrickling(keys: KeyRing, say: (line: string) => void, signal: AbortSignal): Promise<void> {
  const random = seededRandom(Date.now())
  while (!signal.aborted) {
    await sleep(random.integer(...TRICKLE_MS), undefined, { signal }).catch(() => {})
    if (signal.aborted) return
    const { problems } = await playSession(keys, trickle(random), random)
    for (const problem of problems) say(`story: ${problem}`)
  }
}
