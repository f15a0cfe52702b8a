-- Past owners may not review what they gave away; a gateway may write records of its own and nobody else's.

CREATE TABLE "PastOwner" (
    "identityId" TEXT NOT NULL,
    "ownerId" TEXT NOT NULL,
    "until" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "PastOwner_pkey" PRIMARY KEY ("identityId","ownerId")
);
CREATE INDEX "PastOwner_until_idx" ON "PastOwner"("until");
CREATE INDEX "PastOwner_ownerId_idx" ON "PastOwner"("ownerId");
ALTER TABLE "PastOwner" ADD CONSTRAINT "PastOwner_identityId_fkey" FOREIGN KEY ("identityId") REFERENCES "Identity"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE "PastOwner" ADD CONSTRAINT "PastOwner_ownerId_fkey" FOREIGN KEY ("ownerId") REFERENCES "Identity"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

CREATE FUNCTION "remember_owner"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO "PastOwner" ("identityId", "ownerId", "until") VALUES (OLD."id", OLD."ownerId", clock_timestamp())
  ON CONFLICT ("identityId", "ownerId") DO UPDATE SET "until" = excluded."until";
  RETURN NULL;
END $$;
CREATE TRIGGER "Identity_remember_owner" AFTER UPDATE OF "ownerId" ON "Identity" FOR EACH ROW
  WHEN (OLD."ownerId" IS NOT NULL AND OLD."ownerId" IS DISTINCT FROM NEW."ownerId") EXECUTE FUNCTION "remember_owner"();

-- Also who owned it at launch: ninety days back is the command's rule, from launch on it is the database's too.
CREATE OR REPLACE FUNCTION "item_is_not_decided_by_owner"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM "Identity" WHERE "id" = NEW."identityId" AND "ownerId" IN (NEW."reviewerId", NEW."decidedById"))
    OR NEW."snapshot"->'identity'->'owner'->>'id' IN (NEW."reviewerId", NEW."decidedById") THEN
    RAISE EXCEPTION 'the owner of an identity may not review it' USING ERRCODE = 'check_violation';
  END IF;
  IF TG_OP = 'UPDATE' AND OLD."signOffId" IS NOT NULL THEN
    RAISE EXCEPTION 'a signed-off item does not change' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;

-- Hash chains have no secret: who may add a row may add a well-formed one. So a gateway adds to chains of gateways, under a
-- gateway's name, and what a person or the system did cannot be made up by taking a gateway over.
ALTER TABLE "AuditEvent" ENABLE ROW LEVEL SECURITY;
CREATE POLICY "everyone" ON "AuditEvent" USING (true) WITH CHECK (true);
CREATE POLICY "gateways_write_as_gateways" ON "AuditEvent" AS RESTRICTIVE FOR INSERT TO countersign_gateway
  WITH CHECK ("chain" LIKE 'gateway:%' AND "actor" LIKE 'gateway:%' AND "actorId" IS NULL);
ALTER TABLE "AuditChain" ENABLE ROW LEVEL SECURITY;
CREATE POLICY "everyone" ON "AuditChain" USING (true) WITH CHECK (true);
CREATE POLICY "gateways_open_their_chains" ON "AuditChain" AS RESTRICTIVE FOR INSERT TO countersign_gateway
  WITH CHECK ("chain" LIKE 'gateway:%');
CREATE POLICY "gateways_continue_their_chains" ON "AuditChain" AS RESTRICTIVE FOR UPDATE TO countersign_gateway
  USING ("chain" LIKE 'gateway:%') WITH CHECK ("chain" LIKE 'gateway:%');

-- Whose a session or a call is never changes, nor who asked for a session's end.
REVOKE UPDATE ON "Session", "Call", "GatewayReplica", "SessionChain", "AuditChain" FROM countersign_gateway;
GRANT UPDATE ("protocolSessionHash", "derivedKey", "protocolVersion", "lastSeenAt", "endedAt", "endReason") ON "Session" TO countersign_gateway;
GRANT UPDATE ("outcome", "reason", "upstreamUs", "endedAt", "redactions") ON "Call" TO countersign_gateway;
GRANT UPDATE ("heartbeatAt", "appliedVersion", "stoppedAt", "sweptAt") ON "GatewayReplica" TO countersign_gateway;
GRANT UPDATE ("seq", "hash", "updatedAt") ON "SessionChain", "AuditChain" TO countersign_gateway;
