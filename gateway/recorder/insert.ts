import type { FormedBatch, Writer } from './form'

/**
 * One statement is one transaction and one round trip, whatever the batch holds. Rows travel as JSON: encoding them is
 * native on our side, where the processor time of every governed call is counted, and an array literal would not be.
 */
const TEXT = `
WITH message AS (
  INSERT INTO "RecordedMessage" ("at", "sessionId", "writer", "seq", "callId", "direction", "frame", "kind", "rpcId",
    "method", "tool", "body", "bodyDigest", "bytes", "redactions", "decision", "previousHash", "hash")
  SELECT 'epoch'::timestamptz + r."atMicros" * interval '1 microsecond', r."sessionId", $1, r."seq", r."callId",
    r."direction", r."frame", r."kind", r."rpcId", r."method", r."tool", r."body", decode(r."bodyDigest", 'hex'),
    r."bytes", r."redactions", r."decision", decode(r."previousHash", 'hex'), decode(r."hash", 'hex')
  FROM json_to_recordset($3::json) AS r("atMicros" bigint, "sessionId" text, "seq" int, "callId" text,
    "direction" text, "frame" text, "kind" text, "rpcId" text, "method" text, "tool" text, "body" text,
    "bodyDigest" text, "bytes" int, "redactions" jsonb, "decision" jsonb, "previousHash" text, "hash" text)
), message_head AS (
  INSERT INTO "SessionChain" ("sessionId", "writer", "seq", "hash", "updatedAt")
  SELECT r."sessionId", $1, r."seq", decode(r."hash", 'hex'), clock_timestamp()
  FROM json_to_recordset($4::json) AS r("sessionId" text, "seq" int, "hash" text)
  ON CONFLICT ("sessionId", "writer")
  DO UPDATE SET "seq" = excluded."seq", "hash" = excluded."hash", "updatedAt" = excluded."updatedAt"
), touched AS (
  UPDATE "Session" SET "lastSeenAt" = clock_timestamp()
  WHERE "id" = ANY($5::text[]) AND "lastSeenAt" < clock_timestamp() - interval '1 second'
), opened AS (
  INSERT INTO "Call" ("id", "sessionId", "identityId", "connectionId", "writer", "method", "target", "reference",
    "startedAt", "grantIds", "outcome", "reason", "endedAt")
  SELECT r."id", r."sessionId", r."identityId", r."connectionId", $1, r."method", r."target", r."reference",
    'epoch'::timestamptz + r."startedMicros" * interval '1 microsecond', r."grantIds",
    coalesce(r."outcome", 'in_flight')::"CallOutcome", r."reason",
    'epoch'::timestamptz + r."endedMicros" * interval '1 microsecond'
  FROM json_to_recordset($6::json) AS r("id" text, "sessionId" text, "identityId" text, "connectionId" text,
    "method" text, "target" text, "reference" text, "startedMicros" bigint, "grantIds" text[], "outcome" text,
    "reason" text, "endedMicros" bigint)
  ON CONFLICT ("id") DO NOTHING
), closed AS (
  UPDATE "Call" c SET "outcome" = r."outcome"::"CallOutcome", "reason" = r."reason", "upstreamUs" = r."upstreamUs",
    "endedAt" = 'epoch'::timestamptz + r."endedMicros" * interval '1 microsecond', "redactions" = r."redactions"
  FROM json_to_recordset($7::json) AS r("id" text, "outcome" text, "reason" text, "endedMicros" bigint,
    "upstreamUs" int, "redactions" jsonb)
  -- Withheld corrects an answer that was recorded as allowed and then, after a change of policy, not released.
  WHERE c."id" = r."id" AND (c."outcome" IN ('in_flight', 'interrupted') OR r."outcome" = 'withheld')
), event AS (
  INSERT INTO "AuditEvent" ("at", "chain", "seq", "actor", "action", "targetType", "targetId", "identityId",
    "connectionId", "tool", "outcome", "reason", "reference", "sessionId", "count", "data", "previousHash", "hash")
  SELECT 'epoch'::timestamptz + r."atMicros" * interval '1 microsecond', $2, r."seq", $9, r."action", r."targetType",
    r."targetId", r."identityId", r."connectionId", r."tool", r."outcome", r."reason", r."reference", r."sessionId",
    r."count", r."data", decode(r."previousHash", 'hex'), decode(r."hash", 'hex')
  FROM json_to_recordset($8::json) AS r("atMicros" bigint, "seq" bigint, "action" text, "targetType" text,
    "targetId" text, "identityId" text, "connectionId" text, "tool" text, "outcome" text, "reason" text,
    "reference" text, "sessionId" text, "count" int, "data" jsonb, "previousHash" text, "hash" text)
)
INSERT INTO "AuditChain" ("chain", "seq", "hash", "updatedAt")
SELECT $2, r."seq", decode(r."hash", 'hex'), clock_timestamp()
FROM json_to_recordset($10::json) AS r("seq" bigint, "hash" text)
ON CONFLICT ("chain") DO UPDATE SET "seq" = excluded."seq", "hash" = excluded."hash", "updatedAt" = excluded."updatedAt"`

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

export function insertStatement(batch: FormedBatch, writer: Writer) {
  const sessionHeads = [...batch.sessionHeads].map(([sessionId, { seq, hash }]) => ({
    sessionId,
    seq,
    hash: hash.toString('hex'),
  }))
  const auditHead = batch.auditHead ? [{ seq: batch.auditHead.seq, hash: batch.auditHead.hash.toString('hex') }] : []
  return {
    name: 'record',
    text: TEXT,
    values: [
      writer.id,
      writer.auditChain,
      JSON.stringify(batch.messages),
      JSON.stringify(sessionHeads),
      batch.touched,
      JSON.stringify(batch.openedCalls),
      JSON.stringify(batch.closedCalls),
      JSON.stringify(batch.audits),
      writer.actor,
      JSON.stringify(auditHead),
    ],
  }
}
