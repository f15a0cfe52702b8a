-- What a gateway does to approvals, as a part of the statement that records it: all of it happens, or none. Whoever lost a
-- race, or meets a row that somebody holds locked, hears CS001 and looks again; a recorder never waits for it.
CREATE FUNCTION "take_approval_steps"(p_steps jsonb) RETURNS integer LANGUAGE plpgsql
  SET search_path = public, pg_temp SET lock_timeout = '250ms' AS $$
DECLARE
  v_step jsonb;
  v_opened jsonb;
  v_taken boolean;
BEGIN
  FOR v_step IN SELECT * FROM jsonb_array_elements(p_steps) LOOP
    BEGIN
      CASE v_step->>'step'
      WHEN 'open' THEN
        v_opened := "open_approval"(v_step->'call', decode(v_step->>'binding', 'hex'));
        v_taken := v_opened->>'id' = v_step->'call'->>'id' AND v_opened->>'lapsed' IS NOT DISTINCT FROM v_step->>'lapses';
      WHEN 'use' THEN
        v_taken := "use_approval"(v_step->>'id', decode(v_step->>'binding', 'hex'), v_step->>'callId');
      WHEN 'use_standing' THEN
        v_taken := "use_standing"(v_step->>'identityId', v_step->>'connectionId', v_step->>'lineage', v_step->>'target',
          v_step->>'toolDigest', v_step->>'ruleDigest') IS NOT DISTINCT FROM v_step->>'id';
      WHEN 'cancel' THEN
        v_taken := "cancel_approval"(v_step->>'id', v_step->>'reason');
      WHEN 'void' THEN
        v_taken := "void_approval"(v_step->>'id', v_step->>'reason');
      END CASE;
    EXCEPTION WHEN lock_not_available THEN
      v_taken := false;
    END;
    IF v_taken IS NOT TRUE THEN
      RAISE EXCEPTION 'an approval is not where its gateway thought it to be' USING ERRCODE = 'CS001';
    END IF;
  END LOOP;
  RETURN jsonb_array_length(p_steps);
END $$;
REVOKE ALL ON FUNCTION "take_approval_steps"(jsonb) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION "take_approval_steps"(jsonb) TO countersign_gateway;

-- A denial that no client was there to hear is told to the identical call that comes next, and to that one only: it was
-- told to come again. Denials are looked for by the exact call alone, so nobody hears of another one's.
CREATE FUNCTION "take_denial"(p_binding bytea) RETURNS text LANGUAGE plpgsql
  SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  v_id text;
BEGIN
  UPDATE "Approval" SET "waitingUntil" = clock_timestamp() WHERE "id" = (
      SELECT "id" FROM "Approval" WHERE "binding" = p_binding ORDER BY "createdAt" DESC, "id" DESC LIMIT 1)
    AND "status" = 'denied' AND "endedAt" > clock_timestamp() - interval '1 hour'
    AND ("waitingUntil" IS NULL OR "waitingUntil" < "endedAt")
  RETURNING "id" INTO v_id;
  RETURN v_id;
END $$;
REVOKE ALL ON FUNCTION "take_denial"(bytea) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION "take_denial"(bytea) TO countersign_gateway;
