-- Held calls, who votes on them, and what lets a session repeat one. What must hold whoever writes is in triggers; the
-- gateway's role may read, and change only through the functions at the end.

CREATE TYPE "ApprovalStatus" AS ENUM ('pending', 'approved', 'denied', 'expired', 'cancelled', 'void', 'used');
CREATE TYPE "ApprovalVerdict" AS ENUM ('approve', 'deny');

CREATE TABLE "Approval" (
    "id" TEXT NOT NULL,
    "status" "ApprovalStatus" NOT NULL DEFAULT 'pending',
    "identityId" TEXT NOT NULL,
    "connectionId" TEXT NOT NULL,
    "sessionId" TEXT NOT NULL,
    "lineage" TEXT NOT NULL,
    "method" TEXT NOT NULL,
    "target" TEXT NOT NULL,
    "risk" "ToolRisk" NOT NULL,
    "argumentsMasked" TEXT NOT NULL,
    "justification" TEXT,
    "binding" BYTEA NOT NULL,
    "toolDigest" TEXT NOT NULL,
    "ruleDigest" TEXT NOT NULL,
    "requirements" JSONB NOT NULL,
    "masks" JSONB NOT NULL DEFAULT '{}',
    "clientName" TEXT,
    "reference" TEXT NOT NULL,
    "firstCallId" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expiresAt" TIMESTAMPTZ(3) NOT NULL,
    "escalatesAt" TIMESTAMPTZ(3),
    "escalatedAt" TIMESTAMPTZ(3),
    "escalatedRules" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "decidedAt" TIMESTAMPTZ(3),
    "endedAt" TIMESTAMPTZ(3),
    "endReason" TEXT,
    "usedAt" TIMESTAMPTZ(3),
    "usedCallId" TEXT,
    "waitingUntil" TIMESTAMPTZ(3),

    CONSTRAINT "Approval_pkey" PRIMARY KEY ("id")
);
CREATE INDEX "Approval_status_expiresAt_idx" ON "Approval"("status", "expiresAt");
CREATE INDEX "Approval_identityId_createdAt_idx" ON "Approval"("identityId", "createdAt" DESC);
CREATE INDEX "Approval_connectionId_createdAt_idx" ON "Approval"("connectionId", "createdAt" DESC);
CREATE INDEX "Approval_createdAt_idx" ON "Approval"("createdAt" DESC);
CREATE INDEX "Approval_binding_idx" ON "Approval"("binding");
-- An identical call joins the open approval; there is never a second one to be approved by mistake.
CREATE UNIQUE INDEX "Approval_one_open_per_binding" ON "Approval"("binding") WHERE "status" IN ('pending', 'approved');
CREATE INDEX "Approval_escalation_due_idx" ON "Approval"("escalatesAt") WHERE "status" = 'pending' AND "escalatesAt" IS NOT NULL;

CREATE TABLE "ApprovalVote" (
    "approvalId" TEXT NOT NULL,
    "identityId" TEXT NOT NULL,
    "verdict" "ApprovalVerdict" NOT NULL,
    "reason" TEXT,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "actor" TEXT NOT NULL,
    "onBehalfOfId" TEXT,
    "standingMinutes" INTEGER,

    CONSTRAINT "ApprovalVote_pkey" PRIMARY KEY ("approvalId","identityId")
);
CREATE INDEX "ApprovalVote_identityId_idx" ON "ApprovalVote"("identityId");
ALTER TABLE "ApprovalVote" ADD CONSTRAINT "ApprovalVote_approvalId_fkey" FOREIGN KEY ("approvalId") REFERENCES "Approval"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

CREATE TABLE "StandingApproval" (
    "id" TEXT NOT NULL,
    "approvalId" TEXT NOT NULL,
    "sessionId" TEXT NOT NULL,
    "lineage" TEXT NOT NULL,
    "identityId" TEXT NOT NULL,
    "connectionId" TEXT NOT NULL,
    "target" TEXT NOT NULL,
    "toolDigest" TEXT NOT NULL,
    "ruleDigest" TEXT NOT NULL,
    "minutes" INTEGER NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "expiresAt" TIMESTAMPTZ(3) NOT NULL,
    "revokedAt" TIMESTAMPTZ(3),
    "revokedBy" TEXT,
    "uses" INTEGER NOT NULL DEFAULT 0,
    "lastUsedAt" TIMESTAMPTZ(3),

    CONSTRAINT "StandingApproval_pkey" PRIMARY KEY ("id")
);
CREATE UNIQUE INDEX "StandingApproval_approvalId_key" ON "StandingApproval"("approvalId");
CREATE INDEX "StandingApproval_identityId_connectionId_expiresAt_idx" ON "StandingApproval"("identityId", "connectionId", "expiresAt");
CREATE INDEX "StandingApproval_expiresAt_idx" ON "StandingApproval"("expiresAt");
ALTER TABLE "StandingApproval" ADD CONSTRAINT "StandingApproval_approvalId_fkey" FOREIGN KEY ("approvalId") REFERENCES "Approval"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

CREATE TABLE "ApprovalDelegation" (
    "id" TEXT NOT NULL,
    "fromId" TEXT NOT NULL,
    "toId" TEXT NOT NULL,
    "startsAt" TIMESTAMPTZ(3) NOT NULL,
    "endsAt" TIMESTAMPTZ(3) NOT NULL,
    "reason" TEXT NOT NULL,
    "createdBy" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "revokedAt" TIMESTAMPTZ(3),
    "revokedBy" TEXT,

    CONSTRAINT "ApprovalDelegation_pkey" PRIMARY KEY ("id")
);
CREATE INDEX "ApprovalDelegation_fromId_endsAt_idx" ON "ApprovalDelegation"("fromId", "endsAt");
CREATE INDEX "ApprovalDelegation_toId_endsAt_idx" ON "ApprovalDelegation"("toId", "endsAt");
ALTER TABLE "ApprovalDelegation" ADD CONSTRAINT "ApprovalDelegation_fromId_fkey" FOREIGN KEY ("fromId") REFERENCES "Identity"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE "ApprovalDelegation" ADD CONSTRAINT "ApprovalDelegation_toId_fkey" FOREIGN KEY ("toId") REFERENCES "Identity"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- --- what must hold whoever writes --------------------------------------------------------------------------------------

ALTER TABLE "Approval"
  ADD CONSTRAINT "Approval_binding_length" CHECK (octet_length("binding") = 32),
  ADD CONSTRAINT "Approval_expires_later" CHECK ("expiresAt" > "createdAt"),
  ADD CONSTRAINT "Approval_asks_somebody"
    CHECK (jsonb_typeof("requirements") = 'array' AND jsonb_array_length("requirements") > 0),
  ADD CONSTRAINT "Approval_decided_whole"
    CHECK (("status" IN ('pending', 'cancelled', 'expired', 'void')) OR "decidedAt" IS NOT NULL),
  ADD CONSTRAINT "Approval_ended_whole" CHECK (("status" IN ('pending', 'approved')) = ("endedAt" IS NULL)),
  ADD CONSTRAINT "Approval_used_whole"
    CHECK (("status" = 'used') = ("usedAt" IS NOT NULL) AND ("usedAt" IS NULL) = ("usedCallId" IS NULL));

ALTER TABLE "ApprovalVote"
  ADD CONSTRAINT "ApprovalVote_standing_minutes"
    CHECK ("standingMinutes" IS NULL OR ("verdict" = 'approve' AND "standingMinutes" BETWEEN 1 AND 60)),
  ADD CONSTRAINT "ApprovalVote_not_for_oneself" CHECK ("onBehalfOfId" IS DISTINCT FROM "identityId");

ALTER TABLE "StandingApproval"
  ADD CONSTRAINT "StandingApproval_minutes" CHECK ("minutes" BETWEEN 1 AND 60),
  ADD CONSTRAINT "StandingApproval_ends" CHECK ("expiresAt" <= "createdAt" + "minutes" * interval '1 minute'),
  ADD CONSTRAINT "StandingApproval_revoked_by_someone" CHECK (("revokedAt" IS NULL) = ("revokedBy" IS NULL));

ALTER TABLE "ApprovalDelegation"
  ADD CONSTRAINT "ApprovalDelegation_to_another" CHECK ("fromId" <> "toId"),
  ADD CONSTRAINT "ApprovalDelegation_ends_later" CHECK ("endsAt" > "startsAt"),
  ADD CONSTRAINT "ApprovalDelegation_revoked_by_someone" CHECK (("revokedAt" IS NULL) = ("revokedBy" IS NULL));

-- Who counts as the caller: itself, whoever owns it, whoever owned it within ninety days.
CREATE FUNCTION "stands_behind"(person text, caller text) RETURNS boolean LANGUAGE sql STABLE
  SET search_path = public, pg_temp AS $$
  SELECT person = caller
    OR EXISTS (SELECT 1 FROM "Identity" WHERE "id" = caller AND "ownerId" = person)
    OR EXISTS (SELECT 1 FROM "PastOwner" WHERE "identityId" = caller AND "ownerId" = person
      AND "until" >= clock_timestamp() - interval '90 days')
$$;

-- pending → approved, denied, expired, cancelled, void; approved → used, denied, expired, cancelled, void. Nothing comes back.
CREATE FUNCTION "approval_keeps_its_course"() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW."status" <> 'pending' OR num_nonnulls(NEW."decidedAt", NEW."endedAt", NEW."usedAt", NEW."usedCallId") > 0 THEN
      RAISE EXCEPTION 'an approval begins pending' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
  END IF;
  IF (NEW."id", NEW."identityId", NEW."connectionId", NEW."sessionId", NEW."lineage", NEW."method", NEW."target", NEW."risk",
      NEW."argumentsMasked", NEW."justification", NEW."binding", NEW."toolDigest", NEW."ruleDigest", NEW."requirements",
      NEW."createdAt", NEW."expiresAt")
    IS DISTINCT FROM
     (OLD."id", OLD."identityId", OLD."connectionId", OLD."sessionId", OLD."lineage", OLD."method", OLD."target", OLD."risk",
      OLD."argumentsMasked", OLD."justification", OLD."binding", OLD."toolDigest", OLD."ruleDigest", OLD."requirements",
      OLD."createdAt", OLD."expiresAt") THEN
    RAISE EXCEPTION 'what an approval is about does not change' USING ERRCODE = 'check_violation';
  END IF;
  IF NEW."status" = OLD."status" THEN
    IF OLD."status" NOT IN ('pending', 'approved')
      AND to_jsonb(NEW) - 'waitingUntil' <> to_jsonb(OLD) - 'waitingUntil' THEN
      RAISE EXCEPTION 'an ended approval does not change' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
  END IF;
  IF NOT ((OLD."status" = 'pending' AND NEW."status" IN ('approved', 'denied', 'expired', 'cancelled', 'void'))
    OR (OLD."status" = 'approved' AND NEW."status" IN ('used', 'denied', 'expired', 'cancelled', 'void'))) THEN
    RAISE EXCEPTION 'an approval does not go from % to %', OLD."status", NEW."status" USING ERRCODE = 'check_violation';
  END IF;
  IF NEW."status" IN ('approved', 'used', 'denied') AND clock_timestamp() >= OLD."expiresAt" THEN
    RAISE EXCEPTION 'this approval has expired' USING ERRCODE = 'check_violation';
  END IF;
  IF NEW."status" = 'expired' AND clock_timestamp() < OLD."expiresAt" THEN
    RAISE EXCEPTION 'this approval has not expired' USING ERRCODE = 'check_violation';
  END IF;
  IF NEW."status" = 'denied' AND NOT EXISTS (
    SELECT 1 FROM "ApprovalVote" WHERE "approvalId" = NEW."id" AND "verdict" = 'deny') THEN
    RAISE EXCEPTION 'nobody denied this' USING ERRCODE = 'check_violation';
  END IF;
  IF NEW."status" = 'approved' AND (
    EXISTS (SELECT 1 FROM "ApprovalVote" WHERE "approvalId" = NEW."id" AND "verdict" = 'deny')
    OR (SELECT count(*) FROM "ApprovalVote" WHERE "approvalId" = NEW."id" AND "verdict" = 'approve')
      < (SELECT max((r->>'quorum')::int) FROM jsonb_array_elements(NEW."requirements") AS r)) THEN
    RAISE EXCEPTION 'not enough people approved this' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER "Approval_keeps_its_course" BEFORE INSERT OR UPDATE ON "Approval"
  FOR EACH ROW EXECUTE FUNCTION "approval_keeps_its_course"();

-- Votes come from people who do not stand behind the caller, in time; an approval may be taken back, a denial not.
CREATE FUNCTION "vote_may_count"() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
  held "Approval"%ROWTYPE;
BEGIN
  SELECT * INTO held FROM "Approval" WHERE "id" = NEW."approvalId" FOR UPDATE;
  IF NOT (held."status" = 'pending' OR (held."status" = 'approved' AND NEW."verdict" = 'deny')) THEN
    RAISE EXCEPTION 'this approval is %', held."status" USING ERRCODE = 'check_violation';
  END IF;
  IF clock_timestamp() >= held."expiresAt" THEN
    RAISE EXCEPTION 'this approval has expired' USING ERRCODE = 'check_violation';
  END IF;
  IF NOT EXISTS (SELECT 1 FROM "Identity" WHERE "id" = NEW."identityId" AND "kind" = 'human') THEN
    RAISE EXCEPTION 'only people vote' USING ERRCODE = 'check_violation';
  END IF;
  IF "stands_behind"(NEW."identityId", held."identityId") OR "stands_behind"(NEW."onBehalfOfId", held."identityId") THEN
    RAISE EXCEPTION 'nobody decides about themselves' USING ERRCODE = 'check_violation';
  END IF;
  IF TG_OP = 'UPDATE' AND ((NEW."approvalId", NEW."identityId") IS DISTINCT FROM (OLD."approvalId", OLD."identityId")
    OR NOT (OLD."verdict" = 'approve' AND NEW."verdict" = 'deny')) THEN
    RAISE EXCEPTION 'a vote only turns from approve to deny' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER "ApprovalVote_may_count" BEFORE INSERT OR UPDATE ON "ApprovalVote"
  FOR EACH ROW EXECUTE FUNCTION "vote_may_count"();

CREATE FUNCTION "standing_keeps_its_bounds"() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NOT EXISTS (
      SELECT 1 FROM "Approval" a WHERE a."id" = NEW."approvalId" AND a."status" = 'approved'
        AND (a."sessionId", a."lineage", a."identityId", a."connectionId", a."target", a."toolDigest", a."ruleDigest")
          = (NEW."sessionId", NEW."lineage", NEW."identityId", NEW."connectionId", NEW."target", NEW."toolDigest",
            NEW."ruleDigest")
        AND NOT EXISTS (SELECT 1 FROM jsonb_array_elements(a."requirements") AS r
          WHERE (r->>'standing')::boolean IS NOT TRUE)
        AND NOT EXISTS (SELECT 1 FROM "ApprovalVote" v WHERE v."approvalId" = a."id"
          AND (v."standingMinutes" IS NULL OR v."standingMinutes" < NEW."minutes"))) THEN
      RAISE EXCEPTION 'nothing allows this to be repeated' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
  END IF;
  IF to_jsonb(NEW) - '{uses,lastUsedAt,revokedAt,revokedBy}'::text[]
      <> to_jsonb(OLD) - '{uses,lastUsedAt,revokedAt,revokedBy}'::text[]
    OR (OLD."revokedAt" IS NOT NULL AND to_jsonb(NEW) <> to_jsonb(OLD)) THEN
    RAISE EXCEPTION 'a standing approval does not change' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER "StandingApproval_keeps_its_bounds" BEFORE INSERT OR UPDATE ON "StandingApproval"
  FOR EACH ROW EXECUTE FUNCTION "standing_keeps_its_bounds"();

-- --- who waits for what hears of it --------------------------------------------------------------------------------------

CREATE FUNCTION "tell_of_approval"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('approval', CASE WHEN TG_TABLE_NAME = 'Approval' THEN to_jsonb(NEW)->>'id' ELSE to_jsonb(NEW)->>'approvalId' END);
  RETURN NULL;
END $$;
CREATE TRIGGER "Approval_tell" AFTER INSERT ON "Approval" FOR EACH ROW EXECUTE FUNCTION "tell_of_approval"();
-- Not of each heartbeat of a client that waits, only of its beginning and end.
CREATE TRIGGER "Approval_tell_change" AFTER UPDATE ON "Approval" FOR EACH ROW
  WHEN ((NEW."status", NEW."escalatedAt", NEW."escalatedRules") IS DISTINCT FROM (OLD."status", OLD."escalatedAt", OLD."escalatedRules")
    OR OLD."waitingUntil" IS NULL OR OLD."waitingUntil" < clock_timestamp() OR NEW."waitingUntil" < OLD."waitingUntil")
  EXECUTE FUNCTION "tell_of_approval"();
CREATE TRIGGER "ApprovalVote_tell" AFTER INSERT OR UPDATE ON "ApprovalVote" FOR EACH ROW EXECUTE FUNCTION "tell_of_approval"();
CREATE TRIGGER "StandingApproval_tell" AFTER INSERT OR UPDATE ON "StandingApproval" FOR EACH ROW EXECUTE FUNCTION "tell_of_approval"();

-- --- what a gateway may do ------------------------------------------------------------------------------------------------

-- Opens an approval for an exact call, or joins the one that is open. Expiry is the earliest of its rules, by this clock.
-- Returns `{id, status, expiresAt, opened, lapsed}`; `lapsed` is one that had expired and was closed on the way.
CREATE FUNCTION "open_approval"(p_call jsonb, p_binding bytea) RETURNS jsonb
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  v_now timestamptz;
  v_lapsed text;
  v_found "Approval"%ROWTYPE;
BEGIN
  IF (SELECT count(*) FROM jsonb_array_elements(p_call->'requirements') AS r
      WHERE (r->>'quorum')::int >= 1 AND (r->>'expiresAfterSeconds')::int BETWEEN 60 AND 604800
        AND r->>'ruleId' IS NOT NULL AND jsonb_typeof(r->'approvers') = 'object')
    IS DISTINCT FROM jsonb_array_length(p_call->'requirements') THEN
    RAISE EXCEPTION 'not what rules require' USING ERRCODE = 'check_violation';
  END IF;
  -- Again where the one that was in the way ended in between. Under a snapshot that stands still it would never be seen.
  FOR attempt IN 1..10 LOOP
    v_now := clock_timestamp();
    UPDATE "Approval" SET "status" = 'expired', "endedAt" = v_now
      WHERE "binding" = p_binding AND "status" IN ('pending', 'approved') AND "expiresAt" <= v_now
      RETURNING "id" INTO v_lapsed;
    SELECT * INTO v_found FROM "Approval" WHERE "binding" = p_binding AND "status" IN ('pending', 'approved');
    IF FOUND THEN
      RETURN jsonb_build_object('id', v_found."id", 'status', v_found."status", 'expiresAt', v_found."expiresAt",
        'opened', false, 'lapsed', v_lapsed);
    END IF;
    -- Who asks for very much at once buries those who decide.
    IF (SELECT count(*) FROM "Approval" WHERE "identityId" = p_call->>'identityId' AND "status" = 'pending'
        AND "expiresAt" > v_now) >= 100 THEN
      RAISE EXCEPTION 'too many held calls of one identity' USING ERRCODE = 'CS002';
    END IF;
    INSERT INTO "Approval" ("id", "identityId", "connectionId", "sessionId", "lineage", "method", "target", "risk",
        "argumentsMasked", "justification", "binding", "toolDigest", "ruleDigest", "requirements", "masks", "clientName",
        "reference", "firstCallId", "createdAt", "expiresAt", "escalatesAt")
      SELECT p_call->>'id', p_call->>'identityId', p_call->>'connectionId', p_call->>'sessionId', p_call->>'lineage',
        p_call->>'method', p_call->>'target', (p_call->>'risk')::"ToolRisk", p_call->>'argumentsMasked',
        p_call->>'justification', p_binding, p_call->>'toolDigest', p_call->>'ruleDigest', p_call->'requirements',
        coalesce(p_call->'masks', '{}'), p_call->>'clientName', p_call->>'reference', p_call->>'firstCallId', v_now,
        v_now + (SELECT min((r->>'expiresAfterSeconds')::int) FROM jsonb_array_elements(p_call->'requirements') AS r)
          * interval '1 second',
        v_now + (SELECT min((r->'escalation'->>'afterSeconds')::int) FROM jsonb_array_elements(p_call->'requirements') AS r)
          * interval '1 second'
      ON CONFLICT ("binding") WHERE "status" IN ('pending', 'approved') DO NOTHING
      RETURNING * INTO v_found;
    IF FOUND THEN
      RETURN jsonb_build_object('id', v_found."id", 'status', v_found."status", 'expiresAt', v_found."expiresAt",
        'opened', true, 'lapsed', v_lapsed);
    END IF;
  END LOOP;
  RAISE EXCEPTION 'no approval could be opened' USING ERRCODE = 'serialization_failure';
END $$;

-- Once, in time, for the call that it was given for, through whichever replica. False: somebody was faster, or it is over.
CREATE FUNCTION "use_approval"(p_id text, p_binding bytea, p_call_id text) RETURNS boolean
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  v_now timestamptz := clock_timestamp();
BEGIN
  UPDATE "Approval" SET "status" = 'used', "usedAt" = v_now, "usedCallId" = p_call_id, "endedAt" = v_now
    WHERE "id" = p_id AND "binding" = p_binding AND "status" = 'approved' AND "expiresAt" > clock_timestamp();
  RETURN FOUND;
END $$;

CREATE FUNCTION "cancel_approval"(p_id text, p_reason text) RETURNS boolean
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  UPDATE "Approval" SET "status" = 'cancelled', "endReason" = left(p_reason, 300), "endedAt" = clock_timestamp()
    WHERE "id" = p_id AND "status" IN ('pending', 'approved');
  RETURN FOUND;
END $$;

CREATE FUNCTION "void_approval"(p_id text, p_reason text) RETURNS boolean
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  UPDATE "Approval" SET "status" = 'void', "endReason" = left(p_reason, 300), "endedAt" = clock_timestamp()
    WHERE "id" = p_id AND "status" IN ('pending', 'approved');
  RETURN FOUND;
END $$;

-- A client waits at a gateway for this many seconds more, at most a minute; 0: it waits no longer.
CREATE FUNCTION "hold_waiting"(p_id text, p_seconds integer) RETURNS boolean
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  UPDATE "Approval" SET "waitingUntil" = clock_timestamp() + least(greatest(p_seconds, 0), 60) * interval '1 second'
    WHERE "id" = p_id AND "status" IN ('pending', 'approved');
  RETURN FOUND;
END $$;

-- The standing approval that lets this session repeat this now, counted; null: none does.
CREATE FUNCTION "use_standing"(p_identity text, p_connection text, p_lineage text, p_target text, p_tool_digest text,
  p_rule_digest text) RETURNS text LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  v_id text;
BEGIN
  UPDATE "StandingApproval" SET "uses" = "uses" + 1, "lastUsedAt" = clock_timestamp() WHERE "id" = (
    SELECT s."id" FROM "StandingApproval" s JOIN "Session" c ON c."id" = s."sessionId"
    WHERE s."identityId" = p_identity AND s."connectionId" = p_connection AND s."lineage" = p_lineage
      AND s."target" = p_target AND s."toolDigest" = p_tool_digest AND s."ruleDigest" = p_rule_digest
      AND s."revokedAt" IS NULL AND s."expiresAt" > clock_timestamp()
      AND c."endedAt" IS NULL AND c."endRequestedBy" IS NULL
    ORDER BY s."expiresAt" DESC LIMIT 1)
    AND "revokedAt" IS NULL AND "expiresAt" > clock_timestamp()
  RETURNING "id" INTO v_id;
  RETURN v_id;
END $$;

REVOKE ALL ON FUNCTION "open_approval"(jsonb, bytea), "use_approval"(text, bytea, text), "cancel_approval"(text, text),
  "void_approval"(text, text), "hold_waiting"(text, integer), "use_standing"(text, text, text, text, text, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION "open_approval"(jsonb, bytea), "use_approval"(text, bytea, text), "cancel_approval"(text, text),
  "void_approval"(text, text), "hold_waiting"(text, integer), "use_standing"(text, text, text, text, text, text)
  TO countersign_gateway;
GRANT SELECT ON "Approval", "ApprovalVote", "StandingApproval", "ApprovalDelegation" TO countersign_gateway;
