import path from 'node:path'
import type { Env } from '@/lib/env'
import { embeddedUrl } from '@/scripts/database/embedded'
import { generateDatabaseClient } from '@/scripts/prepare/build.mjs'
import { PlainError } from '@/scripts/prepare/plain-error.mjs'
import { whileAlone } from '@/scripts/prepare/while-alone.mjs'
import { SupervisedChild } from '@/scripts/supervise/child'
import { untilToldToStop } from '@/scripts/supervise/until-told-to-stop'
import { gatewayEnvironment } from './child-environment'
import { requireReachable } from './database'
import { GATEWAY_ARGS } from './gateway-process'
import { readKey, secretsOf } from './keys'
import { freePort, listenProblem } from './ports'
import { answersOk, localUrl } from './reach'
import { readSettings } from './settings'

const say = (line: string) => void process.stdout.write(`${line}\n`)

/** The restricted login that `npm start` made for this data folder. */
function gatewayDatabaseUrl(settings: Env): string {
  if (settings.GATEWAY_DATABASE_URL) return settings.GATEWAY_DATABASE_URL
  const role = readKey(settings.dataDir, 'gateway-role')
  const password = readKey(settings.dataDir, 'gateway-password')
  if (!role || !password) {
    throw new PlainError(`no Countersign was started on ${settings.dataDir} yet: run npm start first.`)
  }
  const url = new URL(settings.DATABASE_URL ?? embeddedUrl(settings.dataDir))
  url.username = role
  url.password = password
  return url.toString()
}

async function choosePort(settings: Env): Promise<number> {
  const asked = process.env.GATEWAY_PORT ? settings.GATEWAY_PORT : undefined
  if (asked && !(await listenProblem(asked, settings.BIND))) return asked
  return freePort(settings.BIND)
}

/** `npm run gateway`: one more replica beside a running instance. */
export async function main(): Promise<void> {
  const settings = readSettings()
  const databaseUrl = gatewayDatabaseUrl(settings)
  await requireReachable(databaseUrl, settings.GATEWAY_DATABASE_URL ? 'GATEWAY_DATABASE_URL' : 'npm start')
  const { current: secret, previous: previousSecret } = secretsOf(settings)
  if (!secret) throw new PlainError(`set COUNTERSIGN_SECRET to the one that seals this database's credentials.`)
  await whileAlone(generateDatabaseClient)

  const port = await choosePort(settings)
  const url = localUrl(settings.BIND, port)
  const own = { ...settings, GATEWAY_PORT: port, gatewayUrl: settings.PUBLIC_GATEWAY_URL ?? url }
  const gateway = new SupervisedChild(
    {
      name: `gateway-${port}`,
      args: GATEWAY_ARGS,
      env: gatewayEnvironment({ settings: own, databaseUrl, secret, previousSecret, dev: false }),
      isReady: () => answersOk(`${url}/readyz`),
      logFolder: path.join(settings.dataDir, 'logs'),
    },
    say,
  )
  const bringUp = async () => {
    await gateway.start()
    say(`  One more gateway at ${url}. Ctrl-C stops it.`)
    say(`ready ${JSON.stringify({ gateway: url })}`)
  }
  await untilToldToStop(bringUp, () => gateway.stop())
  process.exit(0)
}
