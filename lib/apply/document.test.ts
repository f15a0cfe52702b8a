import { describe, expect, it } from 'vitest'
import { readDocument } from './document'

const problemsOf = (text: string, environment = {}) =>
  readDocument(text, environment).problems.map(({ line, path, message }) => `${line} ${path}: ${message}`)

describe('access.yaml', () => {
  it('that is whole has no problems, and its days end with the day', () => {
    const { document, problems } = readDocument(
      `connections:
  - slug: crm
    upstream: { url: http://127.0.0.1:3101/mcp }
    credential: { header: Authorization, valueFrom: { env: CRM_TOKEN } }
identities:
  - { name: Vendor-Bot, kind: service, endsAt: 2026-12-31 }
grants:
  - { subject: vendor-bot, connection: crm, tools: ["*"], until: 2026-12-31 }
rules:
  - { name: customer data, effect: mask, types: [EMAIL] }
`,
      { CRM_TOKEN: 'Bearer t' },
    )
    expect(problems).toEqual([])
    expect(document.connections).toMatchObject([
      { slug: 'crm', credential: { header: 'Authorization', value: 'Bearer t' } },
    ])
    expect(document.identities).toMatchObject([{ name: 'vendor-bot' }])
    expect(document.grants[0]?.until?.toISOString()).toBe('2026-12-31T23:59:59.999Z')
  })

  it('says how a server is spoken to, where it is not Streamable HTTP', () => {
    const entry = (upstream: string) => `connections:\n  - slug: a\n    upstream: ${upstream}`
    expect(readDocument(entry('{ url: http://x.test/sse, transport: sse }'), {}).document.connections).toMatchObject([
      { transport: 'sse', upstreamUrl: 'http://x.test/sse' },
    ])
    expect(readDocument(entry('{ url: http://x.test/mcp }'), {}).document.connections).toMatchObject([
      { transport: 'http' },
    ])
    expect(problemsOf(entry('{ url: http://x.test/sse, transport: websocket }'))).toEqual([
      expect.stringContaining('must be http'),
    ])
  })

  it('that is empty asks for nothing', () => {
    expect(problemsOf('')).toEqual([])
    expect(problemsOf('# only a comment\n')).toEqual([])
  })

  it('names every mistake at once, each with its line', () => {
    const text = `connections:
  - slug: Not_A_Slug
    upstream: { url: http://169.254.169.254/ }
    colour: red
identities:
  - { name: dana, kind: human }
  - { name: bot, kind: robot }
  - name: bot
    kind: service
    endsAt: 2026-02-31
extra: 1
`
    const problems = readDocument(text, {}).problems
    expect(problems.map(({ line }) => line).sort((a, b) => a! - b!)).toEqual([2, 3, 4, 6, 7, 10, 11])
    expect(problems.map(({ path }) => path)).toEqual(
      expect.arrayContaining(['connections[0].colour', 'identities[1].kind', 'extra', 'identities[2].endsAt']),
    )
  })

  it.each([
    ['block', 'rules:\n  - { name: a, effect: block, tools: [q] }', 2],
    ['approve', 'rules:\n  - { name: a, effect: approve }', 2],
    ['when', 'rules:\n  - name: a\n    effect: mask\n    types: [EMAIL]\n    when: "true"', 5],
    ['fields', 'rules:\n  - name: a\n    effect: mask\n    types: [EMAIL]\n    fields: ["$..dob"]', 5],
    ['PERSON', 'rules:\n  - name: a\n    effect: mask\n    types:\n      - EMAIL\n      - PERSON', 6],
    ['command', 'connections:\n  - slug: a\n    upstream:\n      command: npx', 4],
  ])('with %s, which this build does not enforce, is refused at its line', (_what, text, line) => {
    expect(readDocument(text, {}).problems.map((problem) => problem.line)).toContain(line)
  })

  it.each([
    ['no YAML', 'a: [1', 1],
    ['a key given twice', 'grants: []\nrules: []\ngrants: []', 3],
    ['a list instead of a mapping', '- a', 1],
    ['a section that is no list', 'grants: all', 1],
    [
      'aliases that unfold without end',
      `a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: [*c,*c,*c,*c,*c,*c,*c,*c,*c]`,
      1,
    ],
  ])('that is or has %s is refused, not guessed at', (_case, text, line) => {
    const { problems } = readDocument(text, {})
    expect(problems.length).toBeGreaterThan(0)
    expect(problems[0]?.line).toBe(line)
  })

  it('never repeats a credential in what it says is wrong', () => {
    const canary = 'canary-credential'
    const text = `connections:\n  - slug: a\n    upstream: { url: "http://x.test/?token=${canary}" }\n    credential: { header: Host, value: "${canary}\\r\\nx: y" }`
    const problems = problemsOf(text)
    expect(problems).toHaveLength(3)
    expect(problems.join()).not.toContain(canary)
  })

  it('refuses a variable that is not set, an empty one included', () => {
    const text =
      'connections:\n  - slug: a\n    upstream: { url: http://x.test }\n    credential: { valueFrom: { env: NOPE } }'
    expect(problemsOf(text)).toEqual(['4 connections[0].credential.valueFrom.env: the variable NOPE is not set'])
    expect(problemsOf(text, { NOPE: '' })).toHaveLength(1)
    expect(problemsOf(text, { NOPE: 'x' })).toEqual([])
  })

  it('names the second of two entries with one name', () => {
    const text = 'identities:\n  - { name: bot, kind: agent }\n  - { name: Bot, kind: agent }'
    expect(problemsOf(text)).toEqual(['3 identities[1]: bot is named twice'])
  })
})
