-- CreateEnum
CREATE TYPE "IdentityKind" AS ENUM ('human', 'service', 'pipeline', 'agent');

-- CreateEnum
CREATE TYPE "Risk" AS ENUM ('low', 'medium', 'high');

-- CreateEnum
CREATE TYPE "ToolRisk" AS ENUM ('read', 'write', 'destructive');

-- CreateEnum
CREATE TYPE "RuleEffect" AS ENUM ('block', 'approve', 'mask');

-- CreateEnum
CREATE TYPE "MaskDirection" AS ENUM ('client', 'both');

-- CreateEnum
CREATE TYPE "CallOutcome" AS ENUM ('in_flight', 'allowed', 'refused', 'blocked', 'error', 'withheld', 'interrupted');

-- CreateEnum
CREATE TYPE "Verdict" AS ENUM ('certify', 'revoke', 'reduce', 'abstain');

-- CreateEnum
CREATE TYPE "CampaignStatus" AS ENUM ('open', 'completed', 'cancelled');

-- CreateEnum
CREATE TYPE "RemediationStatus" AS ENUM ('pending', 'applied', 'enforced', 'verified', 'failed');

-- CreateEnum
CREATE TYPE "ProbeStatus" AS ENUM ('requested', 'refused', 'passed');

-- CreateTable
CREATE TABLE "Identity" (
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "displayName" TEXT NOT NULL,
    "kind" "IdentityKind" NOT NULL,
    "ownerId" TEXT,
    "managerId" TEXT,
    "roles" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "endsAt" TIMESTAMPTZ(3),
    "disabledAt" TIMESTAMPTZ(3),
    "managedBy" TEXT,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Identity_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "IdentityBinding" (
    "issuer" TEXT NOT NULL,
    "subject" TEXT NOT NULL,
    "identityId" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "lastSeenAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "IdentityBinding_pkey" PRIMARY KEY ("issuer","subject")
);

-- CreateTable
CREATE TABLE "SignInLink" (
    "id" TEXT NOT NULL,
    "identityId" TEXT NOT NULL,
    "hash" BYTEA NOT NULL,
    "createdBy" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expiresAt" TIMESTAMPTZ(3) NOT NULL,
    "usedAt" TIMESTAMPTZ(3),

    CONSTRAINT "SignInLink_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "ServiceKey" (
    "id" TEXT NOT NULL,
    "identityId" TEXT NOT NULL,
    "hash" BYTEA NOT NULL,
    "hint" TEXT NOT NULL,
    "createdBy" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expiresAt" TIMESTAMPTZ(3),
    "revokedAt" TIMESTAMPTZ(3),
    "revokedBy" TEXT,
    "lastUsedAt" TIMESTAMPTZ(3),

    CONSTRAINT "ServiceKey_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Group" (
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "managedBy" TEXT,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Group_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "GroupMember" (
    "groupId" TEXT NOT NULL,
    "identityId" TEXT NOT NULL,
    "source" TEXT NOT NULL DEFAULT 'hand',
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "GroupMember_pkey" PRIMARY KEY ("groupId","identityId","source")
);

-- CreateTable
CREATE TABLE "Connection" (
    "id" TEXT NOT NULL,
    "slug" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "upstreamUrl" TEXT NOT NULL,
    "ownerId" TEXT,
    "risk" "Risk" NOT NULL DEFAULT 'medium',
    "credentialHeader" TEXT,
    "credentialSealed" BYTEA,
    "serverName" TEXT,
    "serverVersion" TEXT,
    "checkedAt" TIMESTAMPTZ(3),
    "checkError" TEXT,
    "answersWithoutCredential" BOOLEAN,
    "managedBy" TEXT,
    "archivedAt" TIMESTAMPTZ(3),
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Connection_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Tool" (
    "connectionId" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "title" TEXT,
    "description" TEXT,
    "risk" "ToolRisk" NOT NULL,
    "definition" JSONB NOT NULL,
    "digest" TEXT NOT NULL,
    "pinnedDigest" TEXT NOT NULL,
    "firstSeenAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "lastSeenAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "removedAt" TIMESTAMPTZ(3),

    CONSTRAINT "Tool_pkey" PRIMARY KEY ("connectionId","name")
);

-- CreateTable
CREATE TABLE "Grant" (
    "id" TEXT NOT NULL,
    "identityId" TEXT,
    "groupId" TEXT,
    "connectionId" TEXT NOT NULL,
    "tools" TEXT[],
    "until" TIMESTAMPTZ(3),
    "reason" TEXT NOT NULL DEFAULT '',
    "grantedBy" TEXT NOT NULL,
    "managedBy" TEXT,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "revokedAt" TIMESTAMPTZ(3),
    "revokedBy" TEXT,
    "revokeReason" TEXT,

    CONSTRAINT "Grant_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Exclusion" (
    "id" TEXT NOT NULL,
    "identityId" TEXT NOT NULL,
    "connectionId" TEXT NOT NULL,
    "except" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "reason" TEXT NOT NULL,
    "campaignItemId" TEXT,
    "createdBy" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "liftedAt" TIMESTAMPTZ(3),
    "liftedBy" TEXT,
    "liftReason" TEXT,

    CONSTRAINT "Exclusion_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Rule" (
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "effect" "RuleEffect" NOT NULL,
    "connections" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "tools" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "types" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "direction" "MaskDirection" NOT NULL DEFAULT 'client',
    "disabledAt" TIMESTAMPTZ(3),
    "managedBy" TEXT,
    "createdBy" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Rule_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "PolicyVersion" (
    "id" INTEGER NOT NULL DEFAULT 1,
    "version" BIGINT NOT NULL DEFAULT 1,
    "changedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "PolicyVersion_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "GatewayReplica" (
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "url" TEXT NOT NULL,
    "startedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "heartbeatAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "appliedVersion" BIGINT NOT NULL DEFAULT 0,
    "stoppedAt" TIMESTAMPTZ(3),
    "sweptAt" TIMESTAMPTZ(3),

    CONSTRAINT "GatewayReplica_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Session" (
    "id" TEXT NOT NULL,
    "identityId" TEXT NOT NULL,
    "connectionId" TEXT NOT NULL,
    "protocolSessionHash" BYTEA,
    "derivedKey" BYTEA,
    "credentialId" TEXT NOT NULL,
    "clientName" TEXT,
    "clientVersion" TEXT,
    "protocolVersion" TEXT,
    "startedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "lastSeenAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "endedAt" TIMESTAMPTZ(3),
    "endReason" TEXT,
    "endRequestedBy" TEXT,

    CONSTRAINT "Session_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "SessionChain" (
    "sessionId" TEXT NOT NULL,
    "writer" TEXT NOT NULL,
    "seq" INTEGER NOT NULL,
    "hash" BYTEA NOT NULL,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "SessionChain_pkey" PRIMARY KEY ("sessionId","writer")
);

-- CreateTable
CREATE TABLE "RecordedMessage" (
    "retention" TEXT NOT NULL DEFAULT 'standard',
    "at" TIMESTAMPTZ(6) NOT NULL,
    "sessionId" TEXT NOT NULL,
    "writer" TEXT NOT NULL,
    "seq" INTEGER NOT NULL,
    "callId" TEXT,
    "direction" TEXT NOT NULL,
    "frame" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "rpcId" TEXT,
    "method" TEXT,
    "tool" TEXT,
    "body" TEXT,
    "bodyDigest" BYTEA NOT NULL,
    "bytes" INTEGER NOT NULL,
    "redactions" JSONB NOT NULL,
    "decision" JSONB,
    "previousHash" BYTEA NOT NULL,
    "hash" BYTEA NOT NULL,

    CONSTRAINT "RecordedMessage_pkey" PRIMARY KEY ("retention","at","sessionId","writer","seq")
) PARTITION BY LIST ("retention");

-- CreateTable
CREATE TABLE "Call" (
    "id" TEXT NOT NULL,
    "sessionId" TEXT NOT NULL,
    "identityId" TEXT NOT NULL,
    "connectionId" TEXT NOT NULL,
    "writer" TEXT NOT NULL,
    "method" TEXT NOT NULL,
    "target" TEXT NOT NULL,
    "outcome" "CallOutcome" NOT NULL DEFAULT 'in_flight',
    "reason" TEXT,
    "reference" TEXT,
    "startedAt" TIMESTAMPTZ(6) NOT NULL,
    "endedAt" TIMESTAMPTZ(6),
    "upstreamUs" INTEGER,
    "redactions" JSONB NOT NULL DEFAULT '{}',
    "grantIds" TEXT[] DEFAULT ARRAY[]::TEXT[],

    CONSTRAINT "Call_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "AuditEvent" (
    "retention" TEXT NOT NULL DEFAULT 'standard',
    "at" TIMESTAMPTZ(6) NOT NULL,
    "chain" TEXT NOT NULL,
    "seq" BIGINT NOT NULL,
    "actor" TEXT NOT NULL,
    "actorId" TEXT,
    "action" TEXT NOT NULL,
    "targetType" TEXT,
    "targetId" TEXT,
    "identityId" TEXT,
    "connectionId" TEXT,
    "tool" TEXT,
    "outcome" TEXT,
    "reason" TEXT,
    "reference" TEXT,
    "sessionId" TEXT,
    "count" INTEGER NOT NULL DEFAULT 1,
    "data" JSONB NOT NULL DEFAULT '{}',
    "previousHash" BYTEA NOT NULL,
    "hash" BYTEA NOT NULL,

    CONSTRAINT "AuditEvent_pkey" PRIMARY KEY ("retention","at","chain","seq")
) PARTITION BY LIST ("retention");

-- CreateTable
CREATE TABLE "AuditChain" (
    "chain" TEXT NOT NULL,
    "seq" BIGINT NOT NULL DEFAULT 0,
    "hash" BYTEA NOT NULL,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "AuditChain_pkey" PRIMARY KEY ("chain")
);

-- CreateTable
CREATE TABLE "Checkpoint" (
    "seq" BIGINT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "previousRoot" BYTEA NOT NULL,
    "root" BYTEA NOT NULL,
    "leaves" JSONB NOT NULL,
    "keyId" TEXT NOT NULL,
    "signature" BYTEA NOT NULL,

    CONSTRAINT "Checkpoint_pkey" PRIMARY KEY ("seq")
);

-- CreateTable
CREATE TABLE "RetentionClass" (
    "name" TEXT NOT NULL,
    "days" INTEGER NOT NULL,

    CONSTRAINT "RetentionClass_pkey" PRIMARY KEY ("name")
);

-- CreateTable
CREATE TABLE "Campaign" (
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "status" "CampaignStatus" NOT NULL DEFAULT 'open',
    "scope" JSONB NOT NULL,
    "fallbackId" TEXT NOT NULL,
    "createdById" TEXT,
    "createdBy" TEXT NOT NULL,
    "launchedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "dueAt" TIMESTAMPTZ(3) NOT NULL,
    "onSilence" "Verdict",
    "closedAt" TIMESTAMPTZ(3),

    CONSTRAINT "Campaign_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "CampaignItem" (
    "id" TEXT NOT NULL,
    "campaignId" TEXT NOT NULL,
    "identityId" TEXT NOT NULL,
    "connectionId" TEXT NOT NULL,
    "reviewerId" TEXT NOT NULL,
    "snapshot" JSONB NOT NULL,
    "verdict" "Verdict",
    "keepTools" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "comment" TEXT,
    "decidedById" TEXT,
    "decidedBy" TEXT,
    "decidedAt" TIMESTAMPTZ(3),
    "signOffId" TEXT,

    CONSTRAINT "CampaignItem_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "SignOff" (
    "id" TEXT NOT NULL,
    "campaignId" TEXT NOT NULL,
    "reviewerId" TEXT NOT NULL,
    "signedBy" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "attestation" TEXT NOT NULL,
    "counts" JSONB NOT NULL,

    CONSTRAINT "SignOff_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Remediation" (
    "id" TEXT NOT NULL,
    "itemId" TEXT NOT NULL,
    "status" "RemediationStatus" NOT NULL DEFAULT 'pending',
    "policyVersion" BIGINT,
    "removedTools" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "keptTool" TEXT,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "appliedAt" TIMESTAMPTZ(3),
    "enforcedAt" TIMESTAMPTZ(3),
    "verifiedAt" TIMESTAMPTZ(3),
    "failedAt" TIMESTAMPTZ(3),
    "failure" TEXT,
    "attempts" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "Remediation_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Probe" (
    "remediationId" TEXT NOT NULL,
    "replicaId" TEXT NOT NULL,
    "attempt" INTEGER NOT NULL,
    "status" "ProbeStatus" NOT NULL DEFAULT 'requested',
    "requestedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "completedAt" TIMESTAMPTZ(3),
    "policyVersion" BIGINT,
    "results" JSONB,

    CONSTRAINT "Probe_pkey" PRIMARY KEY ("remediationId","replicaId","attempt")
);

-- CreateIndex
CREATE UNIQUE INDEX "Identity_name_key" ON "Identity"("name");

-- CreateIndex
CREATE INDEX "Identity_ownerId_idx" ON "Identity"("ownerId");

-- CreateIndex
CREATE INDEX "IdentityBinding_identityId_idx" ON "IdentityBinding"("identityId");

-- CreateIndex
CREATE UNIQUE INDEX "SignInLink_hash_key" ON "SignInLink"("hash");

-- CreateIndex
CREATE UNIQUE INDEX "ServiceKey_hash_key" ON "ServiceKey"("hash");

-- CreateIndex
CREATE INDEX "ServiceKey_identityId_idx" ON "ServiceKey"("identityId");

-- CreateIndex
CREATE UNIQUE INDEX "Group_name_key" ON "Group"("name");

-- CreateIndex
CREATE INDEX "GroupMember_identityId_idx" ON "GroupMember"("identityId");

-- CreateIndex
CREATE UNIQUE INDEX "Connection_slug_key" ON "Connection"("slug");

-- CreateIndex
CREATE INDEX "Connection_ownerId_idx" ON "Connection"("ownerId");

-- CreateIndex
CREATE INDEX "Grant_connectionId_idx" ON "Grant"("connectionId");

-- CreateIndex
CREATE INDEX "Grant_identityId_idx" ON "Grant"("identityId");

-- CreateIndex
CREATE INDEX "Grant_groupId_idx" ON "Grant"("groupId");

-- CreateIndex
CREATE UNIQUE INDEX "Exclusion_campaignItemId_key" ON "Exclusion"("campaignItemId");

-- CreateIndex
CREATE INDEX "Exclusion_identityId_connectionId_idx" ON "Exclusion"("identityId", "connectionId");

-- CreateIndex
CREATE INDEX "Exclusion_connectionId_idx" ON "Exclusion"("connectionId");

-- CreateIndex
CREATE UNIQUE INDEX "Rule_name_key" ON "Rule"("name");

-- CreateIndex
CREATE INDEX "GatewayReplica_heartbeatAt_idx" ON "GatewayReplica"("heartbeatAt");

-- CreateIndex
CREATE UNIQUE INDEX "Session_derivedKey_key" ON "Session"("derivedKey");

-- CreateIndex
CREATE INDEX "Session_identityId_connectionId_startedAt_idx" ON "Session"("identityId", "connectionId", "startedAt" DESC);

-- CreateIndex
CREATE INDEX "Session_startedAt_idx" ON "Session"("startedAt" DESC);

-- CreateIndex
CREATE INDEX "Session_connectionId_startedAt_idx" ON "Session"("connectionId", "startedAt" DESC);

-- CreateIndex
CREATE UNIQUE INDEX "Session_connectionId_protocolSessionHash_key" ON "Session"("connectionId", "protocolSessionHash");

-- CreateIndex
CREATE INDEX "SessionChain_updatedAt_idx" ON "SessionChain"("updatedAt");

-- CreateIndex
CREATE INDEX "RecordedMessage_sessionId_at_idx" ON "RecordedMessage"("sessionId", "at");

-- CreateIndex
CREATE INDEX "RecordedMessage_callId_idx" ON "RecordedMessage"("callId");

-- CreateIndex
CREATE INDEX "Call_identityId_connectionId_startedAt_idx" ON "Call"("identityId", "connectionId", "startedAt" DESC);

-- CreateIndex
CREATE INDEX "Call_connectionId_startedAt_idx" ON "Call"("connectionId", "startedAt" DESC);

-- CreateIndex
CREATE INDEX "Call_sessionId_startedAt_idx" ON "Call"("sessionId", "startedAt");

-- CreateIndex
CREATE INDEX "Call_startedAt_idx" ON "Call"("startedAt" DESC);

-- CreateIndex
CREATE INDEX "AuditEvent_at_idx" ON "AuditEvent"("at" DESC);

-- CreateIndex
CREATE INDEX "AuditEvent_identityId_at_idx" ON "AuditEvent"("identityId", "at" DESC);

-- CreateIndex
CREATE INDEX "AuditEvent_connectionId_at_idx" ON "AuditEvent"("connectionId", "at" DESC);

-- CreateIndex
CREATE INDEX "AuditEvent_reference_idx" ON "AuditEvent"("reference");

-- CreateIndex
CREATE INDEX "AuditEvent_chain_seq_idx" ON "AuditEvent"("chain", "seq");

-- CreateIndex
CREATE INDEX "AuditChain_updatedAt_idx" ON "AuditChain"("updatedAt");

-- CreateIndex
CREATE INDEX "Campaign_status_dueAt_idx" ON "Campaign"("status", "dueAt");

-- CreateIndex
CREATE INDEX "CampaignItem_reviewerId_idx" ON "CampaignItem"("reviewerId");

-- CreateIndex
CREATE INDEX "CampaignItem_identityId_connectionId_idx" ON "CampaignItem"("identityId", "connectionId");

-- CreateIndex
CREATE UNIQUE INDEX "CampaignItem_campaignId_identityId_connectionId_key" ON "CampaignItem"("campaignId", "identityId", "connectionId");

-- CreateIndex
CREATE INDEX "SignOff_campaignId_idx" ON "SignOff"("campaignId");

-- CreateIndex
CREATE UNIQUE INDEX "Remediation_itemId_key" ON "Remediation"("itemId");

-- CreateIndex
CREATE INDEX "Remediation_status_idx" ON "Remediation"("status");

-- CreateIndex
CREATE INDEX "Probe_replicaId_status_idx" ON "Probe"("replicaId", "status");

-- AddForeignKey
ALTER TABLE "Identity" ADD CONSTRAINT "Identity_ownerId_fkey" FOREIGN KEY ("ownerId") REFERENCES "Identity"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Identity" ADD CONSTRAINT "Identity_managerId_fkey" FOREIGN KEY ("managerId") REFERENCES "Identity"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "IdentityBinding" ADD CONSTRAINT "IdentityBinding_identityId_fkey" FOREIGN KEY ("identityId") REFERENCES "Identity"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "SignInLink" ADD CONSTRAINT "SignInLink_identityId_fkey" FOREIGN KEY ("identityId") REFERENCES "Identity"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ServiceKey" ADD CONSTRAINT "ServiceKey_identityId_fkey" FOREIGN KEY ("identityId") REFERENCES "Identity"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "GroupMember" ADD CONSTRAINT "GroupMember_groupId_fkey" FOREIGN KEY ("groupId") REFERENCES "Group"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "GroupMember" ADD CONSTRAINT "GroupMember_identityId_fkey" FOREIGN KEY ("identityId") REFERENCES "Identity"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Connection" ADD CONSTRAINT "Connection_ownerId_fkey" FOREIGN KEY ("ownerId") REFERENCES "Identity"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Tool" ADD CONSTRAINT "Tool_connectionId_fkey" FOREIGN KEY ("connectionId") REFERENCES "Connection"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Grant" ADD CONSTRAINT "Grant_identityId_fkey" FOREIGN KEY ("identityId") REFERENCES "Identity"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Grant" ADD CONSTRAINT "Grant_groupId_fkey" FOREIGN KEY ("groupId") REFERENCES "Group"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Grant" ADD CONSTRAINT "Grant_connectionId_fkey" FOREIGN KEY ("connectionId") REFERENCES "Connection"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Exclusion" ADD CONSTRAINT "Exclusion_identityId_fkey" FOREIGN KEY ("identityId") REFERENCES "Identity"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Exclusion" ADD CONSTRAINT "Exclusion_connectionId_fkey" FOREIGN KEY ("connectionId") REFERENCES "Connection"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Exclusion" ADD CONSTRAINT "Exclusion_campaignItemId_fkey" FOREIGN KEY ("campaignItemId") REFERENCES "CampaignItem"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Session" ADD CONSTRAINT "Session_identityId_fkey" FOREIGN KEY ("identityId") REFERENCES "Identity"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Session" ADD CONSTRAINT "Session_connectionId_fkey" FOREIGN KEY ("connectionId") REFERENCES "Connection"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "SessionChain" ADD CONSTRAINT "SessionChain_sessionId_fkey" FOREIGN KEY ("sessionId") REFERENCES "Session"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Call" ADD CONSTRAINT "Call_sessionId_fkey" FOREIGN KEY ("sessionId") REFERENCES "Session"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Campaign" ADD CONSTRAINT "Campaign_fallbackId_fkey" FOREIGN KEY ("fallbackId") REFERENCES "Identity"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Campaign" ADD CONSTRAINT "Campaign_createdById_fkey" FOREIGN KEY ("createdById") REFERENCES "Identity"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "CampaignItem" ADD CONSTRAINT "CampaignItem_campaignId_fkey" FOREIGN KEY ("campaignId") REFERENCES "Campaign"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "CampaignItem" ADD CONSTRAINT "CampaignItem_identityId_fkey" FOREIGN KEY ("identityId") REFERENCES "Identity"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "CampaignItem" ADD CONSTRAINT "CampaignItem_connectionId_fkey" FOREIGN KEY ("connectionId") REFERENCES "Connection"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "CampaignItem" ADD CONSTRAINT "CampaignItem_reviewerId_fkey" FOREIGN KEY ("reviewerId") REFERENCES "Identity"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "CampaignItem" ADD CONSTRAINT "CampaignItem_decidedById_fkey" FOREIGN KEY ("decidedById") REFERENCES "Identity"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "CampaignItem" ADD CONSTRAINT "CampaignItem_signOffId_fkey" FOREIGN KEY ("signOffId") REFERENCES "SignOff"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "SignOff" ADD CONSTRAINT "SignOff_campaignId_fkey" FOREIGN KEY ("campaignId") REFERENCES "Campaign"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "SignOff" ADD CONSTRAINT "SignOff_reviewerId_fkey" FOREIGN KEY ("reviewerId") REFERENCES "Identity"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Remediation" ADD CONSTRAINT "Remediation_itemId_fkey" FOREIGN KEY ("itemId") REFERENCES "CampaignItem"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Probe" ADD CONSTRAINT "Probe_remediationId_fkey" FOREIGN KEY ("remediationId") REFERENCES "Remediation"("id") ON DELETE RESTRICT ON UPDATE CASCADE;


