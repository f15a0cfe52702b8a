import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  ADMIN,
  AUDITOR,
  beGateway,
  CEO,
  DANA,
  enterWorld,
  FINN,
  recordSession,
  type World,
} from '@/e2e/support/review-world'
import type { Actor } from '@/lib/actor'
import { db, prisma } from '@/lib/db'
import { Conflict, Forbidden, NotFound } from '@/lib/errors'
import { endSession, openRecording } from './commands'
import { sessionCalls, sessionMessages } from './recording-store'
import { getSession, listSessions } from './store'
import {
  closeInterruptedCalls,
  dropOldProcesses,
  endIdleSessions,
  forgetOldQuestions,
  forgetOldTasks,
} from './sweep-commands'
import { usageByPath } from './usage-store'

let world: World
beforeEach(async () => {
  world = await enterWorld()
})
afterEach(() => world.leave())

const events = (action: string) => prisma().auditEvent.findMany({ where: { action } })
const ids = async (viewer: Actor, query = {}) =>
  (await listSessions(db(), viewer, query)).sessions.map((session) => session.id).sort()

describe('a session', () => {
  beforeEach(async () => {
    await recordSession('ses_vendor', { calls: 2, bodies: ['{"name":"[EMAIL_abc]"}', 'of 100% _certainty_'] })
    await recordSession('ses_dana', { identityId: 'idn_dana-agent' })
  })

  it.each<[string, Actor, string[]]>([
    ['administrators', ADMIN, ['ses_dana', 'ses_vendor']],
    ['auditors', AUDITOR, ['ses_dana', 'ses_vendor']],
    ['the owner of the connection', DANA, ['ses_dana', 'ses_vendor']],
    ['the owner of the identity, theirs', FINN, ['ses_vendor']],
    ['the identity itself, its own', { id: 'idn_vendor-bot', label: 'user:vendor-bot', roles: [] }, ['ses_vendor']],
    ['a stranger, none', CEO, []],
    ['nobody without a person or a role', { id: null, label: 'cli:root', roles: [] }, []],
  ])('is seen by %s', async (_name, viewer, expected) => {
    expect(await ids(viewer)).toEqual(expected)
  })

  it('does not exist for a stranger, in any way of asking', async () => {
    await expect(getSession(db(), CEO, 'ses_vendor')).rejects.toThrow(NotFound)
    await expect(openRecording(CEO, 'ses_vendor')).rejects.toThrow(NotFound)
    await expect(sessionMessages(db(), CEO, 'ses_vendor')).rejects.toThrow(NotFound)
    await expect(sessionCalls(db(), CEO, 'ses_vendor')).rejects.toThrow(NotFound)
    await expect(endSession(CEO, 'ses_vendor')).rejects.toThrow(NotFound)
    expect(await prisma().auditEvent.count()).toBe(0)
  })

  it('is found by who, where, what and by words in it, and by nothing else', async () => {
    expect(await ids(ADMIN, { identity: 'vendor-bot' })).toEqual(['ses_vendor'])
    expect(await ids(ADMIN, { connection: 'crm', tool: 'search', outcome: 'allowed' })).toEqual(['ses_vendor'])
    expect(await ids(ADMIN, { outcome: 'blocked' })).toEqual([])
    expect(await ids(ADMIN, { q: '[email_ABC]' })).toEqual(['ses_vendor'])
    expect(await ids(ADMIN, { q: '100% _cert' })).toEqual(['ses_vendor'])
    expect(await ids(ADMIN, { q: '100_' })).toEqual([])
    expect(await ids(FINN, { q: 'one' })).toEqual([])
  })

  it('shows its totals, and pages through all of them once', async () => {
    expect(await getSession(db(), ADMIN, 'ses_vendor')).toMatchObject({
      calls: 2,
      outcomes: { allowed: 2 },
      redactions: { EMAIL: 4 },
      live: true,
    })
    const first = await listSessions(db(), ADMIN, { limit: 1 })
    const second = await listSessions(db(), ADMIN, { limit: 1, cursor: first.nextCursor! })
    expect([...first.sessions, ...second.sessions].map((session) => session.id).sort()).toEqual([
      'ses_dana',
      'ses_vendor',
    ])
    expect(second.nextCursor).toBeNull()
  })

  it('gives its messages in order, a page at a time', async () => {
    const first = await sessionMessages(db(), ADMIN, 'ses_dana', { limit: 2 })
    const rest = await sessionMessages(db(), ADMIN, 'ses_dana', { limit: 2, cursor: first.nextCursor! })
    expect([...first.messages, ...rest.messages].map((message) => message.body)).toEqual(['one', 'two', 'three'])
    expect(rest.nextCursor).toBeNull()
  })

  it('leaves an audit event each time its recording is opened', async () => {
    await openRecording(AUDITOR, 'ses_vendor')
    await openRecording(AUDITOR, 'ses_vendor')
    expect(await events('session.opened')).toMatchObject([
      { actor: AUDITOR.label, sessionId: 'ses_vendor', identityId: 'idn_vendor-bot' },
      { actor: AUDITOR.label },
    ])
  })

  it.each<[string, Actor]>([
    ['administrators', ADMIN],
    ['the owner of the connection', DANA],
    ['the owner of the identity', FINN],
  ])('is ended by %s', async (_name, actor) => {
    await beGateway('a', 1n)
    expect(await endSession(actor, 'ses_vendor')).toMatchObject({ endRequestedBy: actor.label, live: true })
    expect(await events('session.end_requested')).toHaveLength(1)
  })

  it('is not ended by an auditor, nor twice', async () => {
    await expect(endSession(AUDITOR, 'ses_vendor')).rejects.toThrow(Forbidden)
    expect(await endSession(ADMIN, 'ses_vendor')).toMatchObject({ live: false, endReason: 'ended' })
    await expect(endSession(ADMIN, 'ses_vendor')).rejects.toThrow(Conflict)
  })

  it('counts as use by what was really called, and a refusal is no use', async () => {
    await prisma().call.update({ where: { id: 'ses_vendor-call-0' }, data: { outcome: 'refused' } })
    await prisma().call.update({
      where: { id: 'ses_vendor-call-1' },
      data: { method: 'resources/read', target: 'crm://accounts' },
    })
    const usage = (await usageByPath(db(), new Date(0))).get('idn_vendor-bot con_crm')!
    expect(usage).toMatchObject({ calls: 1, refused: 1 })
    expect([...usage.byTool.keys()]).toEqual(['resource:crm://accounts'])
  })
})

describe('calls in flight in a gateway that died', () => {
  const inFlight = async (writer: string) => {
    await recordSession('ses_1', { calls: 1, writer })
    await prisma().call.updateMany({ data: { outcome: 'in_flight', endedAt: null } })
  }
  const outcome = async () => (await prisma().call.findFirstOrThrow()).outcome

  it('are closed as interrupted, once, with an audit event', async () => {
    await inFlight(await beGateway('a', 1n, new Date(Date.now() - 9_000)))
    expect(await closeInterruptedCalls()).toBe(1)
    expect(await outcome()).toBe('interrupted')
    expect(await closeInterruptedCalls()).toBe(0)
    expect(await events('call.interrupted')).toMatchObject([
      { tool: 'search', outcome: 'interrupted', sessionId: 'ses_1' },
    ])
  })

  it('are left alone while it lives', async () => {
    await inFlight(await beGateway('a', 1n))
    expect(await closeInterruptedCalls()).toBe(0)
    expect(await outcome()).toBe('in_flight')
  })

  it('are closed whatever their gateway’s clock says', async () => {
    const gateway = await beGateway('a', 1n, new Date(Date.now() - 9_000))
    await inFlight(gateway)
    const slowClock = new Date(Date.now() - 600_000)
    await prisma().gatewayReplica.update({ where: { id: gateway }, data: { inFlightSince: slowClock } })
    await prisma().call.updateMany({ data: { startedAt: slowClock } })
    expect(await closeInterruptedCalls()).toBe(1)
  })

  it('are closed also when their record was committed after their gateway had been given up', async () => {
    const gateway = await beGateway('a', 1n, new Date(Date.now() - 9_000))
    expect(await closeInterruptedCalls()).toBe(0)
    await inFlight(gateway)
    expect(await closeInterruptedCalls()).toBe(0)
    const minuteAgo = new Date(Date.now() - 61_000)
    await prisma().gatewayReplica.update({
      where: { id: gateway },
      data: { heartbeatAt: minuteAgo, sweptAt: new Date(minuteAgo.getTime() + 9_000) },
    })
    expect(await closeInterruptedCalls()).toBe(1)
    expect(await closeInterruptedCalls()).toBe(0)
  })

  it('are found again when the gateway came back and died once more', async () => {
    const gateway = await beGateway('a', 1n, new Date(Date.now() - 60_000))
    await closeInterruptedCalls()
    await inFlight(gateway)
    await prisma().gatewayReplica.update({ where: { id: gateway }, data: { heartbeatAt: new Date(), stoppedAt: null } })
    expect(await closeInterruptedCalls()).toBe(0)
    await prisma().gatewayReplica.update({ where: { id: gateway }, data: { stoppedAt: new Date(Date.now() + 1_000) } })
    expect(await closeInterruptedCalls()).toBe(1)
  })
})

describe('a task', () => {
  it('is forgotten after ninety days, and not before', async () => {
    const made = (idHash: Buffer, daysAgo: number) => ({
      connectionId: 'con_crm',
      identityId: 'idn_vendor-bot',
      idHash: Uint8Array.from(idHash),
      tool: 'export',
      createdAt: new Date(Date.now() - daysAgo * 86_400_000),
    })
    await prisma().serverTask.createMany({ data: [made(Buffer.alloc(32, 1), 89), made(Buffer.alloc(32, 2), 91)] })
    expect(await forgetOldTasks()).toBe(1)
    expect(await prisma().serverTask.findMany()).toMatchObject([{ idHash: new Uint8Array(32).fill(1) }])
  })
})

describe('a question of a server', () => {
  it('is forgotten after seven days, and not before', async () => {
    const asked = (rpcId: string, daysAgo: number) => ({
      sessionId: 'ses_asked',
      rpcId,
      askedAt: new Date(Date.now() - daysAgo * 86_400_000),
    })
    await prisma().serverRequest.createMany({ data: [asked('1', 6), asked('2', 8)] })
    expect(await forgetOldQuestions()).toBe(1)
    expect(await prisma().serverRequest.findMany()).toMatchObject([{ rpcId: '1' }])
  })
})

describe('processes of a gateway that died', () => {
  const run = async (gateway: string) => {
    await recordSession('ses_process', {})
    await prisma().session.update({ where: { id: 'ses_process' }, data: { replicaId: gateway, endedAt: null } })
    const { connectionId } = await prisma().session.findUniqueOrThrow({ where: { id: 'ses_process' } })
    const at = { connectionId, sessionId: 'ses_process', replicaId: gateway }
    await prisma().serverProcess.create({ data: { id: 'prc_1', ...at } })
    return prisma().serverProcess.create({
      data: { id: 'prc_old', ...at, endedAt: new Date(Date.now() - 15 * 86_400_000), endReason: 'idle' },
    })
  }
  const process = () => prisma().serverProcess.findUniqueOrThrow({ where: { id: 'prc_1' } })
  const session = () => prisma().session.findUniqueOrThrow({ where: { id: 'ses_process' } })

  it('have ended, and so have their sessions, each with an audit event', async () => {
    await run(await beGateway('a', 1n, new Date(Date.now() - 9_000)))
    await closeInterruptedCalls()
    expect(await process()).toMatchObject({ endReason: 'its gateway ended', endedAt: expect.any(Date) })
    expect(await session()).toMatchObject({ endReason: 'its gateway ended', endedAt: expect.any(Date) })
    expect(await events('session.ended')).toMatchObject([{ sessionId: 'ses_process', reason: 'its gateway ended' }])
  })

  it('run on while it lives; those long gone are forgotten', async () => {
    await run(await beGateway('a', 1n))
    await closeInterruptedCalls()
    expect([(await process()).endedAt, (await session()).endedAt]).toEqual([null, null])
    expect(await dropOldProcesses()).toBe(1)
    expect((await prisma().serverProcess.findMany()).map(({ id }) => id)).toEqual(['prc_1'])
  })
})

describe('a session without a word for half an hour', () => {
  const silentFor = (minutes: number) =>
    prisma().session.updateMany({ data: { lastSeenAt: new Date(Date.now() - minutes * 60_000) } })

  it('ends by idle time, and frees its derived key', async () => {
    await recordSession('ses_1')
    await prisma().session.updateMany({ data: { derivedKey: Buffer.alloc(32, 1) } })
    await silentFor(29)
    expect(await endIdleSessions()).toBe(0)
    await silentFor(31)
    expect(await endIdleSessions()).toBe(1)
    expect(await prisma().session.findFirst()).toMatchObject({ endReason: 'idle', derivedKey: null })
    expect(await events('session.ended')).toMatchObject([{ reason: 'idle', actor: 'system' }])
  })

  it('goes on while a call of it is still running', async () => {
    await recordSession('ses_1', { calls: 1 })
    await prisma().call.updateMany({ data: { outcome: 'in_flight', endedAt: null } })
    await silentFor(31)
    expect(await endIdleSessions()).toBe(0)
  })
})
