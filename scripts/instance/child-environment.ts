import type { Env } from '@/lib/env'
import type { Ports } from './ports'

interface Shared {
  settings: Env
  secret: string
  /** During a change of secret, the one before. */
  previousSecret?: string
  dev: boolean
}

export type Variables = Record<string, string | undefined>

/** What the gateway, in the data path, has no use for: what it does not have cannot be taken from it. */
const NOT_FOR_THE_GATEWAY: Variables = {
  OIDC_CLIENT_ID: undefined,
  OIDC_CLIENT_SECRET: undefined,
  NEXTAUTH_SECRET: undefined,
  NEXTAUTH_URL: undefined,
}

/** Every child gets resolved values, so that none has to guess. */
function common({ settings, secret, previousSecret, dev }: Shared, inherited: Variables): Variables {
  return {
    ...inherited,
    NODE_ENV: dev ? 'development' : 'production',
    COUNTERSIGN_DATA: settings.dataDir,
    COUNTERSIGN_SECRET: secret,
    COUNTERSIGN_SECRET_PREVIOUS: previousSecret,
    WEB_PORT: String(settings.WEB_PORT),
    GATEWAY_PORT: String(settings.GATEWAY_PORT),
    BIND: settings.BIND,
    DEMO: settings.DEMO,
    PUBLIC_WEB_URL: settings.webUrl,
    PUBLIC_GATEWAY_URL: settings.gatewayUrl,
    NEXT_TELEMETRY_DISABLED: '1',
  }
}

export function gatewayEnvironment(
  { databaseUrl, ...shared }: Shared & { databaseUrl: string },
  inherited: Variables = process.env,
): Variables {
  return {
    ...common(shared, inherited),
    ...NOT_FOR_THE_GATEWAY,
    // Both names carry the restricted login: the owner's URL is nowhere in this process.
    DATABASE_URL: databaseUrl,
    GATEWAY_DATABASE_URL: databaseUrl,
  }
}

interface OwnerFacts extends Shared {
  databaseUrl: string
  ports: Ports
  nextAuthSecret: string
  /** The demo provider's; used while the demo runs and no other provider is configured. */
  oidcClientSecret: string
}

function signIn({ settings, ports, oidcClientSecret }: OwnerFacts): Variables {
  if (settings.OIDC_ISSUER || settings.DEMO === 'off') return {}
  return {
    OIDC_ISSUER: `http://127.0.0.1:${ports.oidc}`,
    OIDC_CLIENT_ID: 'countersign',
    OIDC_CLIENT_SECRET: oidcClientSecret,
  }
}

export function webEnvironment(facts: OwnerFacts, inherited: Variables = process.env): Variables {
  return {
    ...common(facts, inherited),
    ...signIn(facts),
    DATABASE_URL: facts.databaseUrl,
    GATEWAY_DATABASE_URL: undefined,
    NEXTAUTH_SECRET: facts.nextAuthSecret,
    NEXTAUTH_URL: facts.settings.webUrl,
  }
}

export function demoEnvironment(facts: OwnerFacts, inherited: Variables = process.env): Variables {
  return {
    ...webEnvironment(facts, inherited),
    DEMO_OIDC_PORT: String(facts.ports.oidc),
    DEMO_CRM_PORT: String(facts.ports.crm),
    DEMO_EVERYTHING_PORT: String(facts.ports.everything),
  }
}
