import type { Prisma } from '@/generated/prisma/client'
import { sealedFor } from '@/lib/connections/upstream-values'
import type { Db, Tx } from '@/lib/db'

/** A value that is sealed with COUNTERSIGN_SECRET, wherever it is kept. */
export interface SealedValue {
  id: string
  /** What people call the thing it belongs to. */
  name: string
  sealed: Uint8Array
}

export interface Place {
  table: 'Connection' | 'SamlKey' | 'SignInProvider'
  column: string
  /** For a sentence: "the credential of crm". */
  what: string
  /** What it is sealed for, so that it opens nowhere else. */
  boundTo(id: string): string
  /** Locked until the commit; in order of their ids, so that a run that broke off goes on behind. */
  read(tx: Tx, afterId: string, limit: number): Promise<SealedValue[]>
  write(tx: Tx, id: string, sealed: Uint8Array<ArrayBuffer>): Promise<void>
}

const after = (id: string) => ({ id: { gt: id } })
const inOrder = { orderBy: { id: 'asc' } } as const

/** Every column that holds sealed values. A test compares them with the schema. */
export const PLACES: readonly Place[] = [
  {
    table: 'Connection',
    column: 'credentialSealed',
    what: 'the credential of',
    boundTo: (id) => id,
    read: (tx, id, take) =>
      readConnections(tx, { ...after(id), credentialSealed: { not: null } }, take, 'credentialSealed'),
    write: async (tx, id, sealed) => {
      await tx.client.connection.update({ where: { id }, data: { credentialSealed: sealed } })
    },
  },
  {
    table: 'Connection',
    column: 'envSealed',
    what: 'the environment of',
    boundTo: sealedFor,
    read: (tx, id, take) => readConnections(tx, { ...after(id), envSealed: { not: null } }, take, 'envSealed'),
    write: async (tx, id, sealed) => {
      await tx.client.connection.update({ where: { id }, data: { envSealed: sealed } })
    },
  },
  {
    table: 'SamlKey',
    column: 'privateKeySealed',
    what: 'the private key of',
    boundTo: (id) => id,
    // Nothing writes it but whoever makes it, and whoever seals it anew.
    read: async (tx, id, take) => {
      const rows = await tx.client.samlKey.findMany({ where: after(id), take, ...inOrder })
      return rows.map((row) => ({ id: row.id, name: 'SAML sign-in', sealed: row.privateKeySealed }))
    },
    write: async (tx, id, sealed) => {
      await tx.client.samlKey.update({ where: { id }, data: { privateKeySealed: sealed } })
    },
  },
  {
    table: 'SignInProvider',
    column: 'clientSecretSealed',
    what: 'the client secret of',
    boundTo: (id) => id,
    read: async (tx, id, take) => {
      // Locked before it is read: what somebody enters meanwhile must not be written over with what was there.
      await tx.client.$executeRaw`
        SELECT 1 FROM "SignInProvider" WHERE "id" > ${id} AND "clientSecretSealed" IS NOT NULL
        ORDER BY "id" LIMIT ${take} FOR UPDATE`
      const where = { ...after(id), clientSecretSealed: { not: null } }
      const rows = await tx.client.signInProvider.findMany({ where, take, ...inOrder })
      return rows.map((row) => ({ id: row.id, name: row.name, sealed: row.clientSecretSealed! }))
    },
    write: async (tx, id, sealed) => {
      await tx.client.signInProvider.update({ where: { id }, data: { clientSecretSealed: sealed } })
    },
  },
]

/** Whoever changes a connection holds the policy's lock, and so does whoever seals it anew. */
async function readConnections(
  tx: Tx,
  where: Prisma.ConnectionWhereInput,
  take: number,
  column: 'credentialSealed' | 'envSealed',
): Promise<SealedValue[]> {
  const rows = await tx.client.connection.findMany({ where, take, ...inOrder })
  return rows.map((row) => ({ id: row.id, name: row.slug, sealed: row[column]! }))
}

/** Live gateways that would not open what is sealed with this secret. */
export async function gatewaysWithout({ client }: Db, keyId: string): Promise<string[]> {
  const rows = await client.$queryRaw<{ name: string }[]>`
    SELECT r."name" FROM "GatewayReplica" r JOIN "LiveGateway" l ON l."id" = r."id"
    WHERE NOT (${keyId} = ANY(r."keyIds")) ORDER BY r."name"`
  return rows.map(({ name }) => name)
}
