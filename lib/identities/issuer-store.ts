import { z } from 'zod'
import type { Prisma } from '@/generated/prisma/client'
import { type Actor, requireRole } from '@/lib/actor'
import type { Db, Tx } from '@/lib/db'
import { NotFound } from '@/lib/errors'
import { type Issuer, SignatureAlgorithm } from './issuer'

type IssuerRow = Prisma.IssuerGetPayload<object>

const StoredClaims = z.record(z.string(), z.string().array())

export const toIssuer = (row: IssuerRow): Issuer => ({
  id: row.id,
  issuer: row.issuer,
  audience: row.audience,
  identityClaim: row.identityClaim,
  groupsClaim: row.groupsClaim,
  groupGlobs: row.groupGlobs,
  emailDomains: row.emailDomains,
  kind: row.kind,
  requiredClaims: StoredClaims.parse(row.requiredClaims),
  requiredScope: row.requiredScope,
  jwksUri: row.jwksUri,
  algorithms: SignatureAlgorithm.array().parse(row.algorithms),
  acceptsIdTokens: row.acceptsIdTokens,
})

/** What one live gateway last said of an issuer's keys. */
export interface IssuerKeysAtGateway {
  gateway: string
  keyIds: string[]
  attemptedAt: Date
  fetchedAt: Date | null
  problem: string | null
}

export interface IssuerListItem extends Issuer {
  /** `apply` when access.yaml made it, else null. */
  managedBy: string | null
  createdBy: string
  createdAt: Date
  /** Identities that its tokens stand for. */
  subjects: number
  gateways: IssuerKeysAtGateway[]
}

/** In the order they were registered, which is the order clients are told of them. */
export async function listIssuers({ client }: Db, actor: Actor): Promise<IssuerListItem[]> {
  requireRole(actor, 'admin', 'auditor')
  const rows = await client.issuer.findMany({ orderBy: [{ createdAt: 'asc' }, { id: 'asc' }] })
  const bound = await client.identityBinding.groupBy({ by: ['issuer'], _count: true })
  const said = await client.$queryRaw<(IssuerKeysAtGateway & { issuer: string })[]>`
    SELECT s."issuer", s."gateway", s."keyIds", s."attemptedAt", s."fetchedAt", s."problem" FROM "IssuerKeyStatus" s
    WHERE EXISTS (SELECT 1 FROM "LiveGateway" l WHERE l."name" = s."gateway") ORDER BY s."gateway"`
  return rows.map((row) => ({
    ...toIssuer(row),
    managedBy: row.managedBy,
    createdBy: row.createdBy,
    createdAt: row.createdAt,
    subjects: bound.find(({ issuer }) => issuer === row.issuer)?._count ?? 0,
    gateways: said.filter(({ issuer }) => issuer === row.issuer).map(({ issuer: _issuer, ...status }) => status),
  }))
}

/** For who may bind to them. */
export async function listIssuerNames({ client }: Db, actor: Actor): Promise<string[]> {
  requireRole(actor, 'admin')
  const rows = await client.issuer.findMany({
    select: { issuer: true },
    orderBy: [{ createdAt: 'asc' }, { id: 'asc' }],
  })
  return rows.map(({ issuer }) => issuer)
}

export const findIssuer = async ({ client }: Db, issuer: string): Promise<Issuer | null> => {
  const row = await client.issuer.findUnique({ where: { issuer } })
  return row && toIssuer(row)
}

/** @throws NotFound */
export async function getIssuer({ client }: Db, id: string): Promise<Issuer> {
  const row = await client.issuer.findUnique({ where: { id } })
  if (row === null) throw new NotFound('issuer')
  return toIssuer(row)
}

/** Locked until the commit. @throws NotFound */
export async function issuerForUpdate(tx: Tx, id: string): Promise<Issuer> {
  await tx.client.$executeRaw`SELECT 1 FROM "Issuer" WHERE "id" = ${id} FOR UPDATE`
  return getIssuer(tx, id)
}
