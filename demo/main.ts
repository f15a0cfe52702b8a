import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { exitWith } from '@/scripts/prepare/plain-error.mjs'
import { untilToldToStop } from '@/scripts/supervise/until-told-to-stop'
import { crmRecords } from './crm/records'
import { startCrm } from './crm/server'
import { prepareCrm } from './crm/tables'
import { everythingServer } from './everything'
import { readOrMake } from './kept-file'
import { startIdentityProvider } from './oidc/provider'
import { type DemoSettings, readDemoSettings } from './settings'
import { keepTelling } from './story/story'

const say = (line: string) => void process.stdout.write(`${line}\n`)

/** Acme's own servers, then, in the background, what happened at Acme. */
async function bringUp(settings: DemoSettings, closing: (() => Promise<unknown>)[]): Promise<void> {
  const { env, ports, oidc, logFolder } = settings
  const pool = new pg.Pool({ connectionString: settings.databaseUrl, max: 4 })
  pool.on('error', (error) => say(`database: ${error.message}`))
  closing.push(() => pool.end())

  if (oidc) {
    const { dataDir, webUrl } = env
    const provider = await startIdentityProvider({ port: ports.oidc, dataDir, webUrl, ...oidc })
    closing.push(provider.close)
    say(`identity provider at ${provider.url}`)
  }

  const everything = everythingServer({ port: ports.everything, logFolder, say })
  closing.push(() => everything.stop())
  const crmToken = readOrMake(env.dataDir, 'crm-token', () => randomBytes(24).toString('base64url'))
  const [crm] = await Promise.all([
    prepareCrm(pool).then(() => startCrm({ port: ports.crm, token: crmToken, crm: crmRecords(pool) })),
    everything.start(),
  ])
  closing.push(crm.close)
  say(`acme crm at ${crm.url}, everything at http://127.0.0.1:${ports.everything}/mcp`)
  say('demo ready')

  const stop = new AbortController()
  closing.push(async () => stop.abort())
  void keepTelling({ settings, pool, crmToken, say, signal: stop.signal })
}

try {
  const settings = readDemoSettings()
  const closing: (() => Promise<unknown>)[] = []
  await untilToldToStop(
    () => bringUp(settings, closing),
    async () => void (await Promise.allSettled(closing.reverse().map((close) => close()))),
  )
  process.exit(0)
} catch (error) {
  exitWith(error)
}
