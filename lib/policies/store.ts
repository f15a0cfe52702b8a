import { Prisma } from '@/generated/prisma/client'
import type { Db } from '@/lib/db'
import { prisma } from '@/lib/db'
import { Role } from '@/lib/domain'
import { toIssuer } from '@/lib/identities/issuer-store'
import { headerParamsOf } from '@/lib/mcp/header-params'
import type { ToolDefinition } from '@/lib/mcp/tools'
import { toRule } from './rule-store'
import { buildSnapshot, type PolicyRows, type PolicySnapshot } from './snapshot'

/**
 * Loads policy with its version in one REPEATABLE READ transaction: a snapshot that mixed two versions could allow what
 * neither of them does.
 */
export async function loadSnapshot(): Promise<PolicySnapshot> {
  const rows = await prisma().$transaction((client) => readPolicy({ client }), {
    isolationLevel: Prisma.TransactionIsolationLevel.RepeatableRead,
    maxWait: 2_000,
    timeout: 10_000,
  })
  return buildSnapshot(rows)
}

/** Inside somebody else's transaction, for a command that decides by the same policy. */
export const snapshotIn = async (db: Db): Promise<PolicySnapshot> => buildSnapshot(await readPolicy(db))

async function readPolicy({ client }: Db): Promise<PolicyRows> {
  // The first statement fixes the snapshot that all the others read.
  const { version } = await client.policyVersion.findUniqueOrThrow({ where: { id: 1 } })
  const identities = await client.identity.findMany({ omit: { createdAt: true, managedBy: true } })
  const keys = await client.serviceKey.findMany({
    select: { id: true, identityId: true, hash: true, expiresAt: true, revokedAt: true },
  })
  const memberships = await client.groupMember.findMany({ select: { identityId: true, groupId: true } })
  const groups = await client.group.findMany({ select: { id: true, name: true }, orderBy: { name: 'asc' } })
  const connections = await client.connection.findMany({ where: { archivedAt: null } })
  const tools = await client.tool.findMany({ omit: { definition: true, pinnedDefinition: true, certifiedBy: true } })
  // An index holds just these, so that not every definition is read for the few that have one.
  const repeating = await client.$queryRaw<{ connectionId: string; name: string; definition: ToolDefinition }[]>`
    SELECT "connectionId", "name", "definition" FROM "Tool"
    WHERE position('x-mcp-header' IN "definition"::text) > 0 AND "removedAt" IS NULL`
  const grants = await client.grant.findMany({
    where: { revokedAt: null },
    include: { group: { select: { name: true } } },
    orderBy: { createdAt: 'asc' },
  })
  const exclusions = await client.exclusion.findMany({ where: { liftedAt: null } })
  const rules = await client.rule.findMany({ where: { disabledAt: null }, orderBy: { name: 'asc' } })
  const issuers = await client.issuer.findMany({ orderBy: [{ createdAt: 'asc' }, { id: 'asc' }] })
  // Of people who only ever sign in to the web app nothing is needed here.
  const bindings = await client.identityBinding.findMany({
    where: { issuer: { in: issuers.map(({ issuer }) => issuer) } },
    select: { issuer: true, subject: true, identityId: true },
  })
  return {
    version,
    identities: identities.map((row) => ({ ...row, roles: Role.array().parse(row.roles) })),
    keys: keys.map(({ hash, ...key }) => ({ ...key, hashHex: Buffer.from(hash).toString('hex') })),
    // A member by hand and by claim is one member.
    memberships: [...new Map(memberships.map((row) => [`${row.groupId} ${row.identityId}`, row])).values()],
    groups,
    connections,
    tools,
    headerParams: repeating.map(({ definition, ...tool }) => ({
      ...tool,
      params: headerParamsOf(definition.inputSchema),
    })),
    grants: grants.map(({ group, ...grant }) => ({ ...grant, groupName: group?.name ?? null })),
    exclusions,
    rules: rules.map(toRule),
    issuers: issuers.map(toIssuer),
    bindings,
  }
}
