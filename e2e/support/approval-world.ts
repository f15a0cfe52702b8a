import { randomBytes } from 'node:crypto'
import type { PrismaClient } from '@/generated/prisma/client'
import type { Actor } from '@/lib/actor'
import type { HeldCall, Requirement } from '@/lib/approvals/approval'
import { openApproval } from '@/lib/approvals/gateway-commands'
import type { OpenedApproval } from '@/lib/approvals/held-store'
import { usePrisma as choosePrisma, connectPrisma, prisma } from '@/lib/db'
import { createTestDatabase, type TestDatabase } from './database'

/** A small Acme for tests of approvals: who decides about what olga's bot does in the CRM. Real rows in a real database. */

export interface ApprovalWorld {
  database: TestDatabase
  /** Runs this with the gateway's restricted role. */
  asGateway: <T>(work: () => Promise<T>) => Promise<T>
  leave: () => Promise<void>
}

export const GATEWAY = { actor: 'gateway:here', auditChain: 'gateway:here:1:approvals' } as const

export const actor = (name: string, ...roles: Actor['roles']) => ({
  id: `idn_${name}`,
  label: `user:${name}@acme.test`,
  roles,
})

export const ADMIN = actor('admin', 'admin')
export const AUDITOR = actor('auditor', 'auditor')
export const ANN = actor('ann', 'approver')
export const BEN = actor('ben', 'approver')
export const CYD = actor('cyd', 'approver')
export const DEE = actor('dee', 'approver')
export const LEAD = actor('lead', 'approver')
export const MAX = actor('max', 'approver')
export const OLGA = actor('olga', 'approver')
const HUMANS = [ADMIN, AUDITOR, ANN, BEN, CYD, DEE, LEAD, MAX, OLGA]

export async function enterApprovalWorld(): Promise<ApprovalWorld> {
  const database = await createTestDatabase()
  const owner = connectPrisma(database.url)
  const gateway = connectPrisma(database.gatewayUrl, 20)
  choosePrisma(owner)
  await populate(owner)
  return {
    database,
    asGateway: async (work) => {
      choosePrisma(gateway)
      try {
        return await work()
      } finally {
        choosePrisma(owner)
      }
    },
    leave: async () => {
      await owner.$disconnect()
      await gateway.$disconnect()
      await database.drop()
    },
  }
}

async function populate(client: PrismaClient): Promise<void> {
  await client.identity.createMany({
    data: HUMANS.map(({ id, roles }) => {
      const name = id.slice('idn_'.length)
      return { id, name: `${name}@acme.test`, displayName: name, kind: 'human' as const, roles: [...roles] }
    }),
  })
  const agent = { kind: 'agent' as const, ownerId: OLGA.id }
  await client.identity.createMany({
    data: ['bot', 'other-bot'].map((name) => ({ ...agent, id: `idn_${name}`, name, displayName: name })),
  })
  await client.connection.create({
    data: {
      id: 'con_crm',
      slug: 'crm',
      name: 'CRM',
      upstreamUrl: 'http://127.0.0.1:1/mcp',
      ownerId: DEE.id,
      risk: 'high',
    },
  })
  await client.tool.create({
    data: {
      connectionId: 'con_crm',
      name: 'refund',
      title: 'Refund a customer',
      risk: 'destructive',
      definition: {},
      digest: 'tool',
      pinnedDigest: 'tool',
    },
  })
  await client.group.create({ data: { id: 'grp_finance', name: 'finance' } })
  await client.groupMember.createMany({
    data: [BEN, CYD].map(({ id }) => ({ groupId: 'grp_finance', identityId: id })),
  })
  await client.session.create({
    data: {
      id: 'ses_1',
      identityId: 'idn_bot',
      connectionId: 'con_crm',
      credentialId: 'key_1',
      clientName: 'refund-bot',
    },
  })
}

export const requires = (more: Partial<Requirement> = {}): Requirement => ({
  ruleId: 'rul_refunds',
  ruleName: 'refunds need sign-off',
  ruleDigest: 'rule',
  approvers: { people: ['ann@acme.test'], groups: ['finance'], connectionOwner: false },
  quorum: 1,
  expiresAfterSeconds: 900,
  escalation: null,
  reasonRequired: false,
  standing: false,
  ...more,
})

export const heldCall = (more: Partial<HeldCall> = {}): HeldCall => ({
  identityId: 'idn_bot',
  connectionId: 'con_crm',
  sessionId: 'ses_1',
  lineage: 'ses_1',
  method: 'tools/call',
  target: 'refund',
  risk: 'destructive',
  argumentsMasked: '{"amount":120}',
  justification: null,
  binding: randomBytes(32),
  toolDigest: 'tool',
  ruleDigest: 'rules',
  requirements: [requires()],
  masks: { client: [], upstream: [] },
  clientName: 'refund-bot',
  reference: 'ref_held',
  callId: 'call_held',
  ...more,
})

/** Holds a call as the gateway does: by its role. */
export async function hold(world: ApprovalWorld, more: Partial<HeldCall> = {}): Promise<OpenedApproval> {
  return world.asGateway(() => openApproval(GATEWAY, heldCall(more)))
}

/** As if it had been held that many seconds earlier: nothing but the clock moves. */
export async function age(id: string, seconds: number): Promise<void> {
  const client = prisma()
  await client.$transaction([
    client.$executeRaw`ALTER TABLE "Approval" DISABLE TRIGGER "Approval_keeps_its_course"`,
    client.$executeRaw`
      UPDATE "Approval" SET "createdAt" = "createdAt" - ${seconds}::int * interval '1 second',
        "expiresAt" = "expiresAt" - ${seconds}::int * interval '1 second',
        "escalatesAt" = "escalatesAt" - ${seconds}::int * interval '1 second' WHERE "id" = ${id}`,
    client.$executeRaw`ALTER TABLE "Approval" ENABLE TRIGGER "Approval_keeps_its_course"`,
  ])
}

export const statusOf = async (id: string) => (await prisma().approval.findUniqueOrThrow({ where: { id } })).status

export const auditOf = async (targetId: string) =>
  (await prisma().auditEvent.findMany({ where: { targetId }, orderBy: [{ at: 'asc' }, { seq: 'asc' }] })).map(
    ({ action, outcome, actor }) => ({ action, outcome, actor }),
  )
