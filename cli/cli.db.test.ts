import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { CONTROL_SECRET, enterEmptyInstallation } from '@/e2e/support/control-world'
import { prisma } from '@/lib/db'

const YAML = `
connections:
  - { slug: crm, upstream: { url: "http://127.0.0.1:9/mcp" }, owner: dana@acme.test }
identities:
  - { name: dana@acme.test, kind: human, roles: [reviewer] }
  - { name: vendor-bot, kind: service, owner: dana@acme.test }
grants:
  - { subject: vendor-bot, connection: crm, tools: ["*"], until: 2036-12-31 }
`
const folder = mkdtempSync(path.join(tmpdir(), 'countersign-cli-'))
const file = path.join(folder, 'access.yaml')
let url: string
let leave: () => Promise<void>

// Each line is a process of its own, and a busy machine starts them slowly.
vi.setConfig({ testTimeout: 120_000 })

beforeAll(async () => {
  ;({ url, leave } = await enterEmptyInstallation())
  writeFileSync(file, YAML)
  await countersign('apply', '-f', file)
})
afterAll(async () => {
  await leave()
  rmSync(folder, { recursive: true })
})

interface Outcome {
  status: number
  stdout: string
  stderr: string
}

function countersign(...argv: string[]): Promise<Outcome> {
  return run(argv, { DATABASE_URL: url })
}

function run(argv: string[], environment: Record<string, string>, stdin = ''): Promise<Outcome> {
  return new Promise((resolve) => {
    const env = { ...process.env, COUNTERSIGN_DATA: folder, ...environment }
    const child = execFile(
      process.execPath,
      [path.resolve('cli/countersign.mjs'), ...argv],
      { env },
      (error, stdout, stderr) => resolve({ status: error === null ? 0 : Number(error.code), stdout, stderr }),
    )
    child.stdin?.end(stdin)
  })
}

describe('countersign', () => {
  it('applies once and then finds everything unchanged', async () => {
    const again = await countersign('apply', '-f', file, '--json')
    expect(again).toMatchObject({ status: 0, stderr: '' })
    expect(JSON.parse(again.stdout)).toMatchObject({ counts: { unchanged: 4, create: 0 } })
  })

  it('exits 1 with every wrong line on stderr and applies nothing', async () => {
    const wrong = path.join(folder, 'wrong.yaml')
    writeFileSync(wrong, 'grants:\n  - { subject: ghost, connection: crm, tools: [] }\nextra: 1\n')
    const { status, stdout, stderr } = await countersign('apply', '-f', wrong)
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' })
    for (const part of ['line 2', 'ghost', 'line 3', 'extra']) expect(stderr).toContain(part)
  })

  it('exits 1 on a grant that a review took away, and names the item', async () => {
    const [bot, crm] = [
      await prisma().identity.findUniqueOrThrow({ where: { name: 'vendor-bot' } }),
      await prisma().connection.findUniqueOrThrow({ where: { slug: 'crm' } }),
    ]
    const exclusion = {
      id: 'exc_review',
      identityId: bot.id,
      connectionId: crm.id,
      reason: 'ended',
      createdBy: 'user:x',
    }
    await prisma().exclusion.create({ data: exclusion })
    const applied = await countersign('apply', '-f', file)
    expect(applied.status).toBe(1)
    expect(applied.stderr).toContain('exc_review')
    const explained = await countersign('access', 'explain', 'vendor-bot', 'crm', 'search', '--json')
    expect(JSON.parse(explained.stdout)).toMatchObject({
      effect: 'deny',
      exclusions: [{ id: 'exc_review' }],
      tools: [{ tool: 'search', effect: 'deny', reason: 'excluded' }],
    })
    await prisma().exclusion.delete({ where: { id: 'exc_review' } })
  })

  it('issues a key as one JSON object, lists it as an array, and revokes it', async () => {
    const issued = JSON.parse((await countersign('key', 'issue', 'vendor-bot', '--expires', '30d', '--json')).stdout)
    expect(issued.key).toMatch(/^csk_/)
    expect(JSON.parse((await countersign('key', 'list', '--json')).stdout)).toMatchObject([
      { id: issued.id, identity: 'vendor-bot', state: 'active' },
    ])
    const rotated = JSON.parse((await countersign('key', 'rotate', issued.id, '--grace', '12h', '--json')).stdout)
    expect(rotated).toMatchObject({ key: expect.stringMatching(/^csk_/), replaces: { id: issued.id } })
    expect(await countersign('key', 'rotate', issued.id)).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('rotated already'),
    })
    expect(await countersign('key', 'revoke', issued.id)).toMatchObject({ status: 0 })
    expect(await countersign('key', 'revoke', issued.id)).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('already'),
    })
  })

  it('acts with the roles of the person behind it, and the trail says both names', async () => {
    const refused = await countersign(
      'grant',
      'add',
      '--subject',
      'dana@acme.test',
      '--connection',
      'nope',
      '--tools',
      '*',
      '--as',
      'dana@acme.test',
    )
    expect(refused.status).toBe(1)
    const added = await countersign(
      'grant',
      'add',
      '--subject',
      'dana@acme.test',
      '--connection',
      'crm',
      '--tools',
      'get_*,search',
      '--as',
      'dana@acme.test',
      '--json',
    )
    expect(JSON.parse(added.stdout)).toMatchObject({ tools: ['get_*', 'search'] })
    const event = await prisma().auditEvent.findFirstOrThrow({
      where: { action: 'grant.added', targetId: JSON.parse(added.stdout).id },
    })
    expect(event.actor).toMatch(/^cli:.+ as dana@acme\.test$/)
    expect(await countersign('sign-in-link', 'dana@acme.test', '--as', 'dana@acme.test')).toMatchObject({ status: 1 })
    expect(await countersign('key', 'list', '--as', 'nobody@acme.test')).toMatchObject({ status: 1, stdout: '' })
  })

  it('lists issuers, and says from here whether one gives its keys', async () => {
    const issuers = path.join(folder, 'issuers.yaml')
    writeFileSync(issuers, 'issuers: [{ issuer: "http://127.0.0.1:9/idp", audience: countersign, kind: pipeline }]\n')
    const applied = await countersign('apply', '-f', issuers)
    expect(applied).toMatchObject({ status: 0, stderr: expect.stringContaining('Nothing listens there.') })
    expect(JSON.parse((await countersign('issuers', 'list', '--json')).stdout)).toMatchObject([
      { issuer: 'http://127.0.0.1:9/idp', audience: 'countersign', kind: 'pipeline', gateways: [] },
    ])
    expect(await countersign('issuers', 'check', 'http://127.0.0.1:9/idp')).toMatchObject({ status: 1, stdout: '' })
    const bound = await countersign(
      'issuers',
      'bind',
      'vendor-bot',
      '--issuer',
      'http://127.0.0.1:9/idp',
      '--subject',
      'ci',
      '--json',
    )
    expect(JSON.parse(bound.stdout)).toEqual({
      identity: 'vendor-bot',
      issuer: 'http://127.0.0.1:9/idp',
      subject: 'ci',
    })
  })

  it('tells what a call would meet if a file were applied, and holds it to what is expected', async () => {
    const [draft, call] = [path.join(folder, 'draft.yaml'), path.join(folder, 'call.json')]
    writeFileSync(
      draft,
      "rules:\n  - { name: no refunds, effect: block, tools: [refund], when: 'args.amount > 100' }\n",
    )
    const asks = (amount: number) =>
      writeFileSync(
        call,
        JSON.stringify({ identity: 'vendor-bot', connection: 'crm', tool: 'refund', args: { amount } }),
      )
    asks(250)
    const denied = await countersign('rule', 'test', '-f', draft, '-i', call, '--json', '--expect', 'deny')
    expect(denied).toMatchObject({ status: 0, stderr: '' })
    expect(JSON.parse(denied.stdout)).toMatchObject({
      effect: 'deny',
      reason: 'blocked_by_rule',
      rules: [{ name: 'no refunds', effect: 'block' }],
    })
    asks(50)
    expect(await countersign('rule', 'test', '-f', draft, '-i', call, '--expect', 'deny')).toMatchObject({
      status: 1,
      stdout: expect.stringContaining('vendor-bot calls refund on crm: allow'),
      stderr: expect.stringContaining('expected deny, and it is allow'),
    })
    const tried = await countersign('rule', 'test', '-f', draft, '--history', '30d', '--json')
    expect(JSON.parse(tried.stdout)).toMatchObject([{ name: 'no refunds', looked: 0, acted: 0 }])
    expect(await prisma().rule.count({ where: { name: 'no refunds' } })).toBe(0)
  })

  it('explains what a call with arguments would meet', async () => {
    const explain = async (...args: string[]) =>
      JSON.parse((await countersign('access', 'explain', 'vendor-bot', 'crm', ...args, '--json')).stdout)
    await prisma().rule.create({
      data: {
        id: 'rul_x',
        name: 'small',
        effect: 'block',
        tools: ['refund'],
        when: 'args.amount > 100',
        createdBy: 'x',
      },
    })
    expect(await explain('refund')).toMatchObject({ effect: 'allow', tools: [{ depends: [{ name: 'small' }] }] })
    expect(await explain('refund', '--args', '{"amount":101}')).toMatchObject({
      effect: 'deny',
      tools: [{ rules: [{ name: 'small', effect: 'block' }], depends: [] }],
    })
    await prisma().rule.delete({ where: { id: 'rul_x' } })
  })

  it('makes a link to sign in with', async () => {
    const { status, stdout } = await countersign('sign-in-link', 'dana@acme.test', '--json')
    expect(status).toBe(0)
    expect(new URL(JSON.parse(stdout).url).searchParams.get('token')).toMatch(/^csl_/)
  })

  it('puts a new secret in the place of the old one, and says how where it has only one', async () => {
    const yaml = path.join(folder, 'sealed.yaml')
    writeFileSync(
      yaml,
      'connections:\n  - { slug: sealed, upstream: { url: "http://127.0.0.1:9/" }, credential: { value: Bearer x } }',
    )
    expect(await countersign('apply', '-f', yaml)).toMatchObject({ status: 0 })
    expect(await countersign('secret', 'rotate')).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('COUNTERSIGN_SECRET_PREVIOUS'),
    })
    const secrets = { COUNTERSIGN_SECRET: 'the new secret of the tests', COUNTERSIGN_SECRET_PREVIOUS: CONTROL_SECRET }
    const rotate = (...more: string[]) =>
      run(['secret', 'rotate', '--json', ...more], { DATABASE_URL: url, ...secrets })
    expect(JSON.parse((await rotate('--dry-run')).stdout)).toMatchObject({ dryRun: true, resealed: 1 })
    const done = await rotate()
    expect([done.status, JSON.parse(done.stdout)]).toMatchObject([0, { resealed: 1, already: 0, lost: [] }])
    expect(JSON.parse((await rotate()).stdout)).toMatchObject({ resealed: 0, already: 1 })
    expect(done.stdout + done.stderr).not.toMatch(/Bearer x|new secret of the tests|secret of the tests only/)
    const lost = await run(['secret', 'rotate'], {
      DATABASE_URL: url,
      COUNTERSIGN_SECRET: 'the third secret of all',
      COUNTERSIGN_SECRET_PREVIOUS: 'the fourth secret of all',
    })
    expect(lost).toMatchObject({ status: 1, stderr: expect.stringContaining('the credential of sealed') })
  })

  it('renews a secret that is kept in the data folder in two steps', async () => {
    const kept = mkdtempSync(path.join(tmpdir(), 'countersign-kept-'))
    mkdirSync(path.join(kept, 'keys'))
    writeFileSync(path.join(kept, 'keys/secret'), 'the new secret of the tests\n')
    const rotate = () =>
      run(['secret', 'rotate', '--json'], { DATABASE_URL: url, COUNTERSIGN_DATA: kept, COUNTERSIGN_SECRET: '' })
    expect(JSON.parse((await rotate()).stdout)).toEqual({ step: 'renewed' })
    expect(readdirSync(path.join(kept, 'keys')).sort()).toEqual(['secret', 'secret-previous'])
    expect(JSON.parse((await rotate()).stdout)).toMatchObject({ step: 'rotated', resealed: 1, lost: [] })
    expect(readdirSync(path.join(kept, 'keys'))).toEqual(['secret'])
    rmSync(kept, { recursive: true })
  })

  it('masks what comes in without any database', async () => {
    const { status, stdout } = await run(['mask'], { DATABASE_URL: '' }, '{"to": "joe@acme.test", "n": 1.0}')
    expect(status).toBe(0)
    expect(stdout).toMatch(/^\{"to": "\[EMAIL_[a-z2-7]{8}\]", "n": 1\.0\}$/)
  })

  it('exits 2 on a wrong command line and 1, in one line, where no database is', async () => {
    expect(await countersign('key', 'issue')).toMatchObject({ status: 2, stdout: '' })
    expect(await countersign('frobnicate')).toMatchObject({ status: 2 })
    const away = await run(['key', 'list'], { DATABASE_URL: 'postgresql://u:p@127.0.0.1:9/x' })
    expect(away.status).toBe(1)
    expect(away.stderr.trim().split('\n')).toHaveLength(1)
    const never = await run(['key', 'list'], { DATABASE_URL: '' })
    expect(never).toMatchObject({ status: 1, stderr: expect.stringContaining('npm start') })
  })
})
