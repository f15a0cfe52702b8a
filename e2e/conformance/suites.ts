import { spawn } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'

export interface Suite {
  name: string
  /** The installed package: the last release of the conformance suite, or its next one. */
  package: 'conformance-published' | 'conformance-next'
  arguments: string[]
}

/** What came of each check, by `scenario/check`; several where a scenario makes a check more than once. */
export type Checks = Map<string, string[]>

const ROOT = path.resolve(import.meta.dirname, '../..')
const preload = (name: string) => ['--import', path.join(import.meta.dirname, 'preload', `${name}.mjs`)]

/** Runs a suite against a server. A scenario that fails is a result; a suite that cannot run is an error. */
export async function runSuite(suite: Suite, url: string, bearer: string | null): Promise<Checks> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'countersign-conformance-'))
  try {
    const printed = await run(suite, url, bearer, folder)
    const checks = readChecks(folder)
    if (checks.size === 0) throw new Error(`${suite.name} ran no check:\n${printed.slice(-2_000)}`)
    return checks
  } finally {
    fs.rmSync(folder, { recursive: true, force: true })
  }
}

function run(suite: Suite, url: string, bearer: string | null, folder: string): Promise<string> {
  const env: Record<string, string> = { PATH: process.env.PATH! }
  if (bearer !== null) Object.assign(env, { CONFORMANCE_BEARER: bearer, CONFORMANCE_ORIGIN: new URL(url).origin })
  const child = spawn(
    process.execPath,
    [
      ...preload('glob-sync'),
      ...(bearer === null ? [] : preload('bearer')),
      path.join(ROOT, 'node_modules', suite.package, 'dist/index.js'),
      ...['server', '--url', url, '--output-dir', folder, ...suite.arguments],
    ],
    { cwd: folder, env: { ...env, NODE_ENV: 'test' }, stdio: ['ignore', 'pipe', 'pipe'] },
  )
  let printed = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (printed += chunk.toString()))
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', () => resolve(printed))
  })
}

/** A suite leaves one folder for each scenario, `server-NAME-TIMESTAMP`, with its checks in a file. */
function readChecks(folder: string): Checks {
  const checks: Checks = new Map()
  for (const name of fs.readdirSync(folder).sort()) {
    const file = path.join(folder, name, 'checks.json')
    if (!fs.existsSync(file)) continue
    const scenario = name.replace(/^server-/, '').replace(/-\d{4}-\d\d-\d\dT[\d-]+Z$/, '')
    for (const { id, status } of JSON.parse(fs.readFileSync(file, 'utf8')) as { id: string; status: string }[]) {
      const key = `${scenario}/${id}`
      checks.set(key, [...(checks.get(key) ?? []), status])
    }
  }
  return checks
}

/** Every check that came out otherwise through the gateway, or was made only on one of the two ways. */
export function differences(direct: Checks, through: Checks): string[] {
  const names = new Set([...direct.keys(), ...through.keys()])
  return [...names].flatMap((name) => {
    const [one, other] = [direct.get(name), through.get(name)].map((found) => found?.join(' ') ?? 'not made')
    return one === other ? [] : [`${name}: ${one} directly, ${other} through the gateway`]
  })
}

export function totals(checks: Checks): { passed: number; failed: number } {
  const all = [...checks.values()].flat()
  const count = (status: string) => all.filter((found) => found === status).length
  return { passed: count('SUCCESS'), failed: count('FAILURE') }
}

export const failedScenarios = (checks: Checks): string[] => {
  const failed = [...checks].flatMap(([name, found]) => (found.includes('FAILURE') ? [name.split('/')[0]!] : []))
  return [...new Set(failed)].sort()
}
