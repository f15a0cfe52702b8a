import { messageEvent } from '@/lib/mcp/sse'
import { type Caller, type Gateway, type OpenExchange, Refusal } from './call'
import { TextSeal } from './sealed-text'

/** PostgreSQL takes no notification of 8,000 bytes or more. */
const MAX_NOTIFICATION_BYTES = 7_900

type GatewayStreams = Gateway['legacyStreams']

/** A stream that takes what the gateway itself has to say. */
type Stream = OpenExchange & { write(event: string): Promise<void> }

/**
 * The open streams of HTTP+SSE (2024-11-05), on which everything is answered, refusals too. A POST may come to another
 * replica than its stream: then the answer goes there through the database, sealed.
 */
export class LegacyStreams implements GatewayStreams {
  private readonly streams = new Map<string, Stream>()
  private readonly mailboxes: TextSeal
  private readonly answers: TextSeal

  constructor(
    secrets: readonly string[],
    private readonly notify: (payload: string) => Promise<unknown>,
  ) {
    this.mailboxes = new TextSeal(secrets, 'mailboxes of legacy streams')
    this.answers = new TextSeal(secrets, 'answers on legacy streams')
  }

  /**
   * Where a stream's messages go, under the gateway's own path. Sealed for one connection and one subject: every replica
   * can open it, and nobody can be led to an address that the server did not name.
   */
  seal(caller: Caller, endpoint: string): string {
    return this.mailboxes.seal(endpoint, boundTo(caller))
  }

  /** @throws Refusal `unknown_session` */
  open(caller: Caller, mailbox: string): string {
    const endpoint = this.mailboxes.open(mailbox, boundTo(caller))
    if (endpoint === null) throw new Refusal('unknown_session')
    return endpoint
  }

  opened(stream: Stream): void {
    this.streams.set(stream.session.id, stream)
  }

  closed({ session }: OpenExchange): void {
    this.streams.delete(session.id)
  }

  async say(sessionId: string, messages: readonly string[]): Promise<boolean> {
    if (this.write(sessionId, messages)) return true
    const sealed = this.answers.seal(JSON.stringify(messages), sessionId)
    const payload = `${sessionId} ${sealed}`
    if (payload.length > MAX_NOTIFICATION_BYTES) return false
    return this.notify(payload).then(
      () => true,
      () => false,
    )
  }

  /** What another replica has to say on a stream that may be here. */
  heard(payload: string): void {
    const [sessionId = '', sealed = ''] = payload.split(' ')
    if (!this.streams.has(sessionId)) return
    const messages = this.answers.open(sealed, sessionId)
    if (messages !== null) this.write(sessionId, JSON.parse(messages) as string[])
  }

  private write(sessionId: string, messages: readonly string[]): boolean {
    const stream = this.streams.get(sessionId)
    for (const message of messages) void stream?.write(messageEvent(message))
    return stream !== undefined
  }
}

const boundTo = ({ connection, identityId }: Caller): string => `${connection.id} ${identityId}`
