import {
  CallToolRequestSchema,
  GetPromptRequestSchema,
  JSONRPCMessageSchema,
  ReadResourceRequestSchema,
  SubscribeRequestSchema,
} from '@modelcontextprotocol/sdk/types.js'
import { parseJSONRPCMessage, specTypeSchemas } from '@modelcontextprotocol/server'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { elementsOf, membersOf, readSpan, type SourceMember, skipSpace } from './json-source'
import { foldKey } from './look-alikes'
import { type McpMessage, readClientBody } from './message'
import { targetParamOf } from './revisions'

/** What a server would run: the four things that decide whether a call is allowed. */
interface Understood {
  kind: McpMessage['kind']
  id: unknown
  method: string | null
  target: unknown
}

type Reader = (text: string) => (Understood | null)[]

/** Much cheaper than an assertion, of which there are tens of thousands. */
const isSame = (one: Understood, other: Understood): boolean =>
  one.kind === other.kind && one.id === other.id && one.method === other.method && one.target === other.target

const understoodOf = ({ kind, id, method, target }: McpMessage): Understood => ({ kind, id, method, target })

/** A JSON-RPC message by an SDK's own schemas; null for what it refuses, which is no difference. */
function bySchemas(accept: (value: unknown) => unknown, target: (method: string, value: unknown) => unknown): Reader {
  return (text) => {
    const parsed: unknown = JSON.parse(text)
    return (Array.isArray(parsed) ? parsed : [parsed]).map((value: Record<string, unknown>) => {
      const message = accept(value) as { id?: unknown; method?: string } | null
      if (message === null) return null
      if (message.method === undefined) return { kind: 'response', id: message.id ?? null, method: null, target: null }
      if (message.id === undefined) return { kind: 'notification', id: null, method: message.method, target: null }
      const named = target(message.method, value)
      return { kind: 'request', id: message.id, method: message.method, target: named ?? null }
    })
  }
}

const FIRST_GENERATION = {
  'tools/call': CallToolRequestSchema,
  'prompts/get': GetPromptRequestSchema,
  'resources/read': ReadResourceRequestSchema,
  'resources/subscribe': SubscribeRequestSchema,
} as const
const SECOND_GENERATION = {
  'tools/call': specTypeSchemas.CallToolRequest,
  'prompts/get': specTypeSchemas.GetPromptRequest,
  'resources/read': specTypeSchemas.ReadResourceRequest,
} as const

/** Where a method's own schema refuses, nothing is run: then whatever the gateway took for the target will do. */
const NOTHING_RUN = Symbol('nothing is run')

const firstGeneration = bySchemas(
  (value) => {
    const parsed = JSONRPCMessageSchema.safeParse(value)
    return parsed.success ? parsed.data : null
  },
  (method, value) => {
    if (!Object.hasOwn(FIRST_GENERATION, method)) return targetParamOf(method) === null ? null : NOTHING_RUN
    const parsed = FIRST_GENERATION[method as keyof typeof FIRST_GENERATION].safeParse(value)
    return parsed.success ? nameIn(parsed.data.params) : NOTHING_RUN
  },
)

const secondGeneration = bySchemas(
  (value) => {
    try {
      return parseJSONRPCMessage(value)
    } catch {
      return null
    }
  },
  (method, value) => {
    if (!Object.hasOwn(SECOND_GENERATION, method)) return targetParamOf(method) === null ? null : NOTHING_RUN
    const parsed = SECOND_GENERATION[method as keyof typeof SECOND_GENERATION]['~standard'].validate(value)
    if (parsed instanceof Promise || parsed.issues) return NOTHING_RUN
    return nameIn((parsed.value as { params: object }).params)
  },
)

const nameIn = (params: object): unknown => {
  const { name, uri } = params as { name?: unknown; uri?: unknown }
  return name ?? uri
}

/** A reader of another language, by which of the keys that it takes for the wanted one it believes. */
function byKeys(find: (members: SourceMember[], key: string) => SourceMember | undefined): Reader {
  return (text) => {
    const start = skipSpace(text, 0)
    const elements = text[start] === '[' ? elementsOf(text, start) : [{ start, end: text.length }]
    return elements.map((element) => {
      const envelope = membersOf(text, element.start)
      const at = (key: string) => find(envelope, key)
      const value = (key: string) => (at(key) ? readSpan(text, at(key)!) : undefined)
      const method = value('method')
      const id = value('id') ?? null
      if (typeof method !== 'string') return { kind: 'response', id, method: null, target: null }
      if (at('id') === undefined) return { kind: 'notification', id: null, method, target: null }
      const param = targetParamOf(method)
      const named = at('params') && param ? find(membersOf(text, at('params')!.start), param) : undefined
      const target = named ? readSpan(text, named) : null
      return { kind: 'request', id, method, target: typeof target === 'string' ? target : null }
    })
  }
}

const READERS: [string, Reader][] = [
  ['the first SDK generation', firstGeneration],
  ['the second SDK generation', secondGeneration],
  ['a reader that believes the first of two keys', byKeys((members, key) => members.find((m) => m.key === key))],
  ['a reader that believes the last of two keys', byKeys((members, key) => members.findLast((m) => m.key === key))],
  [
    'a reader without regard to case, form and invisible characters',
    byKeys((members, key) => members.find((m) => foldKey(m.key) === foldKey(key))),
  ],
  ['the same, by the last', byKeys((members, key) => members.findLast((m) => foldKey(m.key) === foldKey(key)))],
]

const pick = fc.constantFrom
const METHODS = ['tools/call', 'prompts/get', 'resources/read', 'resources/subscribe', 'tools/list', 'ping']
const key = pick('jsonrpc', 'id', 'method', 'params', 'result', 'error', 'name', 'uri', 'arguments', '_meta', 'taskId')

/** A key as it stands in the text: plain, or made to be taken for another one. */
const spelledKey = key.chain((plain) =>
  fc.oneof(
    { weight: 6, arbitrary: fc.constant(plain) },
    {
      weight: 4,
      arbitrary: pick(
        plain.toUpperCase(),
        plain[0]!.toUpperCase() + plain.slice(1),
        `\\u00${plain.charCodeAt(0).toString(16)}${plain.slice(1)}`,
        `${plain}\\u200b`,
        plain.replace('a', '\\u0430'),
        plain.replace('i', '\\u0131'),
        plain.replace('s', '\\u017f'),
        `${plain} `,
      ),
    },
  ),
)
const value: fc.Arbitrary<string> = fc.oneof(
  pick('"get"', '"drop"', '"g\\u0065t"', '"\\ud800"', '"a\\u0000"', '"2.0"', '"tools/call"', '"ping"'),
  pick('1', '2', '1.0', '1e0', '-0', '9007199254740993', '1e400', 'null', 'true', '[]', '{}'),
  fc.constantFrom('{"name":"get"}', '{"name":"drop","Name":"get"}', '{"uri":"a:b"}', '[{"name":"get"}]'),
)
const extra = fc.tuple(spelledKey, value)
const space = pick('', ' ', '\n', '\t ')

interface Change {
  where: 'envelope' | 'params'
  at: number
  how: 'insert' | 'replace' | 'drop'
  member: [string, string]
}
const change: fc.Arbitrary<Change> = fc.record({
  where: pick('envelope', 'params'),
  at: fc.nat(6),
  how: pick('insert', 'replace', 'drop'),
  member: extra,
})

function applied(members: [string, string][], changes: readonly Change[], where: Change['where']): [string, string][] {
  const result = [...members]
  for (const { at, how, member } of changes.filter((each) => each.where === where)) {
    const index = Math.min(at, result.length)
    if (how === 'insert') result.splice(index, 0, member)
    else result.splice(index, 1, ...(how === 'replace' ? [member] : []))
  }
  return result
}

const objectText = (members: readonly [string, string][], gap: string) =>
  `{${members.map(([name, held]) => `${gap}"${name}"${gap}:${gap}${held}`).join(',')}${gap}}`

/** A message of good will with up to three things wrong with it. */
const messageText = fc
  .record({
    method: pick(...METHODS),
    id: pick('1', '"a"', '"\\u0061"'),
    changes: fc.array(change, { maxLength: 3 }),
    space,
  })
  .map(({ method, id, changes, space: gap }) => {
    const named = method === 'resources/read' || method === 'resources/subscribe' ? 'uri' : 'name'
    const params = applied(
      [
        [named, '"get"'],
        ['arguments', '{"name":"drop"}'],
      ],
      changes,
      'params',
    )
    const envelope: [string, string][] = [
      ['jsonrpc', '"2.0"'],
      ['id', id],
      ['method', `"${method}"`],
      ['params', objectText(params, gap)],
    ]
    return objectText(applied(envelope, changes, 'envelope'), gap)
  })
const bodyText = fc.oneof(
  { weight: 5, arbitrary: messageText },
  { weight: 1, arbitrary: fc.array(messageText, { minLength: 1, maxLength: 3 }).map((all) => `[${all.join(',')}]`) },
  { weight: 1, arbitrary: fc.tuple(pick('\ufeff', ' ', '/**/', '\u00a0'), messageText).map((parts) => parts.join('')) },
)

describe('a body that the gateway accepts', () => {
  it('is read alike by every server behind it, or refused there', () => {
    let accepted = 0
    let refused = 0
    fc.assert(
      fc.property(bodyText, (text) => {
        const read = readClientBody(text)
        if (!read.ok) {
          refused++
          return
        }
        accepted++
        const here = read.messages.map(understoodOf)
        for (const [who, reader] of READERS) {
          for (const [index, there] of reader(text).entries()) {
            if (there === null) continue
            const target = there.target === NOTHING_RUN ? here[index]!.target : there.target
            const [theirs, ours] = [{ ...there, target }, here[index]!]
            if (!isSame(theirs, ours)) expect([who, theirs]).toEqual([who, ours])
          }
        }
      }),
      { numRuns: 3_000 },
    )
    // A property about nothing would hold as well.
    expect(accepted).toBeGreaterThan(300)
    expect(refused).toBeGreaterThan(300)
  }, 60_000)
})
