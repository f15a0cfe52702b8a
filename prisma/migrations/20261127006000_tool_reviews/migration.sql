-- A tool is pinned with its definition. What comes later, or as another one, waits for somebody to look at it.
CREATE TYPE "ToolChanges" AS ENUM ('quarantine', 'flag');
CREATE TYPE "ToolReviewStatus" AS ENUM ('open', 'certified', 'rejected', 'superseded');
CREATE TYPE "ToolReviewCause" AS ENUM ('changed', 'new', 'look_alike');

ALTER TABLE "Connection" ADD COLUMN "toolChanges" "ToolChanges" NOT NULL DEFAULT 'quarantine';

ALTER TABLE "Tool"
  ADD COLUMN "pinnedDefinition" JSONB,
  ADD COLUMN "certifiedAt" TIMESTAMPTZ(3),
  ADD COLUMN "certifiedBy" TEXT;

-- What is known by now was used as it is: it counts as seen at first sight.
UPDATE "Tool" SET "certifiedAt" = "firstSeenAt",
  "pinnedDefinition" = CASE WHEN "digest" = "pinnedDigest" THEN "definition" END;

CREATE TABLE "ToolSighting" (
    "connectionId" TEXT NOT NULL,
    "seenAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "ToolSighting_pkey" PRIMARY KEY ("connectionId")
);

CREATE TABLE "ToolReview" (
    "id" TEXT NOT NULL,
    "connectionId" TEXT NOT NULL,
    "tool" TEXT NOT NULL,
    "cause" "ToolReviewCause" NOT NULL,
    "resembles" TEXT,
    "digest" TEXT NOT NULL,
    "definition" JSONB NOT NULL,
    "previousDigest" TEXT,
    "previousDefinition" JSONB,
    "status" "ToolReviewStatus" NOT NULL DEFAULT 'open',
    "openedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "decidedAt" TIMESTAMPTZ(3),
    "decidedById" TEXT,
    "decidedBy" TEXT,
    "comment" TEXT,

    CONSTRAINT "ToolReview_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "ToolReview_decided" CHECK (("decidedAt" IS NULL) = ("status" = 'open'))
);

CREATE INDEX "ToolReview_status_openedAt_idx" ON "ToolReview"("status", "openedAt");
CREATE INDEX "ToolReview_connectionId_tool_idx" ON "ToolReview"("connectionId", "tool");
CREATE INDEX "ToolReview_decidedById_idx" ON "ToolReview"("decidedById");
-- One open question about a tool at a time.
CREATE UNIQUE INDEX "ToolReview_one_open" ON "ToolReview"("connectionId", "tool") WHERE "status" = 'open';

ALTER TABLE "ToolReview" ADD CONSTRAINT "ToolReview_connectionId_fkey" FOREIGN KEY ("connectionId")
  REFERENCES "Connection"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE "ToolReview" ADD CONSTRAINT "ToolReview_decidedById_fkey" FOREIGN KEY ("decidedById")
  REFERENCES "Identity"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- A gateway says that it saw something; what is pinned, and what is known of a tool at all, is not its to write.
REVOKE INSERT, UPDATE ON "Tool" FROM countersign_gateway;
REVOKE UPDATE ("title", "description", "risk", "definition", "digest", "lastSeenAt", "removedAt") ON "Tool"
  FROM countersign_gateway;
GRANT SELECT, INSERT, UPDATE ON "ToolSighting" TO countersign_gateway;
