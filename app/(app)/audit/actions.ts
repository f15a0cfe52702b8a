'use server'

import type { ActionResult } from '@/components/action-result'
import type { Verification } from '@/components/audit/chain-panel'
import { seesEverything } from '@/lib/actor'
import { requireActor } from '@/lib/auth'
import { verifyDatabase } from '@/lib/sessions/verify-command'

/** Walks every chain and checkpoint, as the command line does. For administrators and auditors. */
export async function verifyAction(): Promise<ActionResult<Verification>> {
  const actor = await requireActor()
  if (!seesEverything(actor))
    return { ok: false, message: 'Only administrators and auditors verify the whole log.', problems: [] }
  const { intact, audit, sessions, checkpoints, firstBad } = await verifyDatabase()
  return {
    ok: true,
    lagging: [],
    value: {
      intact,
      chains: audit.chains + sessions.chains,
      records: audit.records + sessions.records,
      checkpoints: checkpoints.count,
      firstBad,
    },
  }
}
