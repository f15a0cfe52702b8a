import type { Actor } from '@/lib/actor'
import { usePrisma as choosePrisma, connectPrisma, prisma } from '@/lib/db'
import { CONTROL_SECRET } from './control-environment'
import { createTestDatabase } from './database'

/** An empty installation for tests of commands, with the operator of its machine. */

export const OPERATOR: Actor = { id: null, label: 'cli:tester', roles: ['admin'] }
export { CONTROL_SECRET }

export const as = (person: { id: string; name: string }, ...roles: Actor['roles']): Actor => ({
  id: person.id,
  label: `user:${person.name}`,
  roles,
})

export async function enterEmptyInstallation(): Promise<{ url: string; leave: () => Promise<void> }> {
  const database = await createTestDatabase()
  const client = connectPrisma(database.url)
  choosePrisma(client)
  return {
    url: database.url,
    leave: async () => {
      await client.$disconnect()
      await database.drop()
    },
  }
}

export const policyVersion = async (): Promise<bigint> =>
  (await prisma().policyVersion.findUniqueOrThrow({ where: { id: 1 } })).version

export const auditActions = async (): Promise<string[]> =>
  (await prisma().auditEvent.findMany({ where: { chain: 'control' }, orderBy: { seq: 'asc' } })).map(
    ({ action }) => action,
  )

/** Which tables hold this text in any column, bytes included: where a secret must not be. */
export async function tablesContaining(text: string): Promise<string[]> {
  const tables = await prisma().$queryRaw<{ name: string }[]>`
    SELECT quote_ident(c.relname) AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') AND NOT c.relispartition ORDER BY 1`
  const found: string[] = []
  const hex = Buffer.from(text).toString('hex')
  for (const { name } of tables) {
    const rows = await prisma().$queryRawUnsafe<unknown[]>(
      `SELECT 1 FROM ${name} t WHERE strpos(t::text, $1) > 0 OR strpos(t::text, $2) > 0 LIMIT 1`,
      text,
      hex,
    )
    if (rows.length > 0) found.push(name)
  }
  return found
}
