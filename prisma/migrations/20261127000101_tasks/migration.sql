-- Whose the tasks of MCP servers are.
CREATE TABLE "ServerTask" (
    "connectionId" TEXT NOT NULL,
    "idHash" BYTEA NOT NULL,
    "identityId" TEXT NOT NULL,
    "tool" TEXT NOT NULL,
    "callId" TEXT,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "ServerTask_pkey" PRIMARY KEY ("connectionId","idHash")
);
CREATE INDEX "ServerTask_identityId_idx" ON "ServerTask"("identityId");
CREATE INDEX "ServerTask_createdAt_idx" ON "ServerTask"("createdAt");
ALTER TABLE "ServerTask" ADD CONSTRAINT "ServerTask_connectionId_fkey" FOREIGN KEY ("connectionId") REFERENCES "Connection"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE "ServerTask" ADD CONSTRAINT "ServerTask_identityId_fkey" FOREIGN KEY ("identityId") REFERENCES "Identity"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE "ServerTask" ADD CONSTRAINT "ServerTask_hash_length" CHECK (octet_length("idHash") = 32);

-- A gateway says whose a new task is. Whose it is never changes.
GRANT SELECT, INSERT ON "ServerTask" TO countersign_gateway;
