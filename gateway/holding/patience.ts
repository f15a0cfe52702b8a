import type { Gateway } from '@/gateway/call'
import { nowMicros } from '@/gateway/clock'
import { copiesOf } from '@/gateway/copies'
import { stillAllowed } from '@/gateway/decide'
import type { Exchange } from '@/gateway/exchange'
import type { MessageDraft } from '@/gateway/recorder/entry'
import { messageEvent } from '@/lib/mcp/sse'
import type { HeldCall } from './held-call'
import type { Terms } from './terms'
import { waitingFor } from './words'

/** Small, so that whatever the server counts by later is further on: progress must not fall back. */
const PROGRESS_PER_SECOND = 1e-6

/** Says to a client that waits that it has not been forgotten, in whatever way it can hear it. */
export class Patience {
  private timer: NodeJS.Timeout | null = null
  private text = ''
  private progress = 0
  private isOver = false

  constructor(
    private readonly gateway: Gateway,
    private readonly exchange: Exchange,
    private readonly held: HeldCall,
  ) {}

  /** It waits for these people now. The status line goes out, where there is a stream to wait on. */
  readonly begin = ({ requirements }: Terms, approvalId: string): void => {
    if (this.isOver) return
    this.text = `${waitingFor(requirements)} ${this.gateway.webUrl}/approvals/${approvalId}`
    if (this.timer !== null) return
    const { exchange } = this
    if (exchange.arrival.mailbox !== null) exchange.accept()
    else if (hearsEvents(exchange)) exchange.beginStream({})
    this.timer = setInterval(() => this.tell(), this.gateway.holds.times.keepAliveMs)
    this.tell()
  }

  stop(): void {
    this.isOver = true
    if (this.timer !== null) clearInterval(this.timer)
  }

  private tell(): void {
    const { exchange, held } = this
    if (!exchange.hasBegun) return
    if (exchange.arrival.mailbox === null) void exchange.write(': waiting for approval\n\n')
    const token = held.request.progressToken
    if (typeof token === 'string' || typeof token === 'number') void this.tellProgress(token)
  }

  /** Recorded before it is said, like everything a client hears. What cannot be recorded is not said, and not missed. */
  private async tellProgress(progressToken: string | number): Promise<void> {
    const { gateway, exchange, held } = this
    const { session } = exchange
    this.progress += PROGRESS_PER_SECOND * Math.max(1, gateway.holds.times.keepAliveMs / 1_000)
    const progress = Number(this.progress.toFixed(9))
    const params = { progressToken, progress, message: this.text }
    const text = JSON.stringify({ jsonrpc: '2.0', method: 'notifications/progress', params })
    const ruling = stillAllowed(gateway, exchange.caller, held.request.asked)
    if (ruling.effect === 'deny') return
    const { recorded, redactions, passed } = copiesOf(text, session.placeholderKey, ruling.masks.client)
    const message: MessageDraft = {
      atMicros: nowMicros(),
      sessionId: session.id,
      callId: held.request.callId,
      direction: 'server',
      frame: 'local',
      kind: 'notification',
      rpcId: null,
      method: 'notifications/progress',
      tool: held.request.target,
      body: recorded,
      bytes: Buffer.byteLength(text),
      redactions,
      decision: null,
    }
    const isRecorded = await gateway.recorder.record({ messages: [message] }).then(
      () => true,
      () => false,
    )
    if (!isRecorded || this.isOver) return
    if (exchange.arrival.mailbox === null) await exchange.write(messageEvent(passed))
    else await gateway.legacyStreams.say(session.id, [passed])
  }
}

/** By what it says itself. Whoever takes anything at all is as likely to read one body of JSON. */
const hearsEvents = ({ arrival }: Exchange): boolean =>
  /text\/(?:event-stream|\*)/i.test(arrival.request.headers.accept ?? '')
