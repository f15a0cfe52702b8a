import { Check, CheckCheck, CirclePause, CircleSlash, Clock, type LucideIcon, ShieldX, X } from 'lucide-react'
import type { Tone } from '@/components/ui/tone'
import type { ApprovalStatus } from './approval-view'

interface Face {
  label: string
  tone: Tone
  icon: LucideIcon
}

export const STATUS_FACE: Record<ApprovalStatus, Face> = {
  pending: { label: 'Held', tone: 'hold', icon: CirclePause },
  approved: { label: 'Approved', tone: 'ok', icon: Check },
  used: { label: 'Approved and run', tone: 'ok', icon: CheckCheck },
  denied: { label: 'Denied', tone: 'no', icon: X },
  expired: { label: 'Expired', tone: 'expired', icon: Clock },
  cancelled: { label: 'Cancelled', tone: 'expired', icon: CircleSlash },
  void: { label: 'Void', tone: 'cut', icon: ShieldX },
}
