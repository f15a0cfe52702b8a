-- What a provider's claims must say before it signs anybody in.
-- AlterTable
ALTER TABLE "SignInProvider" ADD COLUMN     "requiredClaims" JSONB NOT NULL DEFAULT '{}';
