import type { FormedBatch, Writer } from './form'

/**
 * One statement is one transaction and one round trip, whatever the batch holds. Rows travel as JSON: encoding them is
 * native on our side, where the processor time of every governed call is counted, and an array literal would not be.
 *
 * Each part begins with what its parameters hold, and stands in a statement only when there is something for it: opening
 * a table and its indexes for no row at all costs as much as a row.
 */
interface Part {
  name: string
  /** Of the batch, in the order of `?` in the text; null leaves the part out. */
  values(batch: FormedBatch, writer: Writer): unknown[] | null
  text: string
}

const PARTS: readonly Part[] = [
  {
    name: 'message',
    values: ({ messages }, { id }) => (messages.length === 0 ? null : [id, JSON.stringify(messages)]),
    text: `
  INSERT INTO "RecordedMessage" ("at", "sessionId", "writer", "seq", "callId", "direction", "frame", "kind", "rpcId",
    "method", "tool", "body", "bodyDigest", "bytes", "redactions", "decision", "previousHash", "hash")
  SELECT 'epoch'::timestamptz + r."atMicros" * interval '1 microsecond', r."sessionId", ?, r."seq", r."callId",
    r."direction", r."frame", r."kind", r."rpcId", r."method", r."tool", r."body", decode(r."bodyDigest", 'hex'),
    r."bytes", r."redactions", r."decision", decode(r."previousHash", 'hex'), decode(r."hash", 'hex')
  FROM json_to_recordset(?::json) AS r("atMicros" bigint, "sessionId" text, "seq" int, "callId" text,
    "direction" text, "frame" text, "kind" text, "rpcId" text, "method" text, "tool" text, "body" text,
    "bodyDigest" text, "bytes" int, "redactions" jsonb, "decision" jsonb, "previousHash" text, "hash" text)`,
  },
  {
    name: 'message_head',
    values: ({ sessionHeads }, { id }) =>
      sessionHeads.size === 0
        ? null
        : [
            id,
            JSON.stringify(
              [...sessionHeads].map(([sessionId, { seq, hash }]) => ({ sessionId, seq, hash: hash.toString('hex') })),
            ),
          ],
    text: `
  INSERT INTO "SessionChain" ("sessionId", "writer", "seq", "hash", "updatedAt")
  SELECT r."sessionId", ?, r."seq", decode(r."hash", 'hex'), clock_timestamp()
  FROM json_to_recordset(?::json) AS r("sessionId" text, "seq" int, "hash" text)
  ON CONFLICT ("sessionId", "writer")
  DO UPDATE SET "seq" = excluded."seq", "hash" = excluded."hash", "updatedAt" = excluded."updatedAt"`,
  },
  {
    name: 'touched',
    values: ({ touched }) => (touched.length === 0 ? null : [touched]),
    text: `
  UPDATE "Session" SET "lastSeenAt" = clock_timestamp()
  WHERE "id" = ANY(?::text[]) AND "lastSeenAt" < clock_timestamp() - interval '1 second'`,
  },
  {
    name: 'opened',
    values: ({ openedCalls }, { id }) => (openedCalls.length === 0 ? null : [id, JSON.stringify(openedCalls)]),
    text: `
  INSERT INTO "Call" ("id", "sessionId", "identityId", "connectionId", "writer", "method", "target", "reference",
    "startedAt", "grantIds", "outcome", "reason", "endedAt")
  SELECT r."id", r."sessionId", r."identityId", r."connectionId", ?, r."method", r."target", r."reference",
    'epoch'::timestamptz + r."startedMicros" * interval '1 microsecond', r."grantIds",
    coalesce(r."outcome", 'in_flight')::"CallOutcome", r."reason",
    'epoch'::timestamptz + r."endedMicros" * interval '1 microsecond'
  FROM json_to_recordset(?::json) AS r("id" text, "sessionId" text, "identityId" text, "connectionId" text,
    "method" text, "target" text, "reference" text, "startedMicros" bigint, "grantIds" text[], "outcome" text,
    "reason" text, "endedMicros" bigint)
  ON CONFLICT ("id") DO NOTHING`,
  },
  {
    name: 'closed',
    values: ({ closedCalls }) => (closedCalls.length === 0 ? null : [JSON.stringify(closedCalls)]),
    text: `
  UPDATE "Call" c SET "outcome" = r."outcome"::"CallOutcome", "reason" = r."reason", "upstreamUs" = r."upstreamUs",
    "endedAt" = 'epoch'::timestamptz + r."endedMicros" * interval '1 microsecond', "redactions" = r."redactions"
  FROM json_to_recordset(?::json) AS r("id" text, "outcome" text, "reason" text, "endedMicros" bigint,
    "upstreamUs" int, "redactions" jsonb)
  -- Withheld corrects an answer that was recorded as allowed and then, after a change of policy, not released.
  WHERE c."id" = r."id" AND (c."outcome" IN ('in_flight', 'interrupted') OR r."outcome" = 'withheld'
    OR (c."outcome" = 'held' AND c."endedAt" IS NULL))`,
  },
  {
    name: 'event',
    values: ({ audits }, { auditChain, actor }) =>
      audits.length === 0 ? null : [auditChain, actor, JSON.stringify(audits)],
    text: `
  INSERT INTO "AuditEvent" ("at", "chain", "seq", "actor", "action", "targetType", "targetId", "identityId",
    "connectionId", "tool", "outcome", "reason", "reference", "sessionId", "count", "data", "previousHash", "hash")
  SELECT 'epoch'::timestamptz + r."atMicros" * interval '1 microsecond', ?, r."seq", ?, r."action", r."targetType",
    r."targetId", r."identityId", r."connectionId", r."tool", r."outcome", r."reason", r."reference", r."sessionId",
    r."count", r."data", decode(r."previousHash", 'hex'), decode(r."hash", 'hex')
  FROM json_to_recordset(?::json) AS r("atMicros" bigint, "seq" bigint, "action" text, "targetType" text,
    "targetId" text, "identityId" text, "connectionId" text, "tool" text, "outcome" text, "reason" text,
    "reference" text, "sessionId" text, "count" int, "data" jsonb, "previousHash" text, "hash" text)`,
  },
  {
    name: 'event_head',
    values: ({ auditHead }, { auditChain }) =>
      auditHead === null ? null : [auditChain, auditHead.seq, auditHead.hash.toString('hex')],
    text: `
  INSERT INTO "AuditChain" ("chain", "seq", "hash", "updatedAt")
  VALUES (?, ?, decode(?, 'hex'), clock_timestamp())
  ON CONFLICT ("chain")
  DO UPDATE SET "seq" = excluded."seq", "hash" = excluded."hash", "updatedAt" = excluded."updatedAt"`,
  },
  {
    name: 'question',
    values: ({ questions }) => (questions.length === 0 ? null : [JSON.stringify(questions)]),
    text: `
  INSERT INTO "ServerRequest" ("sessionId", "rpcId", "askedAt")
  SELECT r."sessionId", r."rpcId", clock_timestamp() FROM json_to_recordset(?::json) AS r("sessionId" text, "rpcId" text)
  ON CONFLICT ("sessionId", "rpcId") DO UPDATE SET "askedAt" = excluded."askedAt", "takenBy" = NULL`,
  },
  {
    name: 'released',
    values: ({ releasedCalls }) => (releasedCalls.length === 0 ? null : [releasedCalls]),
    text: `
  UPDATE "Call" SET "outcome" = 'in_flight' WHERE "id" = ANY(?::text[]) AND "outcome" = 'held' AND "endedAt" IS NULL`,
  },
  {
    name: 'approval',
    values: ({ approvals }) => (approvals.length === 0 ? null : [JSON.stringify(approvals)]),
    text: `
  SELECT "take_approval_steps"(?::jsonb) AS "taken"`,
  },
]

/**
 * The statement is planned once, often while the tables are empty, and a plan that reads a table of ten rows whole still
 * does so when it has ten million. Every look-up in it is by key.
 */
export const RECORDER_SETTINGS = {
  plan_cache_mode: 'force_generic_plan',
  enable_seqscan: 'off',
  enable_hashjoin: 'off',
  enable_mergejoin: 'off',
}

/** Null when the batch holds nothing. */
export function insertStatement(batch: FormedBatch, writer: Writer) {
  const values: unknown[] = []
  const parts: Part[] = []
  for (const part of PARTS) {
    const own = part.values(batch, writer)
    if (own === null) continue
    parts.push(part)
    values.push(...own)
  }
  if (parts.length === 0) return null
  // Short: the server cuts names at 63 letters.
  const name = `record ${parts.map((part) => PARTS.indexOf(part)).join('')}`
  return { name, text: textOf(name, parts), values }
}

const texts = new Map<string, string>()

/** One text for each combination, which the server plans once. */
function textOf(name: string, parts: readonly Part[]): string {
  let text = texts.get(name)
  if (text === undefined) {
    let parameters = 0
    const common = parts.map((part) => `${part.name} AS (${part.text.replace(/\?/g, () => `$${++parameters}`)}\n)`)
    // What only selects is carried out where it is read.
    const read = parts.some((part) => part.name === 'approval') ? '"taken" FROM approval' : '1'
    text = `WITH ${common.join(', ')}\nSELECT ${read}`
    texts.set(name, text)
  }
  return text
}
