import type { Db, Tx } from '@/lib/db'
import type { SignInClaims } from '@/lib/identities/claims'

/** Requests that wait for their answers, and answers that wait for their browser. */

export interface StoredRequest {
  id: string
  providerId: string
  browserHash: Uint8Array
  returnTo: string
  createdAt: Date
}

export async function insertRequest(
  { client }: Db,
  request: Omit<StoredRequest, 'createdAt' | 'browserHash'> & { browserHash: Buffer; expiresAt: Date },
): Promise<void> {
  await client.samlRequest.create({ data: { ...request, browserHash: Uint8Array.from(request.browserHash) } })
}

/** Of this provider only: an answer of one is never to another's question. */
export const findRequest = async (
  { client }: Db,
  id: string,
  providerId: string,
  now: Date,
): Promise<StoredRequest | null> => client.samlRequest.findFirst({ where: { id, providerId, expiresAt: { gt: now } } })

export interface StoredAnswer {
  requestId: string
  assertionId: string
  assertionExpiresAt: Date
  claims: SignInClaims
}

export async function insertAnswer(
  { client }: Db,
  codeHash: Buffer,
  { claims, ...answer }: StoredAnswer,
  expiresAt: Date,
): Promise<void> {
  const data = { ...answer, codeHash: Uint8Array.from(codeHash), claims: { ...claims }, expiresAt }
  await client.samlAnswer.create({ data })
}

export async function findAnswer(
  { client }: Db,
  codeHash: Buffer,
  providerId: string,
  now: Date,
): Promise<{ answer: StoredAnswer; request: StoredRequest } | null> {
  const row = await client.samlAnswer.findFirst({
    where: {
      codeHash: Uint8Array.from(codeHash),
      expiresAt: { gt: now },
      request: { providerId, expiresAt: { gt: now } },
    },
    include: { request: true },
  })
  if (row === null) return null
  const { request, requestId, assertionId, assertionExpiresAt } = row
  return {
    answer: { requestId, assertionId, assertionExpiresAt, claims: row.claims as unknown as SignInClaims },
    request,
  }
}

/** True for whoever comes first; the request's answers go with it. */
export const spendRequest = async ({ client }: Tx, id: string): Promise<boolean> =>
  (await client.samlRequest.deleteMany({ where: { id } })).count === 1

/** True for whoever comes first. */
export async function spendAssertion(
  { client }: Tx,
  assertion: { providerId: string; assertionId: string; expiresAt: Date },
): Promise<boolean> {
  return (await client.samlAssertion.createMany({ data: [assertion], skipDuplicates: true })).count === 1
}

export const wasAssertionSpent = async ({ client }: Db, providerId: string, assertionId: string): Promise<boolean> =>
  (await client.samlAssertion.count({ where: { providerId, assertionId } })) > 0

export async function deleteExpired({ client }: Db, now: Date): Promise<void> {
  const expired = { where: { expiresAt: { lte: now } } }
  await client.samlAnswer.deleteMany(expired)
  await client.samlRequest.deleteMany(expired)
  await client.samlAssertion.deleteMany(expired)
}

/** Anybody may begin a sign-in: beyond `most` of a provider's the oldest go, so that nobody fills the disk with them. */
export async function dropOldestRequests({ client }: Db, most: number): Promise<void> {
  await client.$executeRaw`
    DELETE FROM "SamlRequest" WHERE "id" IN (
      SELECT "id" FROM (
        SELECT "id", row_number() OVER (PARTITION BY "providerId" ORDER BY "createdAt" DESC) AS "place" FROM "SamlRequest"
      ) placed WHERE "place" > ${most})`
}

export interface StoredSamlKey {
  id: string
  certificate: string
  privateKeySealed: Uint8Array<ArrayBuffer>
}

export const findSamlKey = ({ client }: Db, id: string): Promise<StoredSamlKey | null> =>
  client.samlKey.findUnique({ where: { id }, omit: { createdAt: true } })

/** False when there is one already. */
export async function insertSamlKey({ client }: Tx, key: StoredSamlKey): Promise<boolean> {
  const { count } = await client.samlKey.createMany({ data: [key], skipDuplicates: true })
  return count === 1
}
