import path from 'node:path'
import type { Env } from '@/lib/env'
import { stopLeftoverDatabase } from '@/scripts/database/embedded'
import { buildWeb, generateDatabaseClient, NEXT_BIN } from '@/scripts/prepare/build.mjs'
import { takeLock } from '@/scripts/prepare/lock.mjs'
import { PlainError } from '@/scripts/prepare/plain-error.mjs'
import { whileAlone } from '@/scripts/prepare/while-alone.mjs'
import { type ChildPlan, SupervisedChild } from '@/scripts/supervise/child'
import { untilToldToStop } from '@/scripts/supervise/until-told-to-stop'
import { demoEnvironment, gatewayEnvironment, type Variables, webEnvironment } from './child-environment'
import { type OpenDatabase, openDatabase } from './database'
import { GATEWAY_ARGS } from './gateway-process'
import { deriveKey, readOrMakeKey, secretsOf } from './keys'
import { listenProblem, settlePorts } from './ports'
import { answersOk, localUrl } from './reach'
import { readSettings } from './settings'

const say = (line: string) => void process.stdout.write(`${line}\n`)

/** What a killed instance leaves needs a moment to notice that it is alone, and only that is waited for. */
const LEFTOVERS_LEAVE_MS = 8_000

async function requirePort(variable: string, port: number, bind: string, patienceMs: number): Promise<void> {
  const deadline = Date.now() + patienceMs
  let problem = await listenProblem(port, bind)
  while (problem === 'EADDRINUSE' && Date.now() < deadline) {
    await new Promise((resolve) => setTimeout(resolve, 100))
    problem = await listenProblem(port, bind)
  }
  if (problem === 'EADDRINUSE') {
    throw new PlainError(`port ${port} is in use: stop what uses it, or set ${variable} to a free port.`)
  }
  if (problem === 'EACCES') throw new PlainError(`port ${port} may not be used: set ${variable} to one above 1024.`)
  if (problem) throw new PlainError(`cannot listen on ${bind}:${port} (${problem}): check BIND and ${variable}.`)
}

function lockDataFolder(dataDir: string) {
  const lock = takeLock(path.join(dataDir, 'lock'))
  if ('release' in lock) return lock
  throw new PlainError(
    `process ${lock.heldBy} already runs on ${dataDir}: stop it, or set COUNTERSIGN_DATA, WEB_PORT and GATEWAY_PORT for a second instance.`,
  )
}

const WATCH = ['node_modules/tsx/dist/cli.mjs', 'watch', '--clear-screen=false']

function planChildren(settings: Env, environments: Record<'web' | 'gateway' | 'demo', Variables>, dev: boolean) {
  const logFolder = path.join(settings.dataDir, 'logs')
  const { BIND, WEB_PORT, GATEWAY_PORT } = settings
  const serve = [NEXT_BIN, dev ? 'dev' : 'start', '-H', BIND, '-p', String(WEB_PORT)]
  const common = { logFolder, echo: dev }
  const gateway: ChildPlan = {
    ...common,
    name: 'gateway',
    args: dev ? [...WATCH, 'gateway/main.ts'] : GATEWAY_ARGS,
    env: environments.gateway,
    isReady: () => answersOk(`${localUrl(BIND, GATEWAY_PORT)}/readyz`),
  }
  const web: ChildPlan = {
    ...common,
    name: 'web',
    args: serve,
    env: environments.web,
    isReady: () => answersOk(`${localUrl(BIND, WEB_PORT)}/api/health`),
    readyLimitMs: dev ? 180_000 : 60_000,
  }
  const demo: ChildPlan = {
    ...common,
    name: 'demo',
    args: ['--import', 'tsx', 'demo/main.ts'],
    env: environments.demo,
    isReady: async (printed) => printed.has('demo ready'),
    readyLimitMs: 120_000,
  }
  return settings.DEMO === 'on' ? [gateway, web, demo] : [gateway, web]
}

function announce(settings: Env): void {
  const { webUrl, gatewayUrl } = settings
  say('')
  say(`  Countersign   ${webUrl}`)
  say(`  Gateway       ${gatewayUrl}`)
  if (settings.OIDC_ISSUER)
    say(`  Sign in       with ${settings.OIDC_ISSUER}; npx countersign sign-in-link EMAIL for the first time`)
  else if (settings.DEMO === 'on')
    say('  Sign in       at the web app: its demo identity provider lists the people of Acme')
  else say('  Sign in       npx countersign sign-in-link EMAIL')
  say(`  Data          ${settings.dataDir}`)
  say('  Ctrl-C stops everything.')
  say('')
  say(`ready ${JSON.stringify({ web: webUrl, gateway: gatewayUrl })}`)
}

/** `npm start`, and with `dev` `npm run dev`: from an installed checkout to everything running, until told to stop. */
export async function runInstance({ dev }: { dev: boolean }): Promise<void> {
  const settings = readSettings()
  const lock = lockDataFolder(settings.dataDir)
  let database: OpenDatabase | undefined
  let children: SupervisedChild[] = []

  const bringUp = async () => {
    const patienceMs = lock.healed ? LEFTOVERS_LEAVE_MS : 0
    await requirePort('WEB_PORT', settings.WEB_PORT, settings.BIND, patienceMs)
    await requirePort('GATEWAY_PORT', settings.GATEWAY_PORT, settings.BIND, patienceMs)
    await whileAlone(async () => {
      await generateDatabaseClient()
      if (!dev) await buildWeb()
    })
    await stopLeftoverDatabase(settings.dataDir)
    const ports = await settlePorts(settings.dataDir)
    database = await openDatabase(settings, say)
    const secrets = secretsOf(settings)
    const secret = secrets.current ?? readOrMakeKey(settings.dataDir, 'secret')
    const previousSecret = secrets.previous
    const owner = {
      settings,
      secret,
      previousSecret,
      dev,
      ports,
      databaseUrl: database.url,
      nextAuthSecret: deriveKey(secret, 'next-auth'),
      oidcClientSecret: readOrMakeKey(settings.dataDir, 'oidc-client-secret'),
    }
    const environments = {
      web: webEnvironment(owner),
      demo: demoEnvironment(owner),
      gateway: gatewayEnvironment({ settings, secret, previousSecret, dev, databaseUrl: database.gatewayUrl }),
    }
    children = planChildren(settings, environments, dev).map((plan) => new SupervisedChild(plan, say))
    await Promise.all(children.map((child) => child.start()))
    announce(settings)
  }

  await untilToldToStop(bringUp, async () => {
    if (children.length > 0) say('  Stopping …')
    await Promise.all(children.map((child) => child.stop()))
    await database?.stop()
    lock.release()
  })
  process.exit(0)
}

export const main = () => runInstance({ dev: false })
