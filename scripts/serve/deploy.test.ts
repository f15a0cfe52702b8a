import { execFileSync } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { readDocument } from '@/lib/apply/document'
import { ENV_NAMES, readEnv } from '@/lib/env'
import { GATEWAY_ARGS } from '@/scripts/instance/gateway-process'

interface Service {
  image: string
  build?: { context: string; dockerfile: string; target: string }
  command?: string[]
  environment?: Record<string, string>
  volumes?: string[]
  ports?: string[]
  networks?: string[]
  network_mode?: string
  depends_on?: Record<string, { condition: string }>
  healthcheck?: { test: string[] }
  cap_drop?: string[]
  read_only?: boolean
  security_opt?: string[]
  tmpfs?: string[]
}

const read = (file: string) => fs.readFileSync(file, 'utf8')
const text = read('deploy/compose.yaml')
const compose = parse(text, { merge: true }) as {
  services: Record<string, Service>
  networks: Record<string, { internal?: boolean }>
  volumes: Record<string, object>
}
const services = Object.entries(compose.services)
const dockerfile = read('deploy/Dockerfile')
const stages = [...dockerfile.matchAll(/^FROM \S+ AS (\w+)$/gm)].map((match) => match[1]!)
const ignored = read('.dockerignore').trim().split('\n')

/** What a stage of the image holds of the checkout, its parents' included. */
function filesOf(stage: string): string[] {
  const [, from, body] = new RegExp(`^FROM (\\S+) AS ${stage}$([\\s\\S]*?)(?=^FROM |(?![\\s\\S]))`, 'm').exec(
    dockerfile,
  )!
  const own = [...body!.matchAll(/^COPY --from=build (.+) \S+$/gm)].flatMap((match) =>
    match[1]!.split(' ').map((file) => file.replace('/app/', '')),
  )
  return [...(stages.includes(from!) && from !== 'build' ? filesOf(from!) : []), ...own]
}

const isHeld = (stage: string, file: string) =>
  filesOf(stage).some((held) => file === held || file.startsWith(`${held}/`))

describe('compose.yaml', () => {
  it('names only variables that somebody reads', () => {
    for (const [name, { environment = {}, command = [] }] of services) {
      const script = command.find((word) => /\.(ts|js)$/.test(word))
      const source = script === undefined ? '' : sourceOf(script)
      const applied = name === 'apply' ? read('deploy/access.yaml') : ''
      const image =
        name === 'database' ? `POSTGRES_USER POSTGRES_DB POSTGRES_PASSWORD ${read('deploy/crm-database.sh')}` : ''
      for (const variable of Object.keys(environment)) {
        const isRead =
          ENV_NAMES.includes(variable) || [source, applied, image].some((place) => place.includes(variable))
        expect([name, variable, isRead]).toEqual([name, variable, true])
      }
    }
  })

  it('gives each process values that it accepts', () => {
    const filled = (value: string) => value.replace(/\$\{\w+:\?[^}]*\}/g, 'f'.repeat(64))
    for (const name of ['migrate', 'web', 'gateway', 'apply', 'identity-provider']) {
      const { environment = {} } = compose.services[name]!
      const given = Object.fromEntries(Object.entries(environment).map(([key, value]) => [key, filled(value)]))
      expect(() => readEnv(given)).not.toThrow()
    }
  })

  it('keeps from the gateway what only the owner of the database may have', () => {
    const { environment = {} } = compose.services.gateway!
    expect(environment.DATABASE_URL).toBeUndefined()
    expect(environment.OIDC_CLIENT_SECRET).toBeUndefined()
    expect(JSON.stringify(environment)).not.toContain('{DATABASE_PASSWORD')
    expect(compose.services.web!.environment!.GATEWAY_DATABASE_URL).toBeUndefined()
    expect(environment.COUNTERSIGN_SECRET).toBe(compose.services.web!.environment!.COUNTERSIGN_SECRET)
    expect(environment.GATEWAY_DATABASE_URL).toBe(compose.services.migrate!.environment!.GATEWAY_DATABASE_URL)
  })

  it('holds no secret: each comes from the file that make-env.sh makes, once', () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'countersign-deploy-'))
    fs.copyFileSync('deploy/make-env.sh', path.join(folder, 'make-env.sh'))
    execFileSync('sh', [path.join(folder, 'make-env.sh')])
    const made = read(path.join(folder, '.env'))
    execFileSync('sh', [path.join(folder, 'make-env.sh')])
    expect(read(path.join(folder, '.env'))).toBe(made)
    expect(fs.statSync(path.join(folder, '.env')).mode & 0o777).toBe(0o600)
    fs.rmSync(folder, { recursive: true })
    const names = new Set([...text.matchAll(/\$\{(\w+)/g)].map((match) => match[1]!))
    const pairs = made
      .trim()
      .split('\n')
      .map((line) => line.split('='))
    expect(new Set(pairs.map(([name]) => name))).toEqual(names)
    for (const [, value] of pairs) expect(value).toMatch(/^[0-9a-f]{64}$/)
    for (const [, { environment = {} }] of services) {
      for (const [name, value] of Object.entries(environment)) {
        if (/PASSWORD|SECRET|TOKEN|DATABASE_URL|AUTHORIZATION/.test(name)) expect(value).toMatch(/\$\{\w+:\?/)
      }
    }
  })

  it('runs files that its images hold', () => {
    for (const [name, { build, image, command = [], volumes = [], healthcheck }] of services) {
      if (name === 'database') continue
      const target =
        build?.target ?? services.find(([, other]) => other.image === image && other.build)![1].build!.target
      expect(stages).toContain(target)
      const cmd = new RegExp(`AS ${target}$[\\s\\S]*?^CMD \\[(.+)\\]$`, 'm').exec(dockerfile)
      const run = command.length > 0 ? command : (JSON.parse(`[${cmd![1]}]`) as string[])
      for (const word of [...run, ...(healthcheck?.test ?? [])].filter((word) =>
        /^[\w@./-]+\.(ts|mjs|js)$/.test(word),
      )) {
        expect([name, word, fs.existsSync(word), isHeld(target, word)]).toEqual([name, word, true, true])
      }
      for (const volume of volumes) {
        const [from] = volume.split(':')
        if (from!.startsWith('.')) expect(fs.existsSync(path.join('deploy', from!))).toBe(true)
        else expect(compose.volumes).toHaveProperty(from!)
      }
    }
  })

  it('publishes nothing but web, gateway and sign-in, and these to this machine only', () => {
    const published = services.flatMap(([, { ports = [] }]) => ports)
    expect(published.sort()).toEqual(['127.0.0.1:3000:3000', '127.0.0.1:4000:4000', '127.0.0.1:4010:4010'])
    // What stands behind the gateway is reached through it.
    for (const name of ['database', 'crm', 'everything', 'apply', 'migrate']) {
      for (const network of compose.services[name]!.networks!) expect(compose.networks[network]!.internal).toBe(true)
    }
  })

  it('runs everything of ours without rights, and without a way to change what it runs', () => {
    for (const [name, service] of services) {
      if (name === 'database') continue
      expect([name, service.read_only, service.cap_drop]).toEqual([name, true, ['ALL']])
      expect(service.security_opt).toContain('no-new-privileges:true')
      expect(service.tmpfs).toContain('/tmp')
    }
  })

  it('starts things after what they need, and knows everything that it names', () => {
    for (const [name, { depends_on = {}, networks = [] }] of services) {
      for (const [other, { condition }] of Object.entries(depends_on)) {
        const needed = compose.services[other]
        expect([name, other, needed !== undefined]).toEqual([name, other, true])
        if (condition === 'service_healthy') expect([other, needed!.healthcheck !== undefined]).toEqual([other, true])
      }
      for (const network of networks) expect(compose.networks).toHaveProperty(network)
    }
  })
})

describe('access.yaml', () => {
  it('is one, with masks, and leads to the servers that compose.yaml starts', () => {
    const { document, problems } = readDocument(read('deploy/access.yaml'), { CRM_AUTHORIZATION: 'Bearer t' })
    expect(problems).toEqual([])
    expect(document!.rules).toHaveLength(1)
    for (const { upstreamUrl } of document!.connections) {
      const { hostname, port } = new URL(upstreamUrl!)
      const { environment = {} } = compose.services[hostname]!
      expect(Object.values(environment)).toContain(port)
    }
  })
})

describe('Dockerfile', () => {
  it('copies what is there, from a context that leaves out what must not be in an image', () => {
    for (const stage of ['gateway', 'web', 'sample']) {
      for (const file of filesOf(stage).filter((file) => !['node_modules', 'generated', '.next'].includes(file))) {
        expect([stage, file, fs.existsSync(file)]).toEqual([stage, file, true])
      }
    }
    expect(ignored).toEqual(expect.arrayContaining(['.git', '.data', '**/.env', '**/.env.*', 'node_modules']))
    expect(dockerfile).not.toMatch(/^(ARG|ENV) .*(SECRET|PASSWORD|TOKEN|KEY)/m)
  })

  it('starts the gateway as npm start does', () => {
    expect(dockerfile).toContain(`CMD ${JSON.stringify(['node', ...GATEWAY_ARGS]).replaceAll(',', ', ')}\n`)
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> }
    expect(scripts['serve:gateway']).toBe(`node ${GATEWAY_ARGS.join(' ')}`)
  })

  it('runs as somebody else than root, with a health check for whatever serves', () => {
    const runtime = dockerfile.slice(dockerfile.indexOf('AS countersign'))
    expect(runtime).toMatch(/^USER node$/m)
    expect(runtime.indexOf('USER node')).toBeGreaterThan(runtime.lastIndexOf('RUN '))
    for (const stage of ['gateway', 'web']) {
      expect(new RegExp(`AS ${stage}$[\\s\\S]*?^HEALTHCHECK`, 'm').test(runtime)).toBe(true)
    }
  })

  it('holds every folder that the product imports from', () => {
    for (const [stage, folders] of [
      ['gateway', ['gateway']],
      ['countersign', ['cli', 'scripts']],
      ['web', ['app', 'components', 'lib']],
      ['sample', ['demo']],
    ] as const) {
      for (const file of folders.flatMap(sourcesUnder)) {
        for (const [, imported] of read(file).matchAll(/from '@\/([^']+)'/g)) {
          expect([file, imported, isHeld(stage, imported!)]).toEqual([file, imported, true])
        }
      }
    }
  })
})

const sourcesUnder = (folder: string): string[] =>
  fs
    .readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.(ts|tsx)$/.test(file) && !/\.test\.tsx?$/.test(file))
    .map((file) => path.join(folder, file))

/** Of a published server everything it holds, of one of ours the file itself. */
function sourceOf(script: string): string {
  if (!script.startsWith('node_modules/')) return read(script)
  const folder = path.dirname(script)
  const files = fs.readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.js'))
  return files.map((file) => read(path.join(folder, file))).join('\n')
}
