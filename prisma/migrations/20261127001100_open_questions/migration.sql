-- What servers have asked of clients, and who answered: of two answers at once, on whichever replicas, one is taken.
CREATE TABLE "ServerRequest" (
    "sessionId" TEXT NOT NULL,
    "rpcId" TEXT NOT NULL,
    "askedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "takenBy" TEXT,

    CONSTRAINT "ServerRequest_pkey" PRIMARY KEY ("sessionId","rpcId")
);
CREATE INDEX "ServerRequest_askedAt_idx" ON "ServerRequest"("askedAt");

-- What is open while the gateways are replaced stays open.
INSERT INTO "ServerRequest" ("sessionId", "rpcId")
SELECT DISTINCT q."sessionId", q."rpcId" FROM "RecordedMessage" q
WHERE q."at" > clock_timestamp() - interval '1 hour' AND q."rpcId" IS NOT NULL
  AND q."direction" = 'server' AND q."kind" = 'request' AND coalesce(q."decision"->>'effect', 'allow') = 'allow'
  AND NOT EXISTS (
    SELECT 1 FROM "RecordedMessage" a
    WHERE a."sessionId" = q."sessionId" AND a."rpcId" = q."rpcId" AND a."direction" = 'client' AND a."kind" = 'response'
      AND a."frame" = 'http' AND a."at" >= q."at");

GRANT SELECT, INSERT, UPDATE ("askedAt", "takenBy") ON "ServerRequest" TO countersign_gateway;

-- Idle sessions are looked for among those that are open, not among all there ever were. Not by when they were last used:
-- an index on that would be written with every call.
CREATE INDEX "Session_open_idx" ON "Session"("startedAt") WHERE "endedAt" IS NULL;
