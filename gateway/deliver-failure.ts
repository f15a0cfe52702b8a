import { isUtf8 } from 'node:buffer'
import type { RefusalReason } from '@/lib/domain'
import { readServerMessage } from '@/lib/mcp/message'
import { type Gateway, Refusal, type UpstreamAnswer } from './call'
import { closing, mergeEntries } from './close'
import { copiesByPolicy, type Passing, refusedSince } from './current-copies'
import { stillAllowed, withheldPlan } from './decide'
import type { Exchange } from './exchange'
import { asLateFailure } from './holding/late-failure'
import { makeCopies } from './make-copies'
import { localAnswer } from './record'
import type { RecordEntry } from './recorder/entry'
import { recordAnswers, released, withhold } from './release'
import { questionRefused } from './server-message'
import { endedBy } from './taken-message'
import { MAX_FAILURE_BYTES, mediaType, readAll } from './upstream-body'

/** A failure can send the user to a URL like an answer can. */
function questionInFailure(gateway: Gateway, exchange: Exchange, text: string): RefusalReason | null {
  const read = readServerMessage(text)
  const messages = read.ok ? read.messages : []
  for (const message of messages) {
    const refused = questionRefused(gateway, exchange, message, text.slice(message.start, message.end))
    if (refused !== null) return refused
  }
  return null
}

/** Also what a server does not name, as many do with a bare 405, and RFC 9457's problems. */
const READABLE_FAILURE = /^(?:|text\/.+|application\/(?:[\w.-]+\+)?json)$/

/** Bodies of 4xx and 5xx pass as they are: clients tell the protocol's eras apart by them. */
export async function deliverFailure(
  gateway: Gateway,
  exchange: Exchange,
  answer: UpstreamAnswer,
  headers: Record<string, string>,
): Promise<void> {
  const { status } = answer
  const type = mediaType(answer)
  const bytes = await readAll(answer.body, MAX_FAILURE_BYTES)
  if (bytes.length > 0 && !READABLE_FAILURE.test(type)) {
    throw new Refusal('upstream_invalid')
  }
  // UTF-16: every reader but the masker would see what it says.
  if (bytes.includes(0)) throw new Refusal('upstream_invalid')
  const sent = isUtf8(bytes) ? bytes.toString('utf8') : bytes.toString('latin1')
  const text = gateway.echoOf(exchange.caller.connection).clean(sent)
  const open = [...exchange.requests()]
  const asked = open[0]?.asked ?? { kind: 'open' as const }
  const rule = () => {
    const ruling = stillAllowed(gateway, exchange.caller, asked)
    if (ruling.effect === 'deny') return { passing: null, reason: exchange.ended ?? endedBy(ruling.reason) }
    const reason = exchange.ended ?? questionInFailure(gateway, exchange, text)
    return { passing: reason === null ? { text, masks: ruling.masks.client } : null, reason }
  }
  const copy = ({ masks }: Pick<Passing, 'masks'>) => makeCopies(text, exchange.session.placeholderKey, masks)
  const ruled = await copiesByPolicy(gateway, rule, copy)
  const withheld = ruled.verdict.reason
  const copies = ruled.copies ?? (await copy({ masks: withheldPlan(gateway, exchange.caller) }))
  const entries: RecordEntry[] = open.map((request) => {
    request.answered = true
    exchange.unreleased.add(request)
    exchange.session.pending.close(request)
    const outcome = withheld ? 'withheld' : 'error'
    return closing(exchange.caller, exchange.session, request, {
      outcome,
      reason: withheld,
      data: { status },
    })
  })
  const message = {
    ...localAnswer('', exchange.session, open[0] ?? NO_REQUEST),
    frame: 'http' as const,
    body: copies.recorded.replaceAll('\0', '\ufffd'),
    bytes: bytes.length,
    redactions: copies.redactions,
    decision: { effect: withheld ? 'withheld' : 'allow', status },
  }
  if (bytes.length > 0 || entries.length > 0) {
    await recordAnswers(gateway, exchange, mergeEntries([{ messages: [message] }, ...entries]), open)
  }
  if (withheld !== null) return exchange.cut(withheld)
  const since = ruled.copies === null || exchange.ended !== null ? null : await refusedSince(gateway, ruled.made)
  if (since !== null) exchange.cut(since)
  const told = open.filter(({ refused }) => refused !== null)
  if (told.length > 0) return withhold(gateway, exchange, told)
  released(exchange, open)
  const [only] = open
  if (exchange.hasBegun && only !== undefined) {
    const answer = await asLateFailure(gateway, exchange, only, copies.passed, status)
    return exchange.json(200, {}, Buffer.from(answer))
  }
  const body = copies.passed === sent ? bytes : Buffer.from(copies.passed)
  if (body.length === 0) exchange.empty(status, headers)
  else exchange.json(status, { 'content-type': 'text/plain; charset=utf-8', ...headers }, body)
}

const NO_REQUEST = { idSource: '', callId: null, method: '', target: null }
