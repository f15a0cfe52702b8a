import pg from 'pg'
import { z } from 'zod'
import { exitWith } from '@/scripts/prepare/plain-error.mjs'
import { untilToldToStop } from '@/scripts/supervise/until-told-to-stop'
import { crmRecords } from './records'
import { startCrm } from './server'
import { prepareCrm } from './tables'

const Settings = z.object({
  /** The CRM's own, not Countersign's. */
  DEMO_CRM_DATABASE_URL: z.string().min(1),
  DEMO_CRM_PORT: z.coerce.number().int().min(1).max(65_535),
  /** Its own credential, which only the gateway is to have. */
  CRM_TOKEN: z.string().min(16),
  BIND: z.string().min(1).default('127.0.0.1'),
})

/** Acme's CRM alone, as a sample of a server that stands behind the gateway. */
async function main(): Promise<void> {
  const settings = Settings.parse(process.env)
  const pool = new pg.Pool({ connectionString: settings.DEMO_CRM_DATABASE_URL, max: 4 })
  pool.on('error', (error) => console.error(`database: ${error.message}`))
  const closing: (() => Promise<unknown>)[] = [() => pool.end()]
  await untilToldToStop(
    async () => {
      await prepareCrm(pool)
      const { DEMO_CRM_PORT: port, BIND: bind, CRM_TOKEN: token } = settings
      const crm = await startCrm({ port, bind, token, crm: crmRecords(pool) })
      closing.push(crm.close)
      console.log(`acme crm at ${crm.url}`)
    },
    async () => void (await Promise.allSettled(closing.reverse().map((close) => close()))),
  )
  process.exit(0)
}

main().catch(exitWith)
