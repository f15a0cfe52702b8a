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

  it('says what is run where a server is a process, with its environment sealed or taken from ours', () => {
    const entry = (upstream: string) => `connections:\n  - slug: a\n    upstream: ${upstream}`
    const read = readDocument(
      entry(
        '{ command: npx, args: [-y, server], cwd: /srv, env: { LEVEL: debug, PORT: 80, API_KEY: k, NAME: { value: n, secret: true }, FROM: { valueFrom: { env: OURS } } } }',
      ),
      { OURS: 'o' },
    )
    expect(read.problems).toEqual([])
    expect(read.document.connections[0]).toMatchObject({
      process: {
        command: 'npx',
        args: ['-y', 'server'],
        cwd: '/srv',
        env: {
          LEVEL: { value: 'debug', secret: false },
          PORT: { value: '80', secret: false },
          API_KEY: { value: 'k', secret: true },
          NAME: { value: 'n', secret: true },
          FROM: { value: 'o', secret: true },
        },
      },
    })
    expect(read.document.connections[0]).not.toHaveProperty('upstreamUrl')
    expect(readDocument(entry('{ command: npx }'), {}).document.connections[0]!.process).not.toHaveProperty('env')
    expect(readDocument(entry('{ command: npx, env: null }'), {}).document.connections[0]!.process!.env).toEqual({})
  })

  it.each([
    ['{ command: npx, url: http://x.test }', 'needs a url or a command'],
    ['{ }', 'needs a url or a command'],
    ['{ command: npx, transport: sse }', 'is for a url'],
    ['{ url: http://x.test, args: [a] }', 'is for a command'],
    ['{ url: http://x.test, env: { A: b } }', 'is for a command'],
    ['{ command: npx, cwd: srv }', 'absolute path'],
    ['{ command: npx, args: ["--token=canary-credential"] }', 'looks like a secret'],
    ['{ command: npx, args: [--api-key, canary-credential] }', 'looks like a secret'],
    ['{ command: "a\\u0000b" }', 'control characters'],
    ['{ command: npx, env: { "A B": canary-credential } }', 'name of a variable'],
    ['{ command: npx, env: { COUNTERSIGN_PROCESS: x } }', 'gateway’s own'],
    ['{ command: npx, env: { A: { valueFrom: { env: NOPE } } } }', 'NOPE is not set'],
    ['{ command: npx, env: { A: [canary-credential] } }', 'must be a value'],
  ])('refuses %s', (upstream, problem) => {
    const problems = problemsOf(`connections:\n  - slug: a\n    upstream: ${upstream}`)
    expect(problems.join()).toContain(problem)
    expect(problems.join()).not.toContain('canary-credential')
  })

  it('says how the gateway proves itself, in each of its ways', () => {
    const read = (entry: string, environment = {}) => {
      const text = `connections:\n  - slug: a\n    upstream: { url: http://x.test }\n    credential: ${entry}`
      const { document, problems } = readDocument(text, environment)
      return problems.length > 0
        ? problems.map(({ path, message }) => `${path}: ${message}`).join()
        : document.connections[0]!.credential
    }
    expect(read('{ value: Bearer t }')).toEqual({ kind: 'header', header: 'Authorization', value: 'Bearer t' })
    expect(read('{ basic: { username: u, passwordFrom: { env: P } } }', { P: 'secret' })).toEqual({
      kind: 'basic',
      username: 'u',
      password: 'secret',
    })
    const client =
      'tokenUrl: https://idp.test/token, clientId: c, scope: a b, resource: https://x.test/mcp, method: post'
    expect(read(`{ oauth: { ${client}, clientSecret: s } }`)).toEqual({
      kind: 'oauth',
      tokenUrl: 'https://idp.test/token',
      issuer: null,
      clientId: 'c',
      clientSecret: 's',
      scope: 'a b',
      resource: 'https://x.test/mcp',
      method: 'post',
    })
    expect(
      read('{ oauth: { issuer: https://idp.test, clientId: c, clientSecretFrom: { env: S } } }', { S: 's' }),
    ).toMatchObject({
      issuer: 'https://idp.test',
      method: 'basic',
    })
    for (const [entry, problem] of [
      ['{ }', 'needs a header with its value, basic, or oauth'],
      ['{ value: x, basic: { username: u, password: canary } }', 'needs a header'],
      ['{ header: X-Key }', 'needs either value or valueFrom'],
      ['{ basic: { username: u } }', 'needs either password or passwordFrom'],
      ['{ basic: { username: "a:b", password: canary } }', 'must not hold a colon'],
      ['{ basic: { username: u, passwordFrom: { env: NOPE } } }', 'NOPE is not set'],
      ['{ oauth: { clientId: c, clientSecret: canary } }', 'needs either a token URL or an issuer'],
      ['{ oauth: { tokenUrl: "http://169.254.169.254/", clientId: c, clientSecret: canary } }', 'refused'],
      ['{ oauth: { tokenUrl: "https://idp.test", clientId: c, clientSecret: "canary\\n" } }', 'printable ASCII'],
      ['{ oauth: { tokenUrl: "https://idp.test", clientId: c, clientSecret: canary, method: jwt } }', 'basic or post'],
    ] as const) {
      expect(read(entry)).toContain(problem)
      expect(read(entry)).not.toContain('canary')
    }
    expect(read('{ valueFrom: { env: BAD } }', { BAD: 'canary\r\nX: y' })).toMatch(/printable ASCII/)
  })

  it('says whether its server is told who calls', () => {
    const read = (value: string) => {
      const text = `connections:\n  - { slug: a, upstream: { url: http://x.test }, assertIdentity: ${value} }`
      const { document, problems } = readDocument(text, {})
      return problems.length > 0
        ? problems.map(({ message }) => message).join()
        : document.connections[0]!.assertIdentity
    }
    expect(read('true')).toEqual({ header: 'X-Countersign-Identity', audience: null })
    expect(read('{ audience: crm }')).toEqual({ header: 'X-Countersign-Identity', audience: 'crm' })
    expect(read('{ header: X-User }')).toEqual({ header: 'X-User', audience: null })
    expect([read('false'), read('null')]).toEqual([null, null])
    expect(read('yes please')).toContain('must be true or')
    const process = 'connections:\n  - { slug: a, upstream: { command: x }, assertIdentity: true }'
    expect(problemsOf(process).join()).toContain('a process has no headers')
  })

  it('gives a process no credential', () => {
    const text = 'connections:\n  - slug: a\n    upstream: { command: npx }\n    credential: { value: Bearer x }'
    expect(problemsOf(text)).toEqual(['4 connections[0].credential: a process gets its secrets in upstream.env'])
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

  it('has rules of every effect, as the contract writes them', () => {
    const text = `
rules:
  - { name: no unbounded delete, effect: block, connections: [crm], tools: [query], when: 'args.sql == ""' }
  - { name: refunds, effect: approve, tools: [refund], when: 'args.amount > 100', approvers: { group: finance, quorum: 1 }, expiresAfter: 15m }
  - name: at night
    effect: approve
    risks: [destructive]
    kinds: [agent]
    hours: { days: [mon, tue], from: "18:00", to: "08:00", zone: Europe/Zurich }
    approvers: { people: [dana@acme.test], owner: true, quorum: 2, reason: required }
    expiresAfter: 2h
    escalate: { after: 30m, group: on call }
    standing: true
  - { name: customer data, effect: mask, connections: [crm], types: [EMAIL, PHONE, EMAIL] }
`
    const { document, problems } = readDocument(text, {})
    expect(problems).toEqual([])
    expect(document.rules).toMatchObject([
      { effect: 'block', tools: ['query'], when: 'args.sql == ""', message: null },
      { effect: 'approve', approvers: { groups: ['finance'] }, quorum: 1, expiresAfterSeconds: 900, standing: false },
      {
        risks: ['destructive'],
        hours: { days: ['mon', 'tue'], timeZone: 'Europe/Zurich' },
        approvers: { people: ['dana@acme.test'], groups: [], connectionOwner: true },
        quorum: 2,
        reasonRequired: true,
        escalation: { groups: ['on call'], afterSeconds: 1800 },
        standing: true,
      },
      { effect: 'mask', types: ['EMAIL', 'PHONE'], direction: 'client' },
    ])
  })

  it.each([
    ['no approvers', 'rules:\n  - { name: a, effect: approve }', 2],
    ['approvers that are nobody', 'rules:\n  - name: a\n    effect: approve\n    approvers: {}', 4],
    ['a condition that does not compile', 'rules:\n  - name: a\n    effect: block\n    when: "args."', 4],
    ['what another effect has', 'rules:\n  - name: a\n    effect: block\n    types: [EMAIL]', 4],
    ['a field nobody knows', 'rules:\n  - name: a\n    effect: block\n    unless: "true"', 4],
    [
      'a time that is none',
      'rules:\n  - name: a\n    effect: approve\n    approvers: { owner: true }\n    expiresAfter: soon',
      5,
    ],
    [
      'a zone that is nowhere',
      'rules:\n  - name: a\n    effect: block\n    hours:\n      days: [mon]\n      from: "08:00"\n      to: "09:00"\n      zone: Mars',
      8,
    ],
    ['a field path that cannot be followed', 'rules:\n  - name: a\n    effect: mask\n    fields: ["$.a[?@.b]"]', 4],
    ['PERSON', 'rules:\n  - name: a\n    effect: mask\n    types:\n      - EMAIL\n      - PERSON', 6],
  ])('with a rule of %s is refused at its line', (_what, text, line) => {
    expect(readDocument(text, {}).problems.map((problem) => problem.line)).toEqual([line])
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
