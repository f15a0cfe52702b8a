-- Servers of HTTP+SSE as of 2024-11-05 behind the gateway.

CREATE TYPE "UpstreamTransport" AS ENUM ('http', 'sse', 'stdio');
ALTER TABLE "Connection" ADD COLUMN "transport" "UpstreamTransport" NOT NULL DEFAULT 'http';

-- There the stream is opened before `initialize` names the client, so the session learns its name later.
GRANT UPDATE ("clientName", "clientVersion") ON "Session" TO countersign_gateway;
