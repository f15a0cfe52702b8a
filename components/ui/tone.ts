/** The meanings a colour may carry. Never colour alone: every use has a word or an icon beside it. */
export type Tone = 'ok' | 'no' | 'cut' | 'hold' | 'mask' | 'neutral' | 'outline' | 'blocked' | 'expired' | 'accent'

export const TONE_SOFT: Record<Tone, string> = {
  ok: 'bg-ok-soft text-ok',
  no: 'bg-no-soft text-no',
  cut: 'bg-cut-soft text-cut',
  hold: 'bg-hold-soft text-hold',
  mask: 'bg-mask-soft text-mask',
  neutral: 'bg-active text-ink-2',
  outline: 'border border-line-strong text-ink-2',
  blocked: 'border border-no/50 text-no',
  expired: 'bg-expired-soft text-expired',
  accent: 'bg-accent-soft text-accent',
}

export const TONE_FILL: Record<Tone, string> = {
  ok: 'bg-ok',
  no: 'bg-no',
  cut: 'bg-cut',
  hold: 'bg-hold',
  mask: 'bg-mask',
  neutral: 'bg-line-control',
  outline: 'bg-line-strong',
  blocked: 'bg-no/50',
  expired: 'bg-expired',
  accent: 'bg-accent',
}

export const TONE_TEXT: Record<Tone, string> = {
  ok: 'text-ok',
  no: 'text-no',
  cut: 'text-cut',
  hold: 'text-hold',
  mask: 'text-mask',
  neutral: 'text-ink-3',
  outline: 'text-ink-2',
  blocked: 'text-no',
  expired: 'text-expired',
  accent: 'text-accent',
}
