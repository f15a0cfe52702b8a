import {
  Ban,
  Check,
  CircleDashed,
  CirclePause,
  CircleSlash,
  Clock,
  Eye,
  EyeOff,
  Filter,
  Hand,
  LoaderCircle,
  Lock,
  type LucideIcon,
  Minus,
  Pause,
  Pencil,
  Radio,
  ShieldCheck,
  TriangleAlert,
  Unplug,
  X,
} from 'lucide-react'
import type {
  CallOutcome,
  CampaignStatus,
  IdentityKind,
  MaskType,
  RemediationStatus,
  Risk,
  RuleEffect,
  ToolRisk,
  Verdict,
} from '@/lib/domain'
import { Badge } from './badge'
import type { Tone } from './tone'

/** How each word of the domain looks: decided here once, so that a verdict reads the same on every screen. */
interface Face {
  label: string
  tone: Tone
  icon: LucideIcon
}

export const VERDICT_FACE: Record<Verdict, Face> = {
  certify: { label: 'Certified', tone: 'ok', icon: Check },
  revoke: { label: 'Revoked', tone: 'no', icon: X },
  reduce: { label: 'Reduced', tone: 'cut', icon: Filter },
  abstain: { label: 'Abstained', tone: 'neutral', icon: Minus },
}

export const OUTCOME_FACE: Record<CallOutcome, Face> = {
  in_flight: { label: 'in flight', tone: 'accent', icon: Radio },
  allowed: { label: 'allowed', tone: 'neutral', icon: Check },
  refused: { label: 'refused', tone: 'no', icon: X },
  blocked: { label: 'blocked', tone: 'blocked', icon: Ban },
  held: { label: 'held', tone: 'hold', icon: Pause },
  error: { label: 'error', tone: 'cut', icon: TriangleAlert },
  withheld: { label: 'withheld', tone: 'no', icon: EyeOff },
  interrupted: { label: 'interrupted', tone: 'expired', icon: Unplug },
}

export const REMEDIATION_FACE: Record<RemediationStatus, Face> = {
  pending: { label: 'Pending', tone: 'neutral', icon: CircleDashed },
  applied: { label: 'Applied', tone: 'accent', icon: LoaderCircle },
  enforced: { label: 'Enforced', tone: 'accent', icon: Lock },
  verified: { label: 'Verified', tone: 'ok', icon: ShieldCheck },
  failed: { label: 'Failed', tone: 'no', icon: TriangleAlert },
}

const RISK_TONE: Record<Risk, Tone> = { low: 'neutral', medium: 'cut', high: 'no' }
const TOOL_RISK_FACE: Record<ToolRisk, Face> = {
  read: { label: 'read', tone: 'neutral', icon: Eye },
  write: { label: 'write', tone: 'cut', icon: Pencil },
  destructive: { label: 'destructive', tone: 'no', icon: TriangleAlert },
}
const EFFECT_FACE: Record<RuleEffect, Face> = {
  block: { label: 'block', tone: 'blocked', icon: Ban },
  approve: { label: 'hold', tone: 'hold', icon: CirclePause },
  mask: { label: 'mask', tone: 'mask', icon: Lock },
}
const CAMPAIGN_FACE: Record<CampaignStatus, Face> = {
  open: { label: 'Open', tone: 'accent', icon: CircleDashed },
  completed: { label: 'Completed', tone: 'ok', icon: Check },
  cancelled: { label: 'Cancelled', tone: 'expired', icon: CircleSlash },
}

function FaceBadge({ face, label }: { face: Face; label?: string }) {
  const Icon = face.icon
  return (
    <Badge tone={face.tone} icon={<Icon aria-hidden />}>
      {label ?? face.label}
    </Badge>
  )
}

/** `pending` says what the verdict will do: "Certify", "Revoke"; before sign-off nothing has happened yet. */
export function VerdictBadge({ verdict, pending = false }: { verdict: Verdict; pending?: boolean }) {
  const face = VERDICT_FACE[verdict]
  const will = { certify: 'Certify', revoke: 'Revoke', reduce: 'Reduce', abstain: 'Abstain' }[verdict]
  return <FaceBadge face={face} label={pending ? will : undefined} />
}

export const OutcomeBadge = ({ outcome }: { outcome: CallOutcome }) => <FaceBadge face={OUTCOME_FACE[outcome]} />
export const RemediationBadge = ({ status }: { status: RemediationStatus }) => (
  <FaceBadge face={REMEDIATION_FACE[status]} />
)
export const ToolRiskBadge = ({ risk }: { risk: ToolRisk }) => <FaceBadge face={TOOL_RISK_FACE[risk]} />
export const EffectBadge = ({ effect }: { effect: RuleEffect }) => <FaceBadge face={EFFECT_FACE[effect]} />
export const CampaignStatusBadge = ({ status }: { status: CampaignStatus }) => (
  <FaceBadge face={CAMPAIGN_FACE[status]} />
)

/** A quiet word with a dot, for table cells where a filled badge on every row would shout. */
export function RiskLabel({ risk }: { risk: Risk }) {
  const dot = { neutral: 'bg-line-control', cut: 'bg-cut', no: 'bg-no' }[RISK_TONE[risk] as 'neutral' | 'cut' | 'no']
  return (
    <span className="inline-flex items-center gap-2">
      <span aria-hidden className={`size-2 rounded-[2px] ${dot}`} />
      {risk}
    </span>
  )
}

/** `masked 18 EMAIL`, or only the type. */
export function MaskBadge({ type, count }: { type: MaskType | string; count?: number }) {
  return (
    <Badge tone="mask" icon={<Lock aria-hidden />}>
      {type.replaceAll('_', ' ')}
      {count !== undefined && ` ${count.toLocaleString('en-US')}`}
    </Badge>
  )
}

export function HeldBadge({ children = 'held' }: { children?: string }) {
  return (
    <Badge tone="hold" icon={<CirclePause aria-hidden />}>
      {children}
    </Badge>
  )
}

export function ExpiredBadge({ children = 'expired' }: { children?: string }) {
  return (
    <Badge tone="expired" icon={<Clock aria-hidden />}>
      {children}
    </Badge>
  )
}

/** Needs a person: no owner, quarantined, changed. */
export function AttentionBadge({ children }: { children: string }) {
  return (
    <Badge tone="cut" icon={<Hand aria-hidden />}>
      {children}
    </Badge>
  )
}

export const KIND_LABEL: Record<IdentityKind, string> = {
  human: 'Person',
  service: 'Service',
  pipeline: 'Pipeline',
  agent: 'Agent',
}
