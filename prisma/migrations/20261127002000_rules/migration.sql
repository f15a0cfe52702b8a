-- Rules block and hold as well as mask, and select calls by more than connection and tool.
ALTER TYPE "CallOutcome" ADD VALUE 'held' AFTER 'blocked';

ALTER TABLE "Rule"
  ADD COLUMN "risks" "ToolRisk"[] DEFAULT ARRAY[]::"ToolRisk"[],
  ADD COLUMN "identities" TEXT[] DEFAULT ARRAY[]::TEXT[],
  ADD COLUMN "groups" TEXT[] DEFAULT ARRAY[]::TEXT[],
  ADD COLUMN "kinds" "IdentityKind"[] DEFAULT ARRAY[]::"IdentityKind"[],
  ADD COLUMN "hours" JSONB,
  ADD COLUMN "when" TEXT,
  ADD COLUMN "fields" TEXT[] DEFAULT ARRAY[]::TEXT[],
  ADD COLUMN "message" TEXT,
  ADD COLUMN "approval" JSONB,
  ADD CONSTRAINT "Rule_approval" CHECK (("approval" IS NOT NULL) = ("effect" = 'approve'));

ALTER TABLE "Rule" DROP CONSTRAINT "Rule_mask_names_types";
ALTER TABLE "Rule" ADD CONSTRAINT "Rule_mask_names_something"
  CHECK ("effect" <> 'mask' OR cardinality("types") > 0 OR cardinality("fields") > 0);
