/** W3C Trace Context, as much of it as crosses a gateway: https://www.w3.org/TR/trace-context/ */
export interface TraceContext {
  traceId: string
  spanId: string
  /** 1: whoever came before records this trace. */
  traceFlags: number
}

// Versions to come begin like this one; `ff` is none.
const TRACEPARENT = /^(?!ff)[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(?:-.*)?$/
const NO_TRACE_ID = '0'.repeat(32)
const NO_SPAN_ID = '0'.repeat(16)

/** Null for what is absent or is no context: a trace then begins here. */
export function readTraceparent(value: unknown): TraceContext | null {
  if (typeof value !== 'string' || value.length > 512) return null
  const [, traceId, spanId, flags] = TRACEPARENT.exec(value) ?? []
  if (traceId === undefined || traceId === NO_TRACE_ID || spanId === NO_SPAN_ID) return null
  if (value.length > 55 && value.startsWith('00')) return null
  return { traceId, spanId: spanId!, traceFlags: Number.parseInt(flags!, 16) & 1 }
}

export const writeTraceparent = ({ traceId, spanId, traceFlags }: TraceContext): string =>
  `00-${traceId}-${spanId}-${traceFlags === 1 ? '01' : '00'}`
