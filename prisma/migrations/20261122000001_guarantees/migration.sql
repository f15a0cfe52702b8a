-- What must hold whoever writes: checks, append-only tables, partitions kept ahead, the gateway's restricted role.

-- --- checks ----------------------------------------------------------------------------------------------------------

ALTER TABLE "Identity"
  ADD CONSTRAINT "Identity_name_lower" CHECK ("name" = lower("name") AND "name" <> ''),
  ADD CONSTRAINT "Identity_not_own_owner" CHECK ("ownerId" IS DISTINCT FROM "id"),
  ADD CONSTRAINT "Identity_human_has_no_owner" CHECK ("kind" <> 'human' OR "ownerId" IS NULL);

-- An owner is a human: somebody must be able to answer for what is not one.
CREATE FUNCTION "owner_is_human"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW."ownerId" IS NOT NULL AND NOT EXISTS (SELECT 1 FROM "Identity" WHERE "id" = NEW."ownerId" AND "kind" = 'human') THEN
    RAISE EXCEPTION 'owner % is not a human identity', NEW."ownerId" USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER "Identity_owner_is_human" BEFORE INSERT OR UPDATE OF "ownerId" ON "Identity"
  FOR EACH ROW EXECUTE FUNCTION "owner_is_human"();
CREATE TRIGGER "Connection_owner_is_human" BEFORE INSERT OR UPDATE OF "ownerId" ON "Connection"
  FOR EACH ROW EXECUTE FUNCTION "owner_is_human"();

ALTER TABLE "Connection"
  ADD CONSTRAINT "Connection_slug_is_label" CHECK ("slug" ~ '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$'),
  ADD CONSTRAINT "Connection_credential_whole" CHECK (("credentialHeader" IS NULL) = ("credentialSealed" IS NULL));

ALTER TABLE "ServiceKey" ADD CONSTRAINT "ServiceKey_hash_length" CHECK (octet_length("hash") = 32);
ALTER TABLE "SignInLink" ADD CONSTRAINT "SignInLink_hash_length" CHECK (octet_length("hash") = 32);

ALTER TABLE "Grant"
  ADD CONSTRAINT "Grant_one_subject" CHECK (num_nonnulls("identityId", "groupId") = 1),
  ADD CONSTRAINT "Grant_names_tools" CHECK (cardinality("tools") > 0),
  ADD CONSTRAINT "Grant_revoked_by_someone" CHECK (("revokedAt" IS NULL) = ("revokedBy" IS NULL));

ALTER TABLE "Exclusion"
  ADD CONSTRAINT "Exclusion_lifted_with_reason"
    CHECK (num_nonnulls("liftedAt", "liftedBy", "liftReason") IN (0, 3));

ALTER TABLE "Rule" ADD CONSTRAINT "Rule_mask_names_types" CHECK ("effect" <> 'mask' OR cardinality("types") > 0);

ALTER TABLE "PolicyVersion" ADD CONSTRAINT "PolicyVersion_single" CHECK ("id" = 1);
INSERT INTO "PolicyVersion" ("id", "version") VALUES (1, 1);

ALTER TABLE "RecordedMessage"
  ADD CONSTRAINT "RecordedMessage_direction" CHECK ("direction" IN ('client', 'server')),
  ADD CONSTRAINT "RecordedMessage_hashes"
    CHECK (octet_length("hash") = 32 AND octet_length("previousHash") = 32 AND octet_length("bodyDigest") = 32);
ALTER TABLE "AuditEvent"
  ADD CONSTRAINT "AuditEvent_hashes" CHECK (octet_length("hash") = 32 AND octet_length("previousHash") = 32);

ALTER TABLE "CampaignItem"
  -- Nobody decides about themselves; that an owner counts as the agent is checked by the command and the trigger below.
  ADD CONSTRAINT "CampaignItem_not_self_reviewed" CHECK ("reviewerId" <> "identityId"),
  ADD CONSTRAINT "CampaignItem_not_self_decided" CHECK ("decidedById" IS NULL OR "decidedById" <> "identityId"),
  ADD CONSTRAINT "CampaignItem_reduce_keeps_something"
    CHECK (("verdict" IS NOT DISTINCT FROM 'reduce') = (cardinality("keepTools") > 0)),
  ADD CONSTRAINT "CampaignItem_decided_whole" CHECK (("verdict" IS NULL) = ("decidedAt" IS NULL)),
  ADD CONSTRAINT "CampaignItem_signed_off_decided" CHECK ("signOffId" IS NULL OR "verdict" IS NOT NULL);

CREATE FUNCTION "item_is_not_decided_by_owner"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM "Identity" WHERE "id" = NEW."identityId" AND "ownerId" IN (NEW."reviewerId", NEW."decidedById")) THEN
    RAISE EXCEPTION 'the owner of an identity may not review it' USING ERRCODE = 'check_violation';
  END IF;
  IF TG_OP = 'UPDATE' AND OLD."signOffId" IS NOT NULL THEN
    RAISE EXCEPTION 'a signed-off item does not change' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER "CampaignItem_not_decided_by_owner" BEFORE INSERT OR UPDATE ON "CampaignItem"
  FOR EACH ROW EXECUTE FUNCTION "item_is_not_decided_by_owner"();

ALTER TABLE "Remediation"
  ADD CONSTRAINT "Remediation_in_order" CHECK (
    ("verifiedAt" IS NULL OR "enforcedAt" IS NOT NULL) AND ("enforcedAt" IS NULL OR "appliedAt" IS NOT NULL)),
  ADD CONSTRAINT "Remediation_verified_has_time" CHECK (("status" = 'verified') = ("verifiedAt" IS NOT NULL));

-- A campaign with an unverified revocation cannot complete, whoever tries.
CREATE FUNCTION "campaign_completes_verified"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW."status" = 'completed' AND OLD."status" <> 'completed' AND (
    EXISTS (SELECT 1 FROM "CampaignItem" WHERE "campaignId" = NEW."id" AND "signOffId" IS NULL)
    OR EXISTS (SELECT 1 FROM "Remediation" r JOIN "CampaignItem" i ON i."id" = r."itemId"
               WHERE i."campaignId" = NEW."id" AND r."status" <> 'verified')
    OR EXISTS (SELECT 1 FROM "CampaignItem" i LEFT JOIN "Remediation" r ON r."itemId" = i."id"
               WHERE i."campaignId" = NEW."id" AND i."verdict" IN ('revoke', 'reduce') AND r."id" IS NULL)
  ) THEN
    RAISE EXCEPTION 'campaign % has open items or unverified revocations', NEW."id" USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER "Campaign_completes_verified" BEFORE UPDATE OF "status" ON "Campaign"
  FOR EACH ROW EXECUTE FUNCTION "campaign_completes_verified"();

-- --- append-only, partitioned ------------------------------------------------------------------------------------------

CREATE FUNCTION "append_only"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER "RecordedMessage_append_only" BEFORE UPDATE OR DELETE ON "RecordedMessage"
  FOR EACH ROW EXECUTE FUNCTION "append_only"();
CREATE TRIGGER "AuditEvent_append_only" BEFORE UPDATE OR DELETE ON "AuditEvent"
  FOR EACH ROW EXECUTE FUNCTION "append_only"();
CREATE TRIGGER "RecordedMessage_no_truncate" BEFORE TRUNCATE ON "RecordedMessage"
  FOR EACH STATEMENT EXECUTE FUNCTION "append_only"();
CREATE TRIGGER "AuditEvent_no_truncate" BEFORE TRUNCATE ON "AuditEvent"
  FOR EACH STATEMENT EXECUTE FUNCTION "append_only"();

INSERT INTO "RetentionClass" ("name", "days") VALUES ('standard', 400);

-- Keeps a partition for yesterday, today and `ahead` days of every retention class. Called at migrate, by every gateway at
-- its start and hourly, so that a stopped web process never stops a gateway. Runs with its owner's rights: the gateway
-- role may call it and may create nothing itself.
CREATE FUNCTION "keep_partitions_ahead"(ahead integer DEFAULT 14) RETURNS integer
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  parent text; class text; class_table text; day_table text; day date; made integer := 0;
BEGIN
  IF ahead < 0 OR ahead > 60 THEN RAISE EXCEPTION 'ahead must be 0 to 60 days'; END IF;
  PERFORM pg_advisory_xact_lock(hashtext('keep_partitions_ahead'));
  FOREACH parent IN ARRAY ARRAY['RecordedMessage', 'AuditEvent'] LOOP
    FOR class IN SELECT "name" FROM "RetentionClass" LOOP
      class_table := parent || '_' || class;
      IF to_regclass(format('%I', class_table)) IS NULL THEN
        EXECUTE format('CREATE TABLE %I PARTITION OF %I FOR VALUES IN (%L) PARTITION BY RANGE ("at")', class_table, parent, class);
        EXECUTE format('CREATE TRIGGER "no_truncate" BEFORE TRUNCATE ON %I FOR EACH STATEMENT EXECUTE FUNCTION "append_only"()', class_table);
      END IF;
      FOR offset_days IN -1..ahead LOOP
        day := (now() AT TIME ZONE 'UTC')::date + offset_days;
        day_table := class_table || '_' || to_char(day, 'YYYYMMDD');
        IF to_regclass(format('%I', day_table)) IS NULL THEN
          EXECUTE format('CREATE TABLE %I PARTITION OF %I FOR VALUES FROM (%L) TO (%L)', day_table, class_table,
            day::timestamp AT TIME ZONE 'UTC', (day + 1)::timestamp AT TIME ZONE 'UTC');
          -- TRUNCATE on a partition would go past its parent's trigger.
          EXECUTE format('CREATE TRIGGER "no_truncate" BEFORE TRUNCATE ON %I FOR EACH STATEMENT EXECUTE FUNCTION "append_only"()', day_table);
          made := made + 1;
        END IF;
      END LOOP;
    END LOOP;
  END LOOP;
  RETURN made;
END $$;
REVOKE ALL ON FUNCTION "keep_partitions_ahead"(integer) FROM PUBLIC;
SELECT "keep_partitions_ahead"();

-- Who counts as a live gateway, by the database's own clock.
CREATE VIEW "LiveGateway" AS
  SELECT "id", "name", "url", "appliedVersion", "heartbeatAt" FROM "GatewayReplica"
  WHERE "stoppedAt" IS NULL AND "heartbeatAt" > clock_timestamp() - interval '6 seconds';

-- --- the gateway's restricted role -------------------------------------------------------------------------------------

DO $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'countersign_gateway') THEN
    CREATE ROLE countersign_gateway NOLOGIN;
  END IF;
EXCEPTION
  WHEN duplicate_object OR unique_violation THEN NULL; -- another database of the same server was migrated at this moment
END $$;

REVOKE CREATE ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO countersign_gateway;
GRANT EXECUTE ON FUNCTION "keep_partitions_ahead"(integer) TO countersign_gateway;
GRANT SELECT ON "Identity", "ServiceKey", "Group", "GroupMember", "Connection", "Tool", "Grant", "Exclusion", "Rule",
  "PolicyVersion", "LiveGateway", "Remediation", "CampaignItem" TO countersign_gateway;
GRANT UPDATE ("lastUsedAt") ON "ServiceKey" TO countersign_gateway;
GRANT INSERT ON "Tool" TO countersign_gateway;
GRANT UPDATE ("title", "description", "risk", "definition", "digest", "lastSeenAt", "removedAt") ON "Tool" TO countersign_gateway;
GRANT SELECT, INSERT, UPDATE ON "GatewayReplica", "Session", "SessionChain", "Call", "AuditChain" TO countersign_gateway;
GRANT SELECT, INSERT ON "RecordedMessage", "AuditEvent" TO countersign_gateway;
GRANT SELECT ON "Probe" TO countersign_gateway;
GRANT UPDATE ("status", "completedAt", "policyVersion", "results") ON "Probe" TO countersign_gateway;
