-- How the gateway proves itself to a server, and whether it says there who calls.

CREATE TYPE "CredentialKind" AS ENUM ('header', 'basic', 'oauth');
ALTER TABLE "Connection"
  ADD COLUMN "credentialKind" "CredentialKind" NOT NULL DEFAULT 'header',
  ADD COLUMN "credentialParams" JSONB,
  ADD COLUMN "assertHeader" TEXT,
  ADD COLUMN "assertAudience" TEXT;
ALTER TABLE "Connection"
  ADD CONSTRAINT "Connection_credential_params" CHECK (("credentialKind" = 'header') = ("credentialParams" IS NULL)),
  ADD CONSTRAINT "Connection_audience_with_header" CHECK ("assertAudience" IS NULL OR "assertHeader" IS NOT NULL),
  -- A process has no headers.
  ADD CONSTRAINT "Connection_process_without_assertion" CHECK ("transport" <> 'stdio' OR "assertHeader" IS NULL),
  -- One header, one meaning.
  ADD CONSTRAINT "Connection_headers_differ"
    CHECK (lower("assertHeader") IS DISTINCT FROM lower("credentialHeader") OR "assertHeader" IS NULL);

-- Which secrets a gateway opens seals with, by their ids: a value must not be sealed anew with one that it does not have.
ALTER TABLE "GatewayReplica" ADD COLUMN "keyIds" TEXT[] DEFAULT ARRAY[]::TEXT[];
