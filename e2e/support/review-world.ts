import type { Actor } from '@/lib/actor'
import { usePrisma as choosePrisma, connectPrisma, prisma } from '@/lib/db'
import { bodyDigest, messageHash } from '@/lib/sessions/chain'
import { createTestDatabase, type TestDatabase } from './database'

/** A small Acme for tests of reviews: who owns what, one connection, one departed vendor. Real rows in a real database. */

export interface World {
  database: TestDatabase
  leave: () => Promise<void>
}

export const person = (name: string, ...roles: Actor['roles']): Actor => ({
  id: `idn_${name}`,
  label: `user:${name}@acme.test`,
  roles,
})

export const ADMIN = person('admin', 'admin')
export const DANA = person('dana', 'reviewer')
export const CEO = person('ceo', 'reviewer')
export const FINN = person('finn', 'reviewer')
export const AUDITOR = person('auditor', 'auditor')

export const TOOLS = ['delete_customer', 'get_customer', 'search'] as const

export async function enterWorld(): Promise<World> {
  const database = await createTestDatabase()
  const client = connectPrisma(database.url)
  choosePrisma(client)
  await populate()
  return {
    database,
    leave: async () => {
      await client.$disconnect()
      await database.drop()
    },
  }
}

async function populate(): Promise<void> {
  const client = prisma()
  const human = (name: string, roles: string[], managerId: string | null = null) => ({
    id: `idn_${name}`,
    name: `${name}@acme.test`,
    displayName: name,
    kind: 'human' as const,
    roles,
    managerId,
  })
  await client.identity.createMany({
    data: [
      human('admin', ['admin']),
      human('auditor', ['auditor']),
      human('ceo', ['reviewer']),
      human('dana', ['reviewer'], 'idn_ceo'),
      human('finn', ['reviewer'], 'idn_dana'),
    ],
  })
  const machine = (name: string, kind: 'service' | 'agent', ownerId: string, endsAt: Date | null = null) => ({
    id: `idn_${name}`,
    name,
    displayName: name,
    kind,
    ownerId,
    endsAt,
  })
  await client.identity.createMany({
    data: [
      machine('vendor-bot', 'service', 'idn_finn', new Date(Date.now() - 20 * 86_400_000)),
      machine('support-agent', 'agent', 'idn_finn'),
      machine('dana-agent', 'agent', 'idn_dana'),
    ],
  })
  await client.connection.create({
    data: {
      id: 'con_crm',
      slug: 'crm',
      name: 'CRM',
      upstreamUrl: 'http://127.0.0.1:1/mcp',
      ownerId: 'idn_dana',
      risk: 'high',
    },
  })
  await client.tool.createMany({
    data: TOOLS.map((name) => ({
      connectionId: 'con_crm',
      name,
      risk: name === 'delete_customer' ? ('destructive' as const) : ('read' as const),
      definition: {},
      digest: 'd',
      pinnedDigest: 'd',
      certifiedAt: new Date(),
    })),
  })
  await client.group.create({ data: { id: 'grp_eng', name: 'engineering' } })
  await client.groupMember.createMany({
    data: [
      { groupId: 'grp_eng', identityId: 'idn_vendor-bot' },
      { groupId: 'grp_eng', identityId: 'idn_support-agent' },
    ],
  })
  const old = new Date(Date.now() - 100 * 86_400_000)
  await client.grant.createMany({
    data: [
      {
        id: 'grt_group',
        groupId: 'grp_eng',
        connectionId: 'con_crm',
        tools: ['*'],
        grantedBy: 'user:admin',
        createdAt: old,
      },
      {
        id: 'grt_vendor',
        identityId: 'idn_vendor-bot',
        connectionId: 'con_crm',
        tools: ['*'],
        grantedBy: 'user:admin',
        createdAt: old,
      },
      {
        id: 'grt_agent',
        identityId: 'idn_dana-agent',
        connectionId: 'con_crm',
        tools: ['get_*', 'search'],
        grantedBy: 'user:admin',
        createdAt: old,
      },
    ],
  })
}

/** A gateway, as its rows show it: the far side of a sweep. */
export async function beGateway(name: string, appliedVersion: bigint, heartbeatAt = new Date()): Promise<string> {
  const id = `${name}/boot`
  await prisma().gatewayReplica.upsert({
    where: { id },
    create: { id, name, url: 'http://127.0.0.1:2', appliedVersion, heartbeatAt },
    update: { appliedVersion, heartbeatAt },
  })
  return id
}

/** A recorded session with its chain, as the gateway writes it. */
export async function recordSession(
  id: string,
  { identityId = 'idn_vendor-bot', writer = 'g1', bodies = ['one', 'two', 'three'], calls = 0 } = {},
): Promise<void> {
  const client = prisma()
  await client.session.create({
    data: { id, identityId, connectionId: 'con_crm', credentialId: 'key_1', clientName: 'test' },
  })
  const startMicros = BigInt(Date.now()) * 1000n
  let previous: Uint8Array<ArrayBuffer> = new Uint8Array(32)
  for (const [index, body] of bodies.entries()) {
    const message = {
      atMicros: startMicros + BigInt(index),
      sessionId: id,
      writer,
      seq: index + 1,
      callId: null,
      direction: 'client' as const,
      frame: 'json' as const,
      kind: 'request' as const,
      rpcId: `${index}`,
      method: 'tools/call',
      tool: 'search',
      bodyDigest: bodyDigest(body),
      bytes: body.length,
      redactions: { EMAIL: 1 },
      decision: { effect: 'allow', grantIds: ['grt_vendor'] },
    }
    const hash = messageHash(previous, message)
    await client.$executeRaw`
      INSERT INTO "RecordedMessage" ("at", "sessionId", "writer", "seq", "direction", "frame", "kind", "rpcId", "method",
        "tool", "body", "bodyDigest", "bytes", "redactions", "decision", "previousHash", "hash")
      VALUES ('epoch'::timestamptz + ${message.atMicros} * interval '1 microsecond', ${id}, ${writer}, ${message.seq},
        'client', 'json', 'request', ${message.rpcId}, 'tools/call', 'search', ${body}, ${message.bodyDigest},
        ${message.bytes}, ${JSON.stringify(message.redactions)}::jsonb, ${JSON.stringify(message.decision)}::jsonb,
        ${previous}, ${hash})`
    previous = new Uint8Array(hash)
  }
  await client.sessionChain.create({ data: { sessionId: id, writer, seq: bodies.length, hash: previous } })
  await client.call.createMany({
    data: Array.from({ length: calls }, (_, index) => ({
      id: `${id}-call-${index}`,
      sessionId: id,
      identityId,
      connectionId: 'con_crm',
      writer,
      method: 'tools/call',
      target: 'search',
      outcome: 'allowed' as const,
      startedAt: new Date(),
      endedAt: new Date(),
      redactions: { EMAIL: 2 },
    })),
  })
}
