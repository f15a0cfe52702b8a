import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import {
  as,
  CONTROL_SECRET,
  enterEmptyInstallation,
  OPERATOR,
  policyVersion,
  tablesContaining,
} from '@/e2e/support/control-world'
import { CANARY, startRawUpstream, startSseUpstream, startUpstream } from '@/e2e/support/upstreams'
import { db, prisma } from '@/lib/db'
import { Conflict, Forbidden, InvalidInput, NotFound } from '@/lib/errors'
import { createIdentity } from '@/lib/identities/commands'
import { archiveConnection, refreshInventory, registerConnection, testUpstream, updateConnection } from './commands'
import { listProcesses } from './process-store'
import { openCredential, sealCredential } from './seal'
import { getConnectionDetail, listConnections } from './store'

const TOKEN = 'Bearer canary-credential-9f2c'
const credential = { header: 'Authorization', value: TOKEN }
const NOWHERE = 'http://127.0.0.1:9/mcp'
const closing: (() => Promise<unknown>)[] = []

let leave: () => Promise<void>
beforeAll(async () => {
  ;({ leave } = await enterEmptyInstallation())
})
afterAll(() => leave())
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

async function openServer() {
  const server = await startUpstream('stateful')
  closing.push(() => server.close())
  return server
}

/** Answers as an MCP server to the right credential only, with tools the test chooses. */
async function guardedServer(tools: () => unknown[]) {
  const server = await startRawUpstream((request, response, body) => {
    if (request.headers.authorization !== TOKEN) {
      response.writeHead(401, { 'content-type': 'text/plain' })
      return response.end(`no such credential: ${request.headers.authorization}`)
    }
    const message = JSON.parse(body || '{}') as { id?: number; method?: string; params?: { protocolVersion?: string } }
    if (message.id === undefined) {
      response.writeHead(202)
      return response.end()
    }
    const result =
      message.method === 'initialize'
        ? {
            protocolVersion: message.params?.protocolVersion,
            capabilities: { tools: {} },
            serverInfo: { name: 'guarded', version: '2' },
          }
        : { tools: tools() }
    response.writeHead(200, { 'content-type': 'application/json' })
    response.end(JSON.stringify({ jsonrpc: '2.0', id: message.id, result }))
  })
  closing.push(() => server.close())
  return server
}

describe('testing an upstream', () => {
  it('lists its tools with their risk and warns when it answers without the credential', async () => {
    const { url } = await openServer()
    const report = await testUpstream(OPERATOR, { upstreamUrl: url, credential })
    expect(report).toMatchObject({ reachable: true, serverName: 'customers', answersWithoutCredential: true })
    expect(report).toMatchObject({
      tools: expect.arrayContaining([
        expect.objectContaining({ name: 'delete_customer', risk: 'destructive' }),
        expect.objectContaining({ name: 'count', risk: 'read' }),
      ]),
    })
  })

  it('does not warn about one that asks for it, and never repeats what it said', async () => {
    const { url } = await guardedServer(() => [])
    expect(await testUpstream(OPERATOR, { upstreamUrl: url, credential })).toMatchObject({
      reachable: true,
      answersWithoutCredential: false,
    })
    const refused = await testUpstream(OPERATOR, {
      upstreamUrl: url,
      credential: { ...credential, value: 'Bearer wrong-canary' },
    })
    expect(refused).toEqual({ reachable: false, problem: 'It refuses the credential (HTTP 401).' })
  })

  it('sends nothing to metadata addresses, however they are reached', async () => {
    await expect(testUpstream(OPERATOR, { upstreamUrl: 'http://169.254.169.254/mcp' })).rejects.toThrow(InvalidInput)
    const metadata = await startRawUpstream((_request, response) => response.end('{}'))
    closing.push(() => metadata.close())
    const redirecting = await startRawUpstream((_request, response) => {
      response.writeHead(307, { location: metadata.url })
      response.end()
    })
    closing.push(() => redirecting.close())
    expect(await testUpstream(OPERATOR, { upstreamUrl: redirecting.url, credential })).toMatchObject({
      reachable: false,
    })
    expect(metadata.received).toEqual([])
  })

  it('asks a server of HTTP+SSE as well, and says what is wrong with one', async () => {
    const server = await startSseUpstream()
    closing.push(() => server.close())
    const over = { transport: 'sse', credential } as const
    expect(await testUpstream(OPERATOR, { ...over, upstreamUrl: server.url })).toMatchObject({
      reachable: true,
      serverName: 'customers',
      answersWithoutCredential: true,
    })
    const metadata = await startRawUpstream((_request, response) => response.end('{}'))
    const odd = await startRawUpstream((request, response) => {
      if (request.url === '/404') return response.writeHead(404).end()
      if (request.url === '/307') return response.writeHead(307, { location: metadata.url }).end()
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      return response.end(`event: endpoint\ndata: ${metadata.url}\n\n`)
    })
    closing.push(odd.close, metadata.close)
    const problemOf = async (upstreamUrl: string) => {
      const report = await testUpstream(OPERATOR, { ...over, upstreamUrl })
      return report.reachable ? null : report.problem
    }
    expect(await problemOf(odd.url.replace('/mcp', '/404'))).toBe('It answered HTTP 404: is the path right?')
    expect(await problemOf(odd.url.replace('/mcp', '/307'))).toMatch(/redirect|HTTP\+SSE/)
    expect(await problemOf(odd.url)).toMatch(/HTTP\+SSE/)
    expect(await problemOf(NOWHERE)).toBe('Nothing listens on 127.0.0.1:9.')
    expect(metadata.received).toEqual([])
  })

  it('asks for a token first where it takes one, and says what is wrong with that', async () => {
    const idp = await startRawUpstream((request, response) => {
      const isOurs =
        request.headers.authorization === `Basic ${Buffer.from('us:client-secret-canary').toString('base64')}`
      response.writeHead(isOurs ? 200 : 401, { 'content-type': 'application/json' })
      response.end(isOurs ? `{"access_token":"${TOKEN.slice(7)}","token_type":"Bearer"}` : '{"error":"invalid_client"}')
    })
    closing.push(() => idp.close())
    const { url } = await guardedServer(() => [{ name: 'get', description: `for ${TOKEN} and client-secret-canary` }])
    const oauth = { kind: 'oauth', tokenUrl: idp.url, clientId: 'us', clientSecret: 'client-secret-canary' } as const
    const report = await testUpstream(OPERATOR, { upstreamUrl: url, credential: oauth })
    expect(report).toMatchObject({
      reachable: true,
      answersWithoutCredential: false,
      tools: [{ description: 'for [CREDENTIAL] and [CREDENTIAL]' }],
    })
    expect(
      await testUpstream(OPERATOR, { upstreamUrl: url, credential: { ...oauth, clientSecret: 'wrong-canary' } }),
    ).toEqual({ reachable: false, problem: 'The token endpoint refuses this client (invalid_client).' })
    const away = { ...oauth, tokenUrl: NOWHERE }
    expect(await testUpstream(OPERATOR, { upstreamUrl: url, credential: away })).toMatchObject({
      problem: expect.stringContaining('Nothing listens there.'),
    })
    const basic = { kind: 'basic', username: 'us', password: 'wrong' } as const
    expect(await testUpstream(OPERATOR, { upstreamUrl: url, credential: basic })).toMatchObject({
      problem: 'It refuses the credential (HTTP 401).',
    })
  })

  it('says in one line why a server cannot be asked', async () => {
    expect(await testUpstream(OPERATOR, { upstreamUrl: NOWHERE })).toEqual({
      reachable: false,
      problem: 'Nothing listens on 127.0.0.1:9.',
    })
    const web = await startRawUpstream((_request, response) => response.end('<html>'))
    closing.push(() => web.close())
    expect(await testUpstream(OPERATOR, { upstreamUrl: web.url })).toMatchObject({ reachable: false })
  })

  it('is for administrators and engineers: it makes the server connect somewhere', async () => {
    await expect(
      testUpstream({ id: 'x', label: 'user:x', roles: ['reviewer', 'auditor'] }, { upstreamUrl: NOWHERE }),
    ).rejects.toThrow(Forbidden)
  })
})

describe('a server that is a process', () => {
  const process = (name: string, env = {}) => ({
    command: globalThis.process.execPath,
    args: [`e2e/support/stdio/${name}.mjs`],
    cwd: globalThis.process.cwd(),
    env,
  })

  it('is run to be tested, says why it does not work, and is gone afterwards', async () => {
    expect(await testUpstream(OPERATOR, { process: process('polite') })).toMatchObject({
      reachable: true,
      serverName: 'polite',
      answersWithoutCredential: null,
      tools: [{ name: 'hello', risk: 'read' }],
    })
    const secret = { value: 'sk-canary-of-the-test', secret: true }
    const args = ['-e', `console.error('no ' + process.env.KEY + ' for ${CANARY.email}'); process.exit(4)`]
    expect(await testUpstream(OPERATOR, { process: { ...process('x', { KEY: secret }), args } })).toEqual({
      reachable: false,
      problem: 'Its process ended with status 4.',
      log: expect.stringMatching(/^no \[CREDENTIAL\] for \[EMAIL_\w+\]$/),
    })
    expect(await testUpstream(OPERATOR, { process: { ...process('x'), command: 'no-such-command' } })).toMatchObject({
      problem: 'There is no command no-such-command.',
    })
    expect(await testUpstream(OPERATOR, { process: { ...process('x'), cwd: '/no/such/folder' } })).toMatchObject({
      problem: 'It cannot run in /no/such/folder.',
    })
  })

  it('may be named, changed and tried by administrators alone, whoever owns it', async () => {
    const engineer = (await createIdentity(OPERATOR, { name: 'eve@acme.test', kind: 'human' })).result
    const eve = as(engineer, 'engineer')
    await expect(testUpstream(eve, { process: process('polite') })).rejects.toThrow(Forbidden)
    await expect(registerConnection(eve, { slug: 'mine', process: process('polite') })).rejects.toThrow(Forbidden)
    const given = { slug: 'given', process: process('polite', { KEY: { value: 'k-canary', secret: true } }) }
    const { connection, upstream } = (await registerConnection(OPERATOR, { ...given, ownerId: engineer.id })).result
    expect(upstream).toMatchObject({ reachable: true })
    expect(await tablesContaining('k-canary')).toEqual([])
    const { id: connectionId } = connection
    await expect(updateConnection(eve, { connectionId, process: process('hostile') })).rejects.toThrow(Forbidden)
    await expect(updateConnection(eve, { connectionId, process: process('polite') })).rejects.toThrow(Forbidden)
    expect((await updateConnection(eve, { connectionId, name: 'Another' })).result).toMatchObject({
      name: 'Another',
      transport: 'stdio',
    })
    expect((await refreshInventory(eve, { connectionId })).result).toMatchObject({ reachable: true })
    const { env: _env, ...without } = process('hostile')
    await expect(updateConnection(OPERATOR, { connectionId, process: without })).rejects.toThrow('again')
    await updateConnection(OPERATOR, { connectionId, process: process('hostile') })
    expect((await getConnectionDetail(db(), eve, 'given')).envNames).toEqual([])
    expect(JSON.stringify(await getConnectionDetail(db(), eve, 'given'))).not.toContain('envSealed')
    const where = { connectionId, action: 'connection.updated' }
    const events = await prisma().auditEvent.findMany({ where, orderBy: { seq: 'asc' } })
    expect(events.at(-1)!.data).toMatchObject({ environment: 'replaced', from: { args: given.process.args } })
  })

  it('shows what it logged to whoever runs the connection, and to nobody else', async () => {
    const [owner, other] = await Promise.all(
      ['olga@acme.test', 'otto@acme.test'].map(
        async (name) => (await createIdentity(OPERATOR, { name, kind: 'human' })).result,
      ),
    )
    const registered = await registerConnection(OPERATOR, {
      slug: 'logs',
      process: process('polite'),
      ownerId: owner!.id,
    })
    const { connection } = registered.result
    await prisma().serverProcess.create({
      data: {
        id: 'prc_1',
        connectionId: connection.id,
        sessionId: 'ses_1',
        replicaId: 'host:4000:boot',
        stderrTail: 'hi',
      },
    })
    expect(await listProcesses(db(), as(owner!, 'engineer'), connection)).toMatchObject([
      { gateway: 'host:4000', stderrTail: 'hi' },
    ])
    await expect(listProcesses(db(), as(other!, 'engineer'), connection)).rejects.toThrow(NotFound)
  })
})

describe('a registered connection', () => {
  it('keeps its credential sealed: in no table, and closed to another secret or another connection', async () => {
    const { url } = await guardedServer(() => [{ name: 'get' }])
    const { connection } = (await registerConnection(OPERATOR, { slug: 'sealed', upstreamUrl: url, credential })).result
    expect(await tablesContaining(TOKEN)).toEqual([])
    expect(await tablesContaining('canary-credential')).toEqual([])
    const row = await prisma().connection.findUniqueOrThrow({ where: { id: connection.id } })
    expect(openCredential(CONTROL_SECRET, connection.id, row.credentialSealed!)).toBe(TOKEN)
    expect(() => openCredential('another secret of theirs', connection.id, row.credentialSealed!)).toThrow()
    expect(() => openCredential(CONTROL_SECRET, 'con_other', row.credentialSealed!)).toThrow()
    const tampered = Buffer.from(sealCredential(CONTROL_SECRET, 'con_a', 'x'))
    tampered[tampered.length - 1]! ^= 1
    expect(() => openCredential(CONTROL_SECRET, 'con_a', tampered)).toThrow()
    expect(JSON.stringify(await getConnectionDetail(db(), OPERATOR, 'sealed'))).not.toContain('credentialSealed')
  })

  it('changes how it is proven, and tells its server who calls, with nothing secret in the audit', async () => {
    const { url, received } = await guardedServer(() => [])
    const { connection } = (await registerConnection(OPERATOR, { slug: 'kinds', upstreamUrl: url, credential })).result
    const { id: connectionId } = connection
    const oauth = {
      kind: 'oauth',
      issuer: 'http://127.0.0.1:9/',
      clientId: 'us',
      clientSecret: 'client-canary',
    } as const
    await updateConnection(OPERATOR, { connectionId, credential: oauth })
    const stored = await prisma().connection.findUniqueOrThrow({ where: { id: connectionId } })
    expect(stored).toMatchObject({ credentialKind: 'oauth', credentialParams: { clientId: 'us', scope: null } })
    expect(await tablesContaining('client-canary')).toEqual([])
    await updateConnection(OPERATOR, { connectionId, credential, assertIdentity: {} })
    const asserted = received.map(({ headers }) => headers['x-countersign-identity']).filter(Boolean)
    expect(asserted.length).toBeGreaterThan(0)
    await expect(
      updateConnection(OPERATOR, { connectionId, assertIdentity: { header: 'authorization' } }),
    ).rejects.toThrow('already')
    const row = await prisma().connection.findUniqueOrThrow({ where: { id: connectionId } })
    expect(row).toMatchObject({
      credentialKind: 'header',
      credentialParams: null,
      assertHeader: 'X-Countersign-Identity',
    })
    const events = await prisma().auditEvent.findMany({
      where: { connectionId, action: 'connection.updated' },
      orderBy: { seq: 'asc' },
    })
    expect(events.map(({ data }) => (data as { credential?: string }).credential)).toEqual([
      'replaced (oauth)',
      'replaced (header)',
    ])
    expect(events[1]!.data).toMatchObject({ to: { assertHeader: 'X-Countersign-Identity' } })
  })

  it('does not send its credential to another server just because the address changed', async () => {
    const { url } = await guardedServer(() => [])
    const { connection } = (await registerConnection(OPERATOR, { slug: 'moving', upstreamUrl: url, credential })).result
    const thief = await startRawUpstream((_request, response) => response.end('{}'))
    closing.push(() => thief.close())
    await expect(updateConnection(OPERATOR, { connectionId: connection.id, upstreamUrl: thief.url })).rejects.toThrow(
      'again',
    )
    expect(thief.received).toEqual([])
    await updateConnection(OPERATOR, { connectionId: connection.id, upstreamUrl: thief.url, credential: null })
    expect(JSON.stringify(thief.received)).not.toContain('canary-credential')
  })

  it('says what its server may not ask, once each and in one order, and keeps saying so', async () => {
    const registered = await registerConnection(OPERATOR, {
      slug: 'quiet',
      upstreamUrl: NOWHERE,
      refuse: ['roots', 'sampling', 'roots'],
    })
    const { connection } = registered.result
    expect(connection.refuse).toEqual(['sampling', 'roots'])
    const version = await policyVersion()
    await updateConnection(OPERATOR, { connectionId: connection.id, refuse: ['roots', 'sampling'] })
    expect(await policyVersion()).toBe(version)
    await updateConnection(OPERATOR, { connectionId: connection.id, refuse: ['elicitation'] })
    expect(await policyVersion()).toBe(version + 1n)
    expect((await getConnectionDetail(db(), OPERATOR, 'quiet')).refuse).toEqual(['elicitation'])
    const { data } = await prisma().auditEvent.findFirstOrThrow({
      where: { action: 'connection.updated', connectionId: connection.id },
    })
    expect(data).toMatchObject({ from: { refuse: ['sampling', 'roots'] }, to: { refuse: ['elicitation'] } })
    await expect(
      updateConnection(OPERATOR, { connectionId: connection.id, refuse: ['everything' as 'roots'] }),
    ).rejects.toThrow(InvalidInput)
  })

  it('pins a definition at first sight, notices another one, and keeps tools that went', async () => {
    let offered: unknown[] = [{ name: 'get', description: `write to ${CANARY.email}` }, { name: 'old' }]
    const { url } = await guardedServer(() => offered)
    const { connection } = (await registerConnection(OPERATOR, { slug: 'tools', upstreamUrl: url, credential })).result
    expect(await tablesContaining(CANARY.email)).toEqual([])
    const version = await policyVersion()
    await refreshInventory(OPERATOR, { connectionId: connection.id })
    expect(await policyVersion()).toBe(version)

    offered = [{ name: 'get', description: 'now sends everything elsewhere' }]
    await refreshInventory(OPERATOR, { connectionId: connection.id })
    expect(await policyVersion()).toBe(version + 1n)
    const { tools } = await getConnectionDetail(db(), OPERATOR, connection.id)
    expect(tools.map(({ name, isChanged, removedAt }) => [name, isChanged, removedAt !== null])).toEqual([
      ['get', true, false],
      ['old', false, true],
    ])
  })

  it('that cannot be reached is registered, and says so', async () => {
    const { upstream } = (await registerConnection(OPERATOR, { slug: 'away', upstreamUrl: NOWHERE })).result
    expect(upstream.reachable).toBe(false)
    expect(await listConnections(db(), OPERATOR, { q: 'away' })).toMatchObject([
      { health: 'unreachable', checkError: 'Nothing listens on 127.0.0.1:9.' },
    ])
    await expect(registerConnection(OPERATOR, { slug: 'away', upstreamUrl: NOWHERE })).rejects.toThrow(Conflict)
  })

  it('is changed by administrators and the engineer who owns it, and seen by those it concerns', async () => {
    const engineer = (await createIdentity(OPERATOR, { name: 'priya@acme.test', kind: 'human' })).result
    const other = (await createIdentity(OPERATOR, { name: 'olaf@acme.test', kind: 'human' })).result
    const mine = as(engineer, 'engineer')
    const { connection } = (await registerConnection(mine, { slug: 'owned', upstreamUrl: NOWHERE })).result
    expect(connection.ownerId).toBe(engineer.id)
    await expect(registerConnection(mine, { slug: 'theirs', upstreamUrl: NOWHERE, ownerId: other.id })).rejects.toThrow(
      Forbidden,
    )
    await expect(registerConnection(as(other, 'reviewer'), { slug: 'no', upstreamUrl: NOWHERE })).rejects.toThrow(
      Forbidden,
    )
    for (const attempt of [updateConnection, archiveConnection, refreshInventory]) {
      await expect(attempt(as(other, 'engineer'), { connectionId: connection.id })).rejects.toThrow(Forbidden)
    }
    await expect(getConnectionDetail(db(), as(other, 'engineer'), 'owned')).rejects.toThrow(NotFound)
    await archiveConnection(mine, { connectionId: connection.id })
    expect((await listConnections(db(), mine)).map(({ slug }) => slug)).toEqual([])
    expect((await listConnections(db(), mine, { archived: true })).map(({ slug }) => slug)).toEqual(['owned'])
  })
})
