import { IncomingMessage, ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import { describe, expect, it } from 'vitest'
import type { MaskType } from '@/lib/domain'
import { NO_MASKS } from '@/lib/masking/plan'
import { EVERY_CALL } from '@/lib/policies/every-call'
import { buildSnapshot, type PolicySnapshot } from '@/lib/policies/snapshot'
import { takeAnswer } from './answer'
import { type Arrival, type Caller, type Gateway, NO_TRACE, OpenQuestions, type PendingRequest } from './call'
import { copiesOf } from './copies'
import { copiesByPolicy, type Passing, refusedSince } from './current-copies'
import { Exchange } from './exchange'
import { cutIfRefusedSince } from './release'

const AT = new Date('2026-11-22T12:00:00Z')
const CANARY = 'zofia.canary@planted.test'
const KEY = Buffer.alloc(32, 7)
/** Above what is copied in the gateway's own turn. */
const LARGE = `${CANARY} `.repeat(5_000)

let versions = 0n
const policyOf = ({ masks = [] as MaskType[], tools = ['*'], granted = true } = {}): PolicySnapshot =>
  buildSnapshot({
    version: ++versions,
    identities: [
      {
        id: 'idn_1',
        name: 'bot',
        displayName: 'Bot',
        kind: 'human',
        ownerId: null,
        managerId: null,
        roles: [],
        endsAt: null,
        disabledAt: null,
      },
    ],
    keys: [{ id: 'key_1', identityId: 'idn_1', hashHex: 'aa', expiresAt: null, revokedAt: null }],
    memberships: [],
    connections: [
      {
        id: 'con_1',
        slug: 'crm',
        name: 'CRM',
        transport: 'http',
        upstreamUrl: 'http://crm/',
        command: null,
        args: [],
        cwd: null,
        envNames: [],
        envSealed: null,
        ownerId: null,
        risk: 'low',
        refuse: [],
        toolChanges: 'quarantine' as const,
        credentialKind: 'header',
        credentialHeader: null,
        credentialParams: null,
        assertHeader: null,
        assertAudience: null,
        credentialSealed: null,
      },
    ],
    tools: [],
    grants: granted
      ? [
          {
            id: 'grt_1',
            identityId: 'idn_1',
            groupId: null,
            groupName: null,
            connectionId: 'con_1',
            tools,
            until: null,
            reason: 'work',
            grantedBy: 'dana',
            createdAt: AT,
          },
        ]
      : [],
    exclusions: [],
    rules:
      masks.length === 0
        ? []
        : [{ ...EVERY_CALL, id: 'rul_1', name: 'late', effect: 'mask', types: masks, fields: [], direction: 'both' }],
  })

/** A call that is under way in a gateway whose policy the test changes. */
function underWay(before: PolicySnapshot, method = 'tools/call') {
  let policy = before
  const caller: Caller = {
    identityId: 'idn_1',
    credential: { kind: 'key', id: 'key_1', hash: 'aa' },
    connection: before.connectionsById.get('con_1')!,
  }
  const gateway = {
    policy: { isFresh: () => true, current: () => policy },
    recorder: { recordLater() {} },
    metrics: { upstreamSeconds() {}, called() {}, refused() {} },
    log: { info() {} },
    toolWatch: { isAsKnown: () => true, differs() {} },
    webUrl: 'http://web.acme.test',
  } as unknown as Gateway
  const request = new IncomingMessage(new Socket())
  const arrival = { response: new ServerResponse(request), request, trace: NO_TRACE, reference: 'ref_1', mailbox: null }
  const session = {
    id: 'ses_1',
    placeholderKey: KEY,
    protocolHash: null,
    pending: new OpenQuestions(),
  }
  const exchange = new Exchange(
    gateway,
    arrival as unknown as Arrival,
    caller,
    session as unknown as Exchange['session'],
    'post',
    'legacy',
    false,
  )
  const pending = {
    idSource: '1',
    id: 1,
    method,
    asked: method === 'tools/call' ? { kind: 'tool', name: 'export' } : { kind: 'open' },
    callId: 'call_1',
    grantIds: [],
    refused: null,
    answered: false,
    startedAt: 0,
  } as unknown as PendingRequest
  exchange.own.set('1', pending)
  return { gateway, exchange, become: (next: PolicySnapshot) => (policy = next) }
}

const answer = (text: string) => `{"jsonrpc":"2.0","id":1,"result":{"content":[{"type":"text","text":"${text}"}]}}`
const notice = (text: string) => `{"jsonrpc":"2.0","method":"notifications/message","params":{"data":"${text}"}}`
const oneTurn = () => new Promise((resolve) => setImmediate(resolve))

describe('a rule that is made while a large message is being masked', () => {
  it.each([
    ['an answer', answer],
    ['a message of the server', notice],
  ])('counts for %s', async (_what, saying) => {
    const { gateway, exchange, become } = underWay(policyOf())
    const taking = takeAnswer(gateway, exchange, saying(LARGE), 'json')
    await oneTurn()
    become(policyOf({ masks: ['EMAIL'] }))
    const taken = await taking
    expect(taken.text).not.toContain(CANARY)
    expect(taken.text!.match(/\[EMAIL_[a-z2-7]{8}\]/g)).toHaveLength(5_000)
    expect(taken.entry.messages![0]!.decision).toMatchObject({ masked: { EMAIL: 5_000 } })
  })

  it('or takes the access away, and the answer is withheld', async () => {
    const { gateway, exchange, become } = underWay(policyOf())
    const taking = takeAnswer(gateway, exchange, answer(LARGE), 'json')
    await oneTurn()
    become(policyOf({ granted: false }))
    const taken = await taking
    expect(taken.text).not.toContain(CANARY)
    expect(taken.entry.closedCalls).toMatchObject([{ outcome: 'withheld', reason: 'access_ended' }])
  })

  it('or takes a tool out of a list that is on its way', async () => {
    const { gateway, exchange, become } = underWay(policyOf(), 'tools/list')
    const list = `{"jsonrpc":"2.0","id":1,"result":{"tools":[{"name":"a","x":"${LARGE}"},{"name":"b"}]}}`
    const taking = takeAnswer(gateway, exchange, list, 'json')
    await oneTurn()
    become(policyOf({ tools: ['b'] }))
    expect((await taking).text).toBe('{"jsonrpc":"2.0","id":1,"result":{"tools":[{"name":"b"}]}}')
  })
})

describe('copies by a policy that changes', () => {
  const passing = (...types: MaskType[]) => ({
    passing: { text: CANARY, masks: { ...NO_MASKS, types: new Set(types) } },
    reason: null,
  })
  const copiedBy = (gateway: Gateway, rules: (() => ReturnType<typeof passing>)[]) => {
    const laid: MaskType[][] = []
    let asked = 0
    const copy = ({ text, masks }: Passing) => {
      laid.push([...masks.types])
      return copiesOf(text, KEY, masks)
    }
    const copying = copiesByPolicy(gateway, () => rules[Math.min(asked++, rules.length - 1)]!(), copy)
    return { laid, copying }
  }

  it('are made once when what changed is about something else', async () => {
    const { gateway, become } = underWay(policyOf())
    const { laid, copying } = copiedBy(gateway, [() => passing('EMAIL')])
    become(policyOf())
    await copying
    expect(laid).toEqual([['EMAIL']])
  })

  it('are refused when policy does not stand still', async () => {
    const { gateway, become } = underWay(policyOf())
    let turn = 0
    const restless = () => {
      become(policyOf())
      return turn++ % 2 === 0 ? passing() : passing('EMAIL')
    }
    await expect(copiedBy(gateway, [restless]).copying).rejects.toMatchObject({ reason: 'policy_stale' })
  })

  it('are not released when a rule came after them that hides what they show', async () => {
    const { gateway } = underWay(policyOf())
    const made = (now: ReturnType<typeof passing>) => ({
      policy: policyOf(),
      ...passing(),
      found: { EMAIL: 1 },
      rule: () => now,
    })
    expect(await refusedSince(gateway, made(passing('PHONE')))).toBeNull()
    expect(await refusedSince(gateway, made(passing('EMAIL')))).toBe('policy_changed')
  })
})

describe('a rule that is made while an answer is being recorded', () => {
  it('withholds what it would have hidden, and the client is told', async () => {
    const { gateway, exchange, become } = underWay(policyOf())
    const taken = await takeAnswer(gateway, exchange, answer(CANARY), 'json')
    expect(taken.text).toContain(CANARY)
    become(policyOf({ masks: ['EMAIL'] }))
    expect(await cutIfRefusedSince(gateway, exchange, taken)).toBe(true)
    expect(exchange.ended).toBe('policy_changed')
  })

  it('lets everything else go on', async () => {
    const { gateway, exchange, become } = underWay(policyOf())
    const taken = await takeAnswer(gateway, exchange, answer('nothing to hide'), 'json')
    become(policyOf({ masks: ['EMAIL'] }))
    expect(await cutIfRefusedSince(gateway, exchange, taken)).toBe(false)
  })
})
