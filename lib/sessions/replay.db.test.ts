import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ADMIN, CEO, DANA, enterWorld, FINN, recordSession, type World } from '@/e2e/support/review-world'
import { takeCheckpoint } from '@/lib/audit/checkpoint-command'
import { db } from '@/lib/db'
import { NotFound } from '@/lib/errors'
import { sessionFacets } from './facet-store'
import { recordedMessage, searchRecording, sessionGrants, sessionOutline, sessionOwners } from './replay-store'
import { listSessions } from './store'

let world: World
const dataDir = mkdtempSync(path.join(tmpdir(), 'countersign-replay-'))
const LONG = 'x'.repeat(4000)
beforeAll(async () => {
  world = await enterWorld()
  await recordSession('ses_vendor', { calls: 2, bodies: ['{"say":"100% _sure_"}', LONG, 'three'] })
  await recordSession('ses_dana', { identityId: 'idn_dana-agent' })
})
afterAll(async () => {
  await world.leave()
  rmSync(dataDir, { recursive: true, force: true })
})

describe('a recording for replay', () => {
  it('gives outlines in order, a page at a time, with the beginning of each body only', async () => {
    const first = await sessionOutline(db(), ADMIN, 'ses_vendor', { limit: 2 })
    expect(first.more).toBe(true)
    const last = first.messages.at(-1)!
    const after = { micros: last.atMicros, writer: last.writer, seq: last.seq }
    const rest = await sessionOutline(db(), ADMIN, 'ses_vendor', { after })
    expect(rest.more).toBe(false)
    const heads = [...first.messages, ...rest.messages].map(({ head, isCut }) => [head?.length, isCut])
    expect(heads).toEqual([
      [21, false],
      [1500, true],
      [5, false],
    ])
  })

  it('gives one message whole, linked to the one before it and to the checkpoint that signed it', async () => {
    const [one, two] = (await sessionOutline(db(), ADMIN, 'ses_vendor')).messages
    const before = await recordedMessage(db(), ADMIN, 'ses_vendor', one!)
    const whole = await recordedMessage(db(), ADMIN, 'ses_vendor', two!)
    expect(whole.body).toBe(LONG)
    expect(whole.previousHash).toBe(before.hash)
    expect(whole.checkpoint).toBeNull()
    await takeCheckpoint(new Date(Date.now() + 1000), { dataDir, CHECKPOINT_DIR: undefined })
    expect((await recordedMessage(db(), ADMIN, 'ses_vendor', two!)).checkpoint).toMatchObject({ seq: '1' })
  })

  it('is searched for words as they are, within the one session', async () => {
    expect(await searchRecording(db(), ADMIN, 'ses_vendor', '100% _SURE')).toHaveLength(1)
    expect(await searchRecording(db(), ADMIN, 'ses_vendor', '1_0%')).toEqual([])
    expect(await searchRecording(db(), ADMIN, 'ses_dana', '100%')).toEqual([])
  })

  it('does not exist for a stranger, in any way of asking', async () => {
    const asked = [
      sessionOutline(db(), CEO, 'ses_vendor'),
      recordedMessage(db(), CEO, 'ses_vendor', { writer: 'w', seq: 1 }),
      searchRecording(db(), CEO, 'ses_vendor', 'three'),
      sessionOwners(db(), CEO, 'ses_vendor'),
      sessionGrants(db(), CEO, 'ses_vendor'),
    ]
    for (const answer of await Promise.allSettled(asked)) {
      expect(answer).toMatchObject({ status: 'rejected', reason: expect.any(NotFound) })
    }
    expect((await sessionFacets(db(), CEO, new Date())).identities).toEqual([])
  })

  it('names its two owners, and counts facets only over what the viewer sees', async () => {
    const owners = await sessionOwners(db(), FINN, 'ses_vendor')
    expect([owners.identity?.id, owners.connection?.id]).toEqual([FINN.id, DANA.id])
    const facets = await sessionFacets(db(), FINN, new Date())
    expect(facets.identities.map(({ name, count }) => [name, count])).toEqual([['vendor-bot', 1]])
    expect(facets.tools).toEqual([{ name: 'search', count: 2 }])
  })

  it('is listed by any of several values, forwards and back again', async () => {
    const both = { identity: ['vendor-bot', 'dana-agent'], limit: 1 }
    const first = await listSessions(db(), ADMIN, both)
    const second = await listSessions(db(), ADMIN, { ...both, cursor: first.nextCursor! })
    expect(second.previousCursor).not.toBeNull()
    const back = await listSessions(db(), ADMIN, { ...both, before: second.previousCursor! })
    expect(back.sessions.map(({ id }) => id)).toEqual(first.sessions.map(({ id }) => id))
    expect(back.previousCursor).toBeNull()
    const masked = await listSessions(db(), ADMIN, { outcome: 'refused', masked: true })
    expect(masked.sessions.length).toBeGreaterThan(0)
    expect((await listSessions(db(), ADMIN, { outcome: 'refused' })).sessions).toEqual([])
  })
})
