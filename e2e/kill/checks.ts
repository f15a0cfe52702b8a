import { brokenChains } from '../support/chains'
import type { PolicyWriter } from '../support/policy'
import { type Heard, messagesOf } from './client'
import { marksIn } from './marks'

interface Row {
  direction: 'client' | 'server'
  frame: string
  body: string
  effect: string | null
}

/** What one gateway left behind, against what the others saw of it. Empty when all of it is as promised. */
export async function faultsOfRecord(
  policy: PolicyWriter,
  writer: string,
  received: readonly string[],
  heard: readonly Heard[],
  recordedBefore: Set<string>,
): Promise<string[]> {
  const rows = await policy.rows<Row>(
    `SELECT "direction", "frame", "body", "decision"->>'effect' AS "effect" FROM "RecordedMessage" WHERE "writer" = $1`,
    [writer],
  )
  const up = rows.filter(({ direction, effect }) => direction === 'client' && effect === 'allow')
  const down = rows.filter(({ direction, effect }) => direction === 'server' && effect !== 'withheld')
  return [
    ...missing('the server received', received.flatMap(elementsOf), received, up),
    ...missing(
      'a client received',
      heard.flatMap(messagesOf).flatMap(elementsOf).filter(isUpstreams),
      heard.map(textOf),
      down,
    ),
    ...twice(rows, recordedBefore),
    ...(await brokenChains(policy.client, writer)).map((chain) => `broken: ${chain}`),
  ]
}

/** Whole messages as they are in the record, and marks also of what broke off. */
function missing(who: string, messages: readonly string[], bytes: readonly string[], rows: readonly Row[]): string[] {
  const bodies = new Set(rows.map(({ body }) => body))
  const marks = new Set(rows.flatMap(({ body }) => marksIn(body)))
  return [
    ...messages.filter((message) => !bodies.has(message)).map((message) => `${who}, unrecorded: ${message}`),
    ...bytes
      .flatMap(marksIn)
      .filter((mark) => !marks.has(mark))
      .map((mark) => `${who} ${mark}, which is in no record`),
  ]
}

function twice(rows: readonly Row[], before: Set<string>): string[] {
  const faults: string[] = []
  for (const { direction, frame, body } of rows) {
    // An answer repeats the mark of its question; the first one is its own.
    const mark = marksIn(body)[0]
    if (mark === undefined || frame === 'local') continue
    if (before.has(mark)) faults.push(`recorded twice (${direction}): ${body}`)
    before.add(mark)
  }
  return faults
}

/** What the gateway itself says of a call that came to nothing is recorded as soon as that is possible, not before. */
const isUpstreams = (message: string): boolean => !message.includes('"reference":"ref_')

const textOf = ({ text }: Heard): string => text

function elementsOf(text: string): string[] {
  let parsed: unknown
  try {
    parsed = JSON.parse(text)
  } catch {
    return []
  }
  // Both sides write JSON as JSON.stringify does, so that an element is the text it was sent as.
  return Array.isArray(parsed) ? parsed.map((element) => JSON.stringify(element)) : [text]
}

/** What became of calls, once every dead gateway has been swept. */
export async function faultsOfCalls(policy: PolicyWriter, killed: ReadonlyMap<string, Date>): Promise<string[]> {
  const rows = await policy.rows<{
    id: string
    writer: string
    outcome: string
    endedAt: Date
    answers: number
    events: string[]
  }>(
    `SELECT c."id", c."writer", c."outcome", c."endedAt", count(m.*)::int AS "answers",
       (SELECT coalesce(array_agg(a."action"), '{}') FROM "AuditEvent" a WHERE a."targetId" = c."id") AS "events"
     FROM "Call" c LEFT JOIN "RecordedMessage" m ON m."sessionId" = c."sessionId" AND m."callId" = c."id"
       AND m."direction" = 'server' AND m."kind" = 'response' AND m."decision"->>'effect' IS DISTINCT FROM 'withheld'
     GROUP BY c."id"`,
  )
  return rows.flatMap(({ id, writer, outcome, endedAt, answers, events }) => {
    const what = `${id} of ${writer}: ${outcome}, ${answers} answers, ${events.join()}`
    const killedAt = killed.get(writer)
    const isLate = outcome === 'interrupted' && killedAt && endedAt.getTime() - killedAt.getTime() > 30_000
    const fits = answers === (outcome === 'interrupted' ? 0 : 1) && events.length === 1
    return [
      ...(outcome === 'in_flight' || isLate ? [`not closed in time: ${what}`] : []),
      ...(fits ? [] : [`does not add up: ${what}`]),
    ]
  })
}
