import type { Pool } from 'pg'
import { keep, readKept } from '@/demo/kept-file'
import type { DemoSettings } from '@/demo/settings'
import type { Actor } from '@/lib/actor'
import { type ApplyReport, applyAccess } from '@/lib/apply/commands'
import { fillIn, readTemplate } from './access-file'

const FILE = 'access.yaml'

/**
 * Applies Acme's access at the first start, and again only when the file is another one (a port that was taken), so that
 * what people change in the app is not changed back at every start.
 * @returns what there is to tell
 */
export async function settleAccess(
  actor: Actor,
  { env, ports }: Pick<DemoSettings, 'env' | 'ports'>,
  crmToken: string,
  pool: Pool,
): Promise<string[]> {
  const text = fillIn(readTemplate(), {
    CRM_URL: `http://127.0.0.1:${ports.crm}/mcp`,
    CRM_TOKEN: crmToken,
    EVERYTHING_URL: `http://127.0.0.1:${ports.everything}/mcp`,
  })
  if (readKept(env.dataDir, FILE) === text && (await isApplied(pool))) return []
  const { result } = await applyAccess(actor, { text })
  // Kept once it is applied: what is kept is what is in force.
  keep(env.dataDir, FILE, text)
  return tellOf(result)
}

/** An old data folder may meet a new database. */
async function isApplied(pool: Pool): Promise<boolean> {
  const { rows } = await pool.query(
    `SELECT count(*)::int AS there FROM "Connection" WHERE "slug" IN ('crm', 'everything')`,
  )
  return rows[0].there === 2
}

function tellOf({ counts, steps, warnings }: ApplyReport): string[] {
  const refused = steps
    .filter(({ action }) => action === 'refused')
    .map(({ name, note }) => `not granted: ${name}: ${note}`)
  return [`access applied: ${counts.create} made, ${counts.update} changed`, ...warnings, ...refused]
}
