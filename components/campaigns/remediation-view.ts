import { formatDuration, plural } from '@/components/format'
import type { IdentityKind, RemediationStatus, Verdict } from '@/lib/domain'

/** One revoke or reduce on its way to being proven; dates are ISO strings. */
export interface RemediationView {
  id: string
  itemId: string
  verdict: Verdict
  identity: { id: string; name: string; displayName: string; kind: IdentityKind }
  connection: { id: string; slug: string; name: string }
  status: RemediationStatus
  /** When it was signed off, which is when the policy changed. */
  appliedAt: string | null
  enforcedAt: string | null
  verifiedAt: string | null
  /** Why it failed, or what it waits for: "no gateway is running". */
  failure: string | null
  probes: ProbeView[]
}

export interface ProbeView {
  gateway: string
  status: 'requested' | 'refused' | 'passed'
  completedAt: string | null
  /** What the gateway's own pipeline decided, per probed name. */
  results: { tool: string; expected: 'allow' | 'deny'; effect: 'allow' | 'deny' }[]
}

export const STAGES = ['applied', 'enforced', 'verified'] as const
export type Stage = (typeof STAGES)[number]

/** The last stage that was reached; null before the policy says so. A failed one was enforced, or thought so. */
export function stageReached(view: Pick<RemediationView, 'appliedAt' | 'enforcedAt' | 'verifiedAt'>): Stage | null {
  if (view.verifiedAt) return 'verified'
  if (view.enforcedAt) return 'enforced'
  return view.appliedAt ? 'applied' : null
}

/** Nothing more will happen to any of them. A failed one is tried again, so it is not final. */
export const isSettled = (views: readonly Pick<RemediationView, 'status'>[]): boolean =>
  views.every((view) => view.status === 'verified')

/** "2 of 3 verified. 1 failed." For whoever cannot see the board move. */
export function boardInWords(views: readonly Pick<RemediationView, 'status'>[]): string {
  const verified = views.filter((view) => view.status === 'verified').length
  const failed = views.filter((view) => view.status === 'failed').length
  const said = `${verified} of ${plural(views.length, 'removal')} verified.`
  return failed > 0 ? `${said} ${failed} failed and will be tried again.` : said
}

/** "0.4 s after sign-off": from the verdict taking effect to a proof from every gateway. */
export function provenAfter(view: Pick<RemediationView, 'appliedAt' | 'verifiedAt'>): string | null {
  if (!view.verifiedAt || !view.appliedAt) return null
  return formatDuration(Math.max(0, Date.parse(view.verifiedAt) - Date.parse(view.appliedAt)))
}
