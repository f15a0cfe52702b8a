-- Several ways to sign in, and access tokens of people's own.

-- CreateEnum
CREATE TYPE "KeyKind" AS ENUM ('service', 'personal');

-- CreateEnum
CREATE TYPE "SignInProtocol" AS ENUM ('oidc', 'saml');

-- AlterTable
ALTER TABLE "ServiceKey" ADD COLUMN     "kind" "KeyKind" NOT NULL DEFAULT 'service',
ADD COLUMN     "name" TEXT;

-- CreateTable
CREATE TABLE "SignInProvider" (
    "id" TEXT NOT NULL,
    "slug" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "protocol" "SignInProtocol" NOT NULL,
    "issuer" TEXT NOT NULL,
    "emailDomains" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "vouchesForEmails" BOOLEAN NOT NULL DEFAULT false,
    "subjectClaim" TEXT,
    "emailClaim" TEXT,
    "nameClaim" TEXT,
    "groupsClaim" TEXT,
    "groupGlobs" TEXT[] DEFAULT ARRAY['*']::TEXT[],
    "clientId" TEXT,
    "clientSecretSealed" BYTEA,
    "scopes" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "signInUrl" TEXT,
    "certificates" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "disabledAt" TIMESTAMPTZ(3),
    "managedBy" TEXT,
    "createdBy" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "SignInProvider_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "SamlRequest" (
    "id" TEXT NOT NULL,
    "providerId" TEXT NOT NULL,
    "browserHash" BYTEA NOT NULL,
    "returnTo" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expiresAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "SamlRequest_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "SamlAnswer" (
    "codeHash" BYTEA NOT NULL,
    "requestId" TEXT NOT NULL,
    "assertionId" TEXT NOT NULL,
    "assertionExpiresAt" TIMESTAMPTZ(3) NOT NULL,
    "claims" JSONB NOT NULL,
    "expiresAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "SamlAnswer_pkey" PRIMARY KEY ("codeHash")
);

-- CreateTable
CREATE TABLE "SamlAssertion" (
    "providerId" TEXT NOT NULL,
    "assertionId" TEXT NOT NULL,
    "expiresAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "SamlAssertion_pkey" PRIMARY KEY ("providerId","assertionId")
);

-- CreateIndex
CREATE UNIQUE INDEX "SignInProvider_slug_key" ON "SignInProvider"("slug");

-- CreateIndex
CREATE UNIQUE INDEX "SignInProvider_issuer_key" ON "SignInProvider"("issuer");

-- CreateIndex
CREATE INDEX "SamlRequest_expiresAt_idx" ON "SamlRequest"("expiresAt");

-- CreateIndex
CREATE INDEX "SamlAnswer_requestId_idx" ON "SamlAnswer"("requestId");

-- CreateIndex
CREATE INDEX "SamlAnswer_expiresAt_idx" ON "SamlAnswer"("expiresAt");

-- CreateIndex
CREATE INDEX "SamlAssertion_expiresAt_idx" ON "SamlAssertion"("expiresAt");

-- AddForeignKey
ALTER TABLE "SamlRequest" ADD CONSTRAINT "SamlRequest_providerId_fkey" FOREIGN KEY ("providerId") REFERENCES "SignInProvider"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "SamlAnswer" ADD CONSTRAINT "SamlAnswer_requestId_fkey" FOREIGN KEY ("requestId") REFERENCES "SamlRequest"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "SamlAssertion" ADD CONSTRAINT "SamlAssertion_providerId_fkey" FOREIGN KEY ("providerId") REFERENCES "SignInProvider"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- Whole or not at all: an OpenID provider has a client, a SAML provider an address and somebody's certificate.
ALTER TABLE "SignInProvider"
  ADD CONSTRAINT "SignInProvider_slug_is_label" CHECK ("slug" ~ '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$'),
  ADD CONSTRAINT "SignInProvider_oidc_whole"
    CHECK ("protocol" <> 'oidc' OR ("clientId" IS NOT NULL AND "clientSecretSealed" IS NOT NULL)),
  ADD CONSTRAINT "SignInProvider_saml_whole"
    CHECK ("protocol" <> 'saml' OR ("signInUrl" IS NOT NULL AND cardinality("certificates") > 0));

ALTER TABLE "SamlRequest" ADD CONSTRAINT "SamlRequest_hash_length" CHECK (octet_length("browserHash") = 32);
ALTER TABLE "SamlAnswer" ADD CONSTRAINT "SamlAnswer_hash_length" CHECK (octet_length("codeHash") = 32);

-- A person's token has a name and an end; and it is a person's.
ALTER TABLE "ServiceKey" ADD CONSTRAINT "ServiceKey_personal_ends"
  CHECK ("kind" <> 'personal' OR ("name" IS NOT NULL AND "expiresAt" IS NOT NULL));
CREATE FUNCTION "personal_key_is_a_humans"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW."kind" = 'personal' AND NOT EXISTS (SELECT 1 FROM "Identity" WHERE "id" = NEW."identityId" AND "kind" = 'human') THEN
    RAISE EXCEPTION 'personal access tokens are for people' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER "ServiceKey_personal_is_a_humans" BEFORE INSERT OR UPDATE OF "kind", "identityId" ON "ServiceKey"
  FOR EACH ROW EXECUTE FUNCTION "personal_key_is_a_humans"();

-- Sign-in is the web app's: the gateway's role gets no right to any of it.
