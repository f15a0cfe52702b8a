import fs from 'node:fs'
import net from 'node:net'
import path from 'node:path'
import { PlainError } from '@/scripts/prepare/plain-error.mjs'

export type PortName = 'database' | 'oidc' | 'crm' | 'everything'
export type Ports = Record<PortName, number>
const NAMES: PortName[] = ['database', 'oidc', 'crm', 'everything']

const portsFile = (dataDir: string) => path.join(dataDir, 'ports.json')

export function parsePorts(text: string): Partial<Ports> {
  try {
    const kept = JSON.parse(text) as Record<string, unknown>
    const valid = (port: unknown): port is number => Number.isInteger(port) && Number(port) > 0 && Number(port) < 65536
    return Object.fromEntries(NAMES.flatMap((name) => (valid(kept?.[name]) ? [[name, kept[name]]] : [])))
  } catch {
    return {}
  }
}

export function readPorts(dataDir: string): Partial<Ports> {
  try {
    return parsePorts(fs.readFileSync(portsFile(dataDir), 'utf8'))
  } catch {
    return {}
  }
}

export function portFor(dataDir: string, name: PortName): number {
  const port = readPorts(dataDir)[name]
  if (!port) throw new PlainError(`no Countersign was ever started on ${dataDir}: run npm start first.`)
  return port
}

/** Why we may not listen there, or nothing when we may. */
export function listenProblem(port: number, host = '127.0.0.1'): Promise<string | undefined> {
  return new Promise((resolve) => {
    const server = net.createServer()
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? 'UNKNOWN'))
    server.listen(port, host, () => server.close(() => resolve(undefined)))
  })
}

export function freePort(host = '127.0.0.1'): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = net.createServer()
    server.once('error', reject)
    server.listen(0, host, () => {
      const { port } = server.address() as net.AddressInfo
      server.close(() => resolve(port))
    })
  })
}

/**
 * Every inner port of the instance: the kept one while it is free, else a new one. The caller holds the data folder's
 * lock and has ended what an earlier run left, so that a port in use is somebody else's.
 */
export async function settlePorts(dataDir: string): Promise<Ports> {
  const kept = readPorts(dataDir)
  const ports = {} as Ports
  for (const name of NAMES) {
    const port = kept[name]
    const taken = new Set(Object.values(ports))
    let chosen = port && !taken.has(port) && !(await listenProblem(port)) ? port : await freePort()
    while (taken.has(chosen)) chosen = await freePort()
    ports[name] = chosen
  }
  fs.mkdirSync(dataDir, { recursive: true })
  const draft = `${portsFile(dataDir)}.${process.pid}`
  fs.writeFileSync(draft, `${JSON.stringify(ports, null, 2)}\n`)
  fs.renameSync(draft, portsFile(dataDir))
  return ports
}
