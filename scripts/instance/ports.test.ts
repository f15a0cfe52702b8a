import fs from 'node:fs'
import net from 'node:net'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { listenProblem, parsePorts, portFor, readPorts, settlePorts } from './ports'

describe('ports.json', () => {
  let dataDir: string
  beforeEach(() => {
    dataDir = fs.mkdtempSync(path.join(os.tmpdir(), 'countersign-ports-'))
  })
  afterEach(() => fs.rmSync(dataDir, { recursive: true, force: true }))

  it('keeps the ports it picked', async () => {
    const first = await settlePorts(dataDir)
    expect(new Set(Object.values(first)).size).toBe(4)
    expect(await settlePorts(dataDir)).toEqual(first)
    expect(portFor(dataDir, 'database')).toBe(first.database)
  })

  it('picks another port when somebody else took one, and keeps the rest', async () => {
    const first = await settlePorts(dataDir)
    const squatter = net.createServer().listen(first.crm, '127.0.0.1')
    await new Promise((resolve) => squatter.once('listening', resolve))
    expect(await listenProblem(first.crm)).toBe('EADDRINUSE')
    const second = await settlePorts(dataDir)
    squatter.close()
    expect(second).toEqual({ ...first, crm: second.crm })
    expect(second.crm).not.toBe(first.crm)
  })

  it('never gives one port to two', async () => {
    const { database } = await settlePorts(dataDir)
    const same = { database, oidc: database, crm: database, everything: database }
    fs.writeFileSync(path.join(dataDir, 'ports.json'), JSON.stringify(same))
    expect(new Set(Object.values(await settlePorts(dataDir))).size).toBe(4)
  })

  it('says what to do when nothing was started there', () => {
    expect(() => portFor(dataDir, 'database')).toThrow('run npm start first')
  })

  it.each(['', '{', 'null', '[]', '{"database":"5432"}', '{"database":0}', '{"database":70000}'])(
    'takes a damaged file %j for an empty one',
    (text) => {
      expect(parsePorts(text)).toEqual({})
      expect(readPorts(dataDir)).toEqual({})
    },
  )
})
