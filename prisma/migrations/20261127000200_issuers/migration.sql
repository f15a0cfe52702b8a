-- AlterTable
ALTER TABLE "IdentityBinding" ADD COLUMN     "groupsIssuedAt" TIMESTAMPTZ(3),
ADD COLUMN     "via" TEXT NOT NULL DEFAULT 'sign-in';

-- CreateTable
CREATE TABLE "Issuer" (
    "id" TEXT NOT NULL,
    "issuer" TEXT NOT NULL,
    "audience" TEXT,
    "identityClaim" TEXT NOT NULL DEFAULT 'sub',
    "groupsClaim" TEXT,
    "groupGlobs" TEXT[] DEFAULT ARRAY['*']::TEXT[],
    "emailDomains" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "kind" "IdentityKind" NOT NULL DEFAULT 'human',
    "requiredClaims" JSONB NOT NULL DEFAULT '{}',
    "requiredScope" TEXT,
    "jwksUri" TEXT,
    "algorithms" TEXT[],
    "acceptsIdTokens" BOOLEAN NOT NULL DEFAULT false,
    "managedBy" TEXT,
    "createdBy" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Issuer_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "IssuerKeyStatus" (
    "gateway" TEXT NOT NULL,
    "issuer" TEXT NOT NULL,
    "keyIds" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "attemptedAt" TIMESTAMPTZ(3) NOT NULL,
    "fetchedAt" TIMESTAMPTZ(3),
    "problem" TEXT,

    CONSTRAINT "IssuerKeyStatus_pkey" PRIMARY KEY ("gateway","issuer")
);

-- CreateIndex
CREATE UNIQUE INDEX "Issuer_issuer_key" ON "Issuer"("issuer");

CREATE INDEX "IdentityBinding_issuer_createdAt_idx" ON "IdentityBinding"("issuer", "createdAt");

ALTER TABLE "Issuer"
  ADD CONSTRAINT "Issuer_address" CHECK ("issuer" ~ '^https?://[^\s?#]+$'),
  ADD CONSTRAINT "Issuer_has_algorithms" CHECK (
    cardinality("algorithms") > 0 AND "algorithms" <@ ARRAY['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512',
      'ES256', 'ES384', 'ES512', 'EdDSA']);
ALTER TABLE "IdentityBinding"
  ADD CONSTRAINT "IdentityBinding_via" CHECK ("via" IN ('sign-in', 'gateway', 'hand', 'apply'));

-- `*` stands for any run of characters and everything else for itself, as in lib/words.ts.
CREATE FUNCTION "matches_any_glob"(patterns text[], value text) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
  SELECT EXISTS (SELECT 1 FROM unnest(patterns) AS p
    WHERE value LIKE replace(replace(replace(replace(p, '\', '\\'), '%', '\%'), '_', '\_'), '*', '%'))
$$;

-- What a gateway may do with a token whose subject or group claims it has not seen before, and nothing else: it runs with its
-- owner's rights, so that the gateway's role needs none on identities, groups and memberships. Which identity a token stands
-- for is decided in lib/identities/admission.ts; here is what must hold whoever decided. In one place for all replicas: the
-- version's row lock lets one of them through at a time, and who comes second finds the binding made.
CREATE FUNCTION "admit_token_subject"(
  p_issuer text, p_subject text, p_issued_at timestamptz, p_identity_id text, p_new jsonb, p_groups text[], p_group_ids text[]
) RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  trust "Issuer"%ROWTYPE;
  binding "IdentityBinding"%ROWTYPE;
  person "Identity"%ROWTYPE;
  did text := 'known';
  v_joined text[] := '{}';
  v_left text[] := '{}';
  v_version bigint;
BEGIN
  SELECT "version" INTO v_version FROM "PolicyVersion" WHERE "id" = 1 FOR UPDATE;
  SELECT * INTO trust FROM "Issuer" WHERE "issuer" = p_issuer;
  IF NOT FOUND OR p_subject IS NULL OR length(p_subject) NOT BETWEEN 1 AND 500 THEN
    RAISE EXCEPTION 'no such issuer, or no subject' USING ERRCODE = 'CS001';
  END IF;

  SELECT * INTO binding FROM "IdentityBinding" WHERE "issuer" = p_issuer AND "subject" = p_subject;
  IF NOT FOUND THEN
    IF (SELECT count(*) FROM "IdentityBinding" WHERE "issuer" = p_issuer AND "via" = 'gateway'
        AND "createdAt" > clock_timestamp() - interval '1 minute') >= 300 THEN
      RAISE EXCEPTION 'too many new subjects of one issuer' USING ERRCODE = 'CS002';
    END IF;
    IF p_identity_id IS NOT NULL THEN
      SELECT * INTO person FROM "Identity" WHERE "id" = p_identity_id FOR UPDATE;
      -- Only by its address, only where the issuer is trusted with that domain, and never beside another token's subject.
      IF (person."kind" = 'human' AND person."disabledAt" IS NULL AND person."name" ~ '^[^@]+@[^@]+$'
        AND split_part(person."name", '@', 2) = ANY (trust."emailDomains")
        AND NOT EXISTS (SELECT 1 FROM "IdentityBinding" b WHERE b."identityId" = person."id"
          AND (b."issuer" = p_issuer OR b."via" <> 'sign-in'))) IS NOT TRUE THEN
        RAISE EXCEPTION 'this subject may not stand for that identity' USING ERRCODE = 'CS001';
      END IF;
      did := 'bind';
    ELSE
      IF (p_new->>'id' ~ '^idn_[0-9a-z]{21}$' AND (p_new->>'kind')::"IdentityKind" IN (trust."kind", 'service')
        AND p_new->>'name' ~ '^[a-z0-9][a-z0-9._+@-]{0,253}$'
        AND CASE WHEN p_new->>'kind' <> 'human' THEN strpos(p_new->>'name', '@') = 0
          ELSE p_new->>'name' ~ '^subject-[0-9a-f]{16}@[a-z0-9.-]+$' OR (p_new->>'name' ~ '^[^@]+@[^@]+$'
            AND split_part(p_new->>'name', '@', 2) = ANY (trust."emailDomains")) END
        AND NOT EXISTS (SELECT 1 FROM "Identity" WHERE "name" = p_new->>'name')) IS NOT TRUE THEN
        RAISE EXCEPTION 'no such identity may be made' USING ERRCODE = 'CS001';
      END IF;
      INSERT INTO "Identity" ("id", "name", "displayName", "kind")
        VALUES (p_new->>'id', p_new->>'name', left(p_new->>'displayName', 200), (p_new->>'kind')::"IdentityKind")
        RETURNING * INTO person;
      did := 'create';
    END IF;
    INSERT INTO "IdentityBinding" ("issuer", "subject", "identityId", "via")
      VALUES (p_issuer, p_subject, person."id", 'gateway') RETURNING * INTO binding;
  END IF;

  IF p_groups IS NOT NULL AND trust."groupsClaim" IS NOT NULL THEN
    IF (cardinality(p_groups) <= 500 AND cardinality(p_groups) = cardinality(p_group_ids) AND NOT EXISTS (
      SELECT 1 FROM unnest(p_groups) AS g WHERE (length(g) BETWEEN 1 AND 200 AND g !~ '[:[:cntrl:]]'
        AND "matches_any_glob"(trust."groupGlobs", g)) IS NOT TRUE)) IS NOT TRUE THEN
      RAISE EXCEPTION 'these groups may not be claimed' USING ERRCODE = 'CS001';
    END IF;
    -- An older token does not undo what a newer one said. Of two of one second only what both say holds.
    IF binding."groupsIssuedAt" IS NULL OR p_issued_at >= binding."groupsIssuedAt" THEN
      SELECT coalesce(array_agg(g."name" ORDER BY g."name"), '{}') INTO v_left
        FROM "GroupMember" m JOIN "Group" g ON g."id" = m."groupId"
        WHERE m."identityId" = binding."identityId" AND m."source" = p_issuer AND g."name" <> ALL (p_groups);
      DELETE FROM "GroupMember" m USING "Group" g
        WHERE g."id" = m."groupId" AND m."identityId" = binding."identityId" AND m."source" = p_issuer
          AND g."name" = ANY (v_left);
      IF binding."groupsIssuedAt" IS DISTINCT FROM p_issued_at OR p_issued_at IS NULL THEN
        INSERT INTO "Group" ("id", "name", "managedBy")
          SELECT n."id", n."name", p_issuer FROM unnest(p_group_ids, p_groups) AS n("id", "name")
          WHERE n."id" ~ '^grp_[0-9a-z]{21}$' ON CONFLICT ("name") DO NOTHING;
        WITH added AS (
          INSERT INTO "GroupMember" ("groupId", "identityId", "source")
            SELECT g."id", binding."identityId", p_issuer FROM "Group" g WHERE g."name" = ANY (p_groups)
            ON CONFLICT DO NOTHING RETURNING "groupId")
        SELECT coalesce(array_agg(g."name" ORDER BY g."name"), '{}') INTO v_joined
          FROM added a JOIN "Group" g ON g."id" = a."groupId";
      END IF;
      UPDATE "IdentityBinding" SET "groupsIssuedAt" = p_issued_at WHERE "issuer" = p_issuer AND "subject" = p_subject;
    END IF;
  END IF;

  IF did <> 'known' OR cardinality(v_joined) > 0 OR cardinality(v_left) > 0 THEN
    UPDATE "PolicyVersion" SET "version" = "version" + 1, "changedAt" = clock_timestamp() WHERE "id" = 1
      RETURNING "version" INTO v_version;
    PERFORM pg_notify('policy', v_version::text);
  END IF;
  RETURN jsonb_build_object('did', did, 'identityId', binding."identityId", 'joined', v_joined, 'left', v_left,
    'version', v_version::text);
END $$;
REVOKE ALL ON FUNCTION "admit_token_subject"(text, text, timestamptz, text, jsonb, text[], text[]) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "admit_token_subject"(text, text, timestamptz, text, jsonb, text[], text[]) TO countersign_gateway;
GRANT SELECT ON "Issuer", "IdentityBinding" TO countersign_gateway;
GRANT UPDATE ("lastSeenAt") ON "IdentityBinding" TO countersign_gateway;
GRANT SELECT, INSERT, UPDATE ON "IssuerKeyStatus" TO countersign_gateway;
