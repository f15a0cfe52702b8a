import type { Risk } from '@/lib/domain'

/** Always beside the word. */
export const RISK_DOT: Record<Risk, string> = { high: 'bg-no', medium: 'bg-cut', low: 'bg-line-control' }
