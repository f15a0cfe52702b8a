import path from 'node:path'
import { z } from 'zod'
import { type Env, readEnv } from '@/lib/env'
import { type PortName, readPorts } from '@/scripts/instance/ports'
import { PlainError } from '@/scripts/prepare/plain-error.mjs'

export interface DemoSettings {
  env: Env
  databaseUrl: string
  logFolder: string
  ports: { oidc: number; crm: number; everything: number }
  /** Absent when people sign in with a provider that is not the demo's. */
  oidc?: { clientId: string; clientSecret: string }
  /** Whether a small session passes now and then, so that live things move. */
  traffic: boolean
}

const Traffic = z.enum(['on', 'off']).default('on')

/** @throws PlainError when it was started by hand without what `npm start` gives it. */
export function readDemoSettings(source: NodeJS.ProcessEnv = process.env): DemoSettings {
  const env = readEnv(source)
  const kept = readPorts(env.dataDir)
  const port = (name: PortName): number => {
    const given = Number(source[`DEMO_${name.toUpperCase()}_PORT`]) || kept[name]
    if (!given) throw new PlainError(`the demo has no port for ${name}: npm start picks one.`)
    return given
  }
  if (!env.DATABASE_URL) throw new PlainError('the demo has no DATABASE_URL: npm start gives it one.')
  const ports = { oidc: port('oidc'), crm: port('crm'), everything: port('everything') }
  const { OIDC_ISSUER, OIDC_CLIENT_ID: clientId, OIDC_CLIENT_SECRET: clientSecret } = env
  const isOurs = OIDC_ISSUER === `http://127.0.0.1:${ports.oidc}`
  return {
    env,
    databaseUrl: env.DATABASE_URL,
    logFolder: path.join(env.dataDir, 'logs'),
    ports,
    ...(isOurs && clientId && clientSecret && { oidc: { clientId, clientSecret } }),
    traffic: Traffic.parse(source.DEMO_TRAFFIC || undefined) === 'on',
  }
}
