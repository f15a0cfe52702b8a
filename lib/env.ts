import path from 'node:path'
import { z } from 'zod'

/** Everything that is set from outside, parsed once. Documented in docs/configuration.md. */
const port = (fallback: number) => z.coerce.number().int().min(1).max(65535).default(fallback)
/** `key=value,key=value`, percent-encoded, as OpenTelemetry has it. */
const keyValues = z
  .string()
  .default('')
  .transform((list) =>
    Object.fromEntries(
      list.split(',').flatMap((pair) => {
        const at = pair.indexOf('=')
        return at < 1 ? [] : [[pair.slice(0, at).trim(), decoded(pair.slice(at + 1).trim())]]
      }),
    ),
  )
/** 0 is none. */
const limit = (fallback: number) => z.coerce.number().int().min(0).max(10_000_000).default(fallback)
const seconds = (fallback: number) => z.coerce.number().min(1).max(3_600).default(fallback)
const optionalUrl = z.url().optional()
const lowerCaseList = z
  .string()
  .default('')
  .transform((list) =>
    list
      .split(',')
      .map((item) => item.trim().toLowerCase())
      .filter(Boolean),
  )
const hostName = z
  .string()
  .toLowerCase()
  .regex(/^[a-z0-9][a-z0-9.:-]*$/, 'a host name, without scheme and port')

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

const Env = z.object({
  COUNTERSIGN_DATA: z.string().min(1).default('.data'),
  WEB_PORT: port(3000),
  GATEWAY_PORT: port(4000),
  BIND: z.string().min(1).default('127.0.0.1'),
  DEMO: z.enum(['on', 'off']).default('on'),
  DEMO_TRAFFIC: z.enum(['on', 'off']).default('on'),
  DATABASE_URL: z.string().min(1).optional(),
  GATEWAY_DATABASE_URL: z.string().min(1).optional(),
  PUBLIC_WEB_URL: optionalUrl,
  PUBLIC_GATEWAY_URL: optionalUrl,
  COUNTERSIGN_SECRET: z.string().min(16).optional(),
  COUNTERSIGN_SECRET_PREVIOUS: z.string().min(16).optional(),
  STDIO_MAX_PROCESSES: z.coerce.number().int().min(0).max(10_000).default(128),
  STDIO_MAX_PER_CONNECTION: z.coerce.number().int().min(0).max(10_000).default(32),
  STDIO_IDLE_MINUTES: z.coerce.number().min(0.01).max(1_440).default(15),
  CHECKPOINT_DIR: z.string().min(1).optional(),
  OIDC_ISSUER: optionalUrl,
  OIDC_CLIENT_ID: z.string().min(1).optional(),
  OIDC_CLIENT_SECRET: z.string().min(1).optional(),
  COUNTERSIGN_ADMINS: lowerCaseList,
  GATEWAY_BASE_HOST: hostName.optional(),
  GATEWAY_HOSTS: lowerCaseList.pipe(z.array(hostName)),
  PERSONAL_TOKEN_MAX_DAYS: z.coerce.number().int().min(1).max(366).default(90),
  /** How often a gateway fetches the keys of issuers, and how old they may become before tokens are refused. */
  JWKS_REFRESH_SECONDS: z.coerce.number().int().min(30).max(86_400).default(600),
  JWKS_STALE_SECONDS: z.coerce.number().int().min(1).max(86_400).default(3_600),
  LIMIT_CALLS_PER_IDENTITY: limit(2_000),
  LIMIT_STREAMS_PER_IDENTITY: limit(1_000),
  LIMIT_BODY_MB_PER_IDENTITY: limit(256),
  /** How long a held call's client is kept waiting: below the time-outs of clients, most of which are a minute. */
  HOLD_SECONDS: z.coerce.number().min(1).max(3_600).default(50),
  HOLD_SLICE_SECONDS: z.coerce.number().min(1).max(45).default(45),
  LIMIT_HELD_CALLS_PER_IDENTITY: limit(100),
  LIMIT_NEW_APPROVALS_PER_MINUTE: limit(30),
  LIMIT_CALLS_PER_SECOND: z.coerce.number().min(0).max(1_000_000).default(0),
  LIMIT_BURST: limit(0),
  LIMIT_CONNECTIONS_PER_ADDRESS: limit(20_000),
  LIMIT_HEADERS_SECONDS: seconds(15),
  LIMIT_REQUEST_SECONDS: seconds(120),
  DRAIN_NOTICE_SECONDS: z.coerce.number().min(0).max(600).default(0),
  DRAIN_SECONDS: z.coerce.number().min(0).max(3_600).default(8),
  OTEL_EXPORTER_OTLP_ENDPOINT: optionalUrl,
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: optionalUrl,
  OTEL_SDK_DISABLED: z
    .string()
    .optional()
    .transform((value) => value?.toLowerCase() === 'true'),
  OTEL_SERVICE_NAME: z.string().min(1).default('countersign-gateway'),
  OTEL_RESOURCE_ATTRIBUTES: keyValues,
  ENVIRONMENT_NAME: z.string().max(24).default('local'),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'silent']).default('info'),
})

/** Every variable that is read from outside, but for those of OpenTelemetry's own SDK. */
export const ENV_NAMES: readonly string[] = Object.keys(Env.shape)

export type Env = z.infer<typeof Env> & { dataDir: string; webUrl: string; gatewayUrl: string }

/** @throws ZodError that names every wrong variable at once. */
export function readEnv(source: Record<string, string | undefined> = process.env): Env {
  // An empty variable is an unset one: shells and compose files cannot say the difference.
  const given = Object.fromEntries(Object.entries(source).filter(([, value]) => value !== ''))
  const parsed = Env.parse(given)
  const host = parsed.BIND === '0.0.0.0' || parsed.BIND === '::' ? '127.0.0.1' : parsed.BIND
  return {
    ...parsed,
    dataDir: path.resolve(parsed.COUNTERSIGN_DATA),
    webUrl: (parsed.PUBLIC_WEB_URL ?? `http://${host}:${parsed.WEB_PORT}`).replace(/\/$/, ''),
    gatewayUrl: (parsed.PUBLIC_GATEWAY_URL ?? `http://${host}:${parsed.GATEWAY_PORT}`).replace(/\/$/, ''),
  }
}

let cached: Env | undefined
export const env = (): Env => {
  cached ??= readEnv()
  return cached
}
