import { randomBytes } from 'node:crypto'
import pg from 'pg'
import type { PrismaClient } from '@/generated/prisma/client'
import type { Actor } from '@/lib/actor'
import type { ApprovalMasks, ApprovalStatus, Requirement } from '@/lib/approvals/approval'
import { usePrisma as choosePrisma, connectPrisma, prisma } from '@/lib/db'
import { newId } from '@/lib/ids'
import { createTestDatabase, type TestDatabase } from './database'

/** A small Acme for tests of approvals: who decides about what olga's bot does in the CRM. Real rows in a real database. */

export interface ApprovalWorld {
  database: TestDatabase
  gateway: GatewayRole
  leave: () => Promise<void>
}

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
  choosePrisma(owner)
  await populate(owner)
  const pool = new pg.Pool({ connectionString: database.gatewayUrl, max: 20 })
  // The database is dropped while the last of them is still being closed.
  pool.on('error', () => {})
  pool.on('connect', (client) => client.on('error', () => {}))
  return {
    database,
    gateway: new GatewayRole(pool),
    leave: async () => {
      await pool.end()
      await owner.$disconnect()
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

export interface HeldCall {
  id: string
  identityId: string
  connectionId: string
  sessionId: string
  lineage: string
  method: string
  target: string
  risk: string
  argumentsMasked: string
  justification: string | null
  binding: Buffer
  toolDigest: string
  ruleDigest: string
  requirements: Requirement[]
  masks: ApprovalMasks
}

export const heldCall = (more: Partial<HeldCall> = {}): HeldCall => ({
  id: newId('apv'),
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
  ...more,
})

export interface Opened {
  id: string
  status: ApprovalStatus
  opened: boolean
  lapsed: string | null
}

/** What the gateway's role can do to approvals: these functions of the database, and nothing else. */
export class GatewayRole {
  constructor(private readonly pool: pg.Pool) {}

  async query<Row extends object>(sql: string, values: unknown[] = []): Promise<Row[]> {
    return (await this.pool.query<Row>(sql, values)).rows
  }

  open({ binding, ...call }: HeldCall): Promise<Opened> {
    const more = { reference: 'ref_held', firstCallId: 'call_held', clientName: 'refund-bot' }
    return this.call('"open_approval"($1, $2)', JSON.stringify({ ...more, ...call }), binding)
  }

  use(id: string, binding: Uint8Array, callId = 'call_now'): Promise<boolean> {
    return this.call('"use_approval"($1, $2, $3)', id, binding, callId)
  }

  cancel(id: string, reason: string): Promise<boolean> {
    return this.call('"cancel_approval"($1, $2)', id, reason)
  }

  void(id: string, reason: string): Promise<boolean> {
    return this.call('"void_approval"($1, $2)', id, reason)
  }

  waits(id: string, seconds: number): Promise<boolean> {
    return this.call('"hold_waiting"($1, $2)', id, seconds)
  }

  /** Which standing approval lets it be repeated. */
  repeat(call: HeldCall): Promise<string | null> {
    const { identityId, connectionId, lineage, target, toolDigest, ruleDigest } = call
    const bound = [identityId, connectionId, lineage, target, toolDigest, ruleDigest]
    return this.call('"use_standing"($1, $2, $3, $4, $5, $6)', ...bound)
  }

  private async call<T>(call: string, ...values: unknown[]): Promise<T> {
    const [row] = await this.query<{ said: T }>(`SELECT ${call} AS "said"`, values)
    return row!.said
  }
}

export const hold = (world: ApprovalWorld, more: Partial<HeldCall> = {}): Promise<Opened> =>
  world.gateway.open(heldCall(more))

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
