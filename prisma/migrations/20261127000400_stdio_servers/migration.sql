-- MCP servers that are processes of the gateway: what is run, where, and what it last logged.

ALTER TABLE "Connection"
  ALTER COLUMN "upstreamUrl" DROP NOT NULL,
  ADD COLUMN "command" TEXT,
  ADD COLUMN "args" TEXT[] DEFAULT ARRAY[]::TEXT[],
  ADD COLUMN "cwd" TEXT,
  ADD COLUMN "envNames" TEXT[] DEFAULT ARRAY[]::TEXT[],
  ADD COLUMN "envSealed" BYTEA;
ALTER TABLE "Connection"
  ADD CONSTRAINT "Connection_address_or_command" CHECK (
    CASE WHEN "transport" = 'stdio' THEN "upstreamUrl" IS NULL AND "command" IS NOT NULL
    ELSE "upstreamUrl" IS NOT NULL AND "command" IS NULL AND "cwd" IS NULL AND cardinality("args") = 0
      AND cardinality("envNames") = 0 END),
  ADD CONSTRAINT "Connection_environment_whole" CHECK (("envSealed" IS NULL) = (cardinality("envNames") = 0)),
  -- A process gets no header: what it needs to know is in its environment.
  ADD CONSTRAINT "Connection_process_without_credential" CHECK ("transport" <> 'stdio' OR "credentialSealed" IS NULL);

CREATE TABLE "ServerProcess" (
    "id" TEXT NOT NULL,
    "connectionId" TEXT NOT NULL,
    "sessionId" TEXT NOT NULL,
    "replicaId" TEXT NOT NULL,
    "startedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "endedAt" TIMESTAMPTZ(3),
    "endReason" TEXT,
    "stderrTail" TEXT NOT NULL DEFAULT '',

    CONSTRAINT "ServerProcess_pkey" PRIMARY KEY ("id")
);
CREATE INDEX "ServerProcess_connectionId_startedAt_idx" ON "ServerProcess"("connectionId", "startedAt" DESC);
CREATE INDEX "ServerProcess_replicaId_idx" ON "ServerProcess"("replicaId");
ALTER TABLE "ServerProcess" ADD CONSTRAINT "ServerProcess_connectionId_fkey" FOREIGN KEY ("connectionId") REFERENCES "Connection"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE "ServerProcess" ADD CONSTRAINT "ServerProcess_ended_whole" CHECK (("endedAt" IS NULL) = ("endReason" IS NULL));

ALTER TABLE "Session" ADD COLUMN "replicaId" TEXT;

GRANT SELECT, INSERT ON "ServerProcess" TO countersign_gateway;
GRANT UPDATE ("endedAt", "endReason", "stderrTail") ON "ServerProcess" TO countersign_gateway;
