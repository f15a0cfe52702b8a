import {
  type Attributes,
  type Context,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  type Tracer,
  trace,
} from '@opentelemetry/api'
import type { RequestTrace, Stage, TraceFacts } from './call'
import { nowMicros } from './clock'
import { readTraceparent, type TraceContext, writeTraceparent } from './trace-context'

interface Mark {
  stage: Stage
  at: number
}

/** By the clock that the record goes by. */
const nowMs = (): number => nowMicros() / 1_000

/**
 * One request as a trace: a span for the whole, and one for each stage, all made at its end from the times that were noted,
 * so that the call itself pays for little more than those. Only what goes upstream needs a span while it runs, since
 * its id goes along.
 */
export class RecordedTrace implements RequestTrace {
  readonly isOn = true
  private readonly marks: Mark[] = []
  private readonly startedAt = nowMs()
  private facts: TraceFacts = {}
  private parent: TraceContext | null
  private root: Span | null = null
  private context: Context = ROOT_CONTEXT
  private upstream: Span | null = null
  private isEnded = false

  constructor(
    private readonly tracer: Tracer,
    traceparent: unknown,
  ) {
    this.parent = readTraceparent(traceparent)
  }

  stage(stage: Stage): void {
    this.marks.push({ stage, at: nowMs() })
  }

  note(facts: TraceFacts): void {
    Object.assign(this.facts, facts)
  }

  followMeta(traceparent: unknown): void {
    if (this.root === null) this.parent ??= readTraceparent(traceparent)
  }

  upward(): string {
    const { context } = this.begin()
    const startTime = this.marks.at(-1)?.at ?? this.startedAt
    this.upstream ??= this.tracer.startSpan('upstream', { kind: SpanKind.CLIENT, startTime }, context)
    return writeTraceparent(this.upstream.spanContext())
  }

  end(status: number): void {
    if (this.isEnded) return
    this.isEnded = true
    const endedAt = nowMs()
    const { root, context } = this.begin()
    if (root.isRecording()) {
      for (const [i, { stage, at }] of this.marks.entries()) {
        const span =
          stage === 'upstream' && this.upstream !== null
            ? this.upstream
            : this.tracer.startSpan(stage, { startTime: at }, context)
        span.end(this.marks[i + 1]?.at ?? endedAt)
      }
      this.describe(root, status)
    }
    root.end(endedAt)
  }

  private begin(): { root: Span; context: Context } {
    if (this.root === null) {
      const from =
        this.parent === null ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, { ...this.parent, isRemote: true })
      this.root = this.tracer.startSpan('request', { kind: SpanKind.SERVER, startTime: this.startedAt }, from)
      this.context = trace.setSpan(ROOT_CONTEXT, this.root)
    }
    return { root: this.root, context: this.context }
  }

  private describe(root: Span, status: number): void {
    const { method, tool, reason } = this.facts
    if (method !== undefined) root.updateName(tool === undefined ? method : `${method} ${tool}`)
    root.setAttributes(attributesOf(this.facts, status))
    // The gateway's own failures. That somebody is refused is what it is for.
    if (status >= 500) root.setStatus({ code: SpanStatusCode.ERROR, message: reason })
  }
}

/** Names after the OpenTelemetry conventions for HTTP, MCP and generative AI where they have one. */
function attributesOf(facts: TraceFacts, status: number): Attributes {
  return {
    'http.request.method': facts.httpMethod,
    'http.response.status_code': status,
    'mcp.method.name': facts.method,
    'gen_ai.tool.name': facts.tool,
    'countersign.messages': facts.messages,
    'countersign.connection': facts.connection,
    'countersign.identity': facts.identity,
    'countersign.session': facts.session,
    'countersign.reference': facts.reference,
    'countersign.outcome': facts.outcome,
    'countersign.reason': facts.reason,
  }
}
