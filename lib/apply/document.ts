import type { z } from 'zod'
import { Credential, type CredentialInput } from '@/lib/connections/credential-input'
import type { IdentityAssertion } from '@/lib/connections/identity-assertion'
import type { ParsedProcess } from '@/lib/connections/process-input'
import { isSecretName } from '@/lib/connections/secret-names'
import type { UrlTransport } from '@/lib/connections/target'
import type { Risk, ServerQuestion, ToolChanges } from '@/lib/domain'
import type { FieldProblem } from '@/lib/errors'
import { namingProblem } from '@/lib/identities/naming'
import { collectReferences, type Reference } from './references'
import { RuleEntry } from './rule-entry'
import { ConnectionEntry, GrantEntry, GroupEntry, IdentityEntry, IssuerEntry, SECTIONS } from './schema'
import { type DesiredProvider, readSignIn, SignInEntry } from './sign-in-entry'
import { type Path, readSource, type Source } from './source'

/** Where the entry stands in the file. */
interface Placed {
  at: Path
}

export interface DesiredConnection extends Placed {
  slug: string
  name?: string
  /** Either an address, or what is run. */
  transport?: UrlTransport
  upstreamUrl?: string
  process?: ParsedProcess
  /** Undefined leaves it alone, null takes it away. */
  credential?: Credential | null
  assertIdentity?: IdentityAssertion | null
  owner?: string
  risk?: Risk
  refuse?: ServerQuestion[]
  toolChanges?: ToolChanges
}
export type DesiredIdentity = z.output<typeof IdentityEntry> & Placed
export type DesiredGroup = z.output<typeof GroupEntry> & Placed
export type DesiredGrant = z.output<typeof GrantEntry> & Placed
export type DesiredRule = z.output<typeof RuleEntry> & Placed
export type DesiredIssuer = z.output<typeof IssuerEntry> & Placed

/** What access.yaml asks for: the entries that are valid by themselves. */
export interface AccessDocument {
  connections: DesiredConnection[]
  identities: DesiredIdentity[]
  groups: DesiredGroup[]
  grants: DesiredGrant[]
  rules: DesiredRule[]
  issuers: DesiredIssuer[]
  providers: DesiredProvider[]
  /** Names of all entries, wrong ones included, so that one mistake is not reported a second time where it is used. */
  named: {
    identities: Set<string>
    groups: Set<string>
    connections: Set<string>
    issuers: Set<string>
    providers: Set<string>
  }
  references: Reference[]
}

export interface ReadDocument {
  document: AccessDocument
  source: Source
  /** Everything that is wrong with the file as such. What it refers to is checked against the database later. */
  problems: FieldProblem[]
}

export function readDocument(text: string, environment: Record<string, string | undefined>): ReadDocument {
  const source = readSource(text)
  const problems = [...source.problems]
  const root = isRecord(source.value) ? source.value : {}
  if (problems.length === 0 && source.value !== null && !isRecord(source.value)) {
    problems.push(
      problemAt(source, [], 'must be a mapping of connections, identities, groups, grants, rules, issuers and signIn'),
    )
  }
  problems.push(...unknownSections(source, root))

  const read = <S extends z.ZodType>(section: string, schema: S) => readSection(source, root, section, schema, problems)
  const document: AccessDocument = {
    identities: read('identities', IdentityEntry),
    groups: read('groups', GroupEntry),
    grants: read('grants', GrantEntry),
    rules: read('rules', RuleEntry),
    issuers: read('issuers', IssuerEntry),
    providers: read('signIn', SignInEntry).flatMap((entry) => {
      const said = readSignIn(entry, environment)
      if ('provider' in said) return said.provider
      problems.push(problemAt(source, said.problem.at, said.problem.message))
      return []
    }),
    connections: read('connections', ConnectionEntry).flatMap((entry) => {
      const { connection, problem } = readConnection(entry, environment)
      if (problem) problems.push(problemAt(source, problem.at, problem.message))
      return connection ?? []
    }),
    named: {
      identities: namesOf(root.identities, 'name'),
      groups: namesOf(root.groups, 'name'),
      connections: namesOf(root.connections, 'slug'),
      issuers: namesOf(root.issuers, 'issuer'),
      providers: namesOf(root.signIn, 'slug'),
    },
    references: collectReferences(root),
  }
  for (const { at, message } of [...identityProblems(document.identities), ...duplicates(document)]) {
    problems.push(problemAt(source, at, message))
  }
  return { document, source, problems }
}

export const problemAt = (source: Source, at: Path, message: string): FieldProblem => ({
  path: formatPath(at),
  message,
  line: source.lineOf(at),
})

function unknownSections(source: Source, root: Record<string, unknown>): FieldProblem[] {
  return Object.keys(root)
    .filter((key) => !SECTIONS.includes(key))
    .map((key) => ({
      path: key,
      message: 'there is no such section',
      line: source.lineOfKey([], key),
    }))
}

function readSection<S extends z.ZodType>(
  source: Source,
  root: Record<string, unknown>,
  section: string,
  schema: S,
  problems: FieldProblem[],
): (z.output<S> & Placed)[] {
  const entries = root[section] ?? []
  if (!Array.isArray(entries)) {
    problems.push(problemAt(source, [section], 'must be a list'))
    return []
  }
  return entries.flatMap((entry: unknown, index) => {
    const at: Path = [section, index]
    const parsed = schema.safeParse(entry)
    if (parsed.success) return [{ ...(parsed.data as z.output<S> & object), at }]
    for (const issue of parsed.error.issues) problems.push(...describeIssue(source, at, issue))
    return []
  })
}

function describeIssue(source: Source, at: Path, issue: z.core.$ZodIssue): FieldProblem[] {
  const path: Path = [...at, ...(issue.path as Path)]
  if (issue.code !== 'unrecognized_keys') return [problemAt(source, path, issue.message)]
  return issue.keys.map((key) => ({
    path: formatPath([...path, key]),
    message: 'unknown key',
    line: source.lineOfKey(path, key),
  }))
}

type Entry = z.output<typeof ConnectionEntry> & Placed
type Environment = Record<string, string | undefined>

class WrongField extends Error {
  constructor(
    readonly field: Path,
    message: string,
  ) {
    super(message)
  }
}

function readConnection(
  { upstream, credential, ...entry }: Entry,
  environment: Environment,
): { connection?: DesiredConnection; problem?: { at: Path; message: string } } {
  try {
    const connection = { ...entry, ...readUpstream(upstream, environment) }
    if (connection.process !== undefined && credential) {
      throw new WrongField(['credential'], 'a process gets its secrets in upstream.env')
    }
    if (connection.process !== undefined && connection.assertIdentity) {
      throw new WrongField(['assertIdentity'], 'a process has no headers')
    }
    return { connection: { ...connection, credential: readCredential(credential, environment) } }
  } catch (error) {
    if (!(error instanceof WrongField)) throw error
    return { problem: { at: [...entry.at, ...error.field], message: error.message } }
  }
}

function readUpstream({ url, transport, command, args, cwd, env }: Entry['upstream'], environment: Environment) {
  if ((url === undefined) === (command === undefined)) throw new WrongField(['upstream'], 'needs a url or a command')
  if (url !== undefined) {
    const stray = args ? 'args' : cwd ? 'cwd' : env ? 'env' : null
    if (stray !== null) throw new WrongField(['upstream', stray], 'is for a command, not for a url')
    return { transport: transport ?? ('http' as const), upstreamUrl: url }
  }
  if (transport !== undefined)
    throw new WrongField(['upstream', 'transport'], 'is for a url: a command speaks over stdio')
  const process: ParsedProcess = { command: command!, args: args ?? [], cwd: cwd ?? null }
  // Left out it is left alone; null takes it away.
  if (env !== undefined) process.env = readVariables(env ?? {}, environment)
  return { process }
}

function readVariables(
  env: NonNullable<Entry['upstream']['env']>,
  environment: Environment,
): NonNullable<ParsedProcess['env']> {
  const read = Object.entries(env).map(([name, entry]) => {
    const given = 'secret' in entry ? entry.secret : undefined
    if (!('valueFrom' in entry)) return [name, { value: entry.value, secret: given ?? isSecretName(name) }] as const
    const value = environment[entry.valueFrom.env]
    if (!value) {
      throw new WrongField(
        ['upstream', 'env', name, 'valueFrom', 'env'],
        `the variable ${entry.valueFrom.env} is not set`,
      )
    }
    return [name, { value, secret: given ?? true }] as const
  })
  return Object.fromEntries(read)
}

function readCredential(given: Entry['credential'], environment: Environment): DesiredConnection['credential'] {
  if (given === undefined || given === null) return given
  const { header, basic, oauth } = given
  const isHeader = header !== undefined || given.value !== undefined || given.valueFrom !== undefined
  if ([isHeader, basic, oauth].filter(Boolean).length !== 1) {
    throw new WrongField(['credential'], 'needs a header with its value, basic, or oauth')
  }
  const secret = (at: Path, name: string, value: string | undefined, from: { env: string } | undefined): string => {
    if ((value === undefined) === (from === undefined)) {
      throw new WrongField(['credential', ...at], `needs either ${name} or ${name}From`)
    }
    if (value !== undefined) return value
    const found = environment[from!.env]
    if (found) return found
    throw new WrongField(['credential', ...at, `${name}From`, 'env'], `the variable ${from!.env} is not set`)
  }
  if (isHeader) {
    const value = secret([], 'value', given.value, given.valueFrom)
    return validCredential([], { kind: 'header', header: header ?? 'Authorization', value })
  }
  if (basic) {
    const password = secret(['basic'], 'password', basic.password, basic.passwordFrom)
    return validCredential(['basic'], { kind: 'basic', username: basic.username, password })
  }
  const { clientSecret, clientSecretFrom, ...client } = oauth!
  const opened = secret(['oauth'], 'clientSecret', clientSecret, clientSecretFrom)
  return validCredential(['oauth'], { kind: 'oauth', ...client, clientSecret: opened })
}

/** A secret from the environment must fit as well. Its own words are in no message. */
function validCredential(at: Path, input: CredentialInput): Credential {
  const parsed = Credential.safeParse(input)
  if (parsed.success) return parsed.data
  const { path, message } = parsed.error.issues[0]!
  throw new WrongField(['credential', ...at, ...(path as Path)], message)
}

function identityProblems(identities: readonly DesiredIdentity[]): { at: Path; message: string }[] {
  return identities.flatMap(({ at, name, kind, owner, roles }) => {
    const found: { at: Path; message: string }[] = []
    const naming = namingProblem(kind, name)
    if (naming !== null) found.push({ at: [...at, 'name'], message: naming })
    if (kind === 'human' && owner !== undefined) {
      found.push({ at: [...at, 'owner'], message: 'a person has a manager, not an owner' })
    }
    if (kind !== 'human' && roles?.length) found.push({ at: [...at, 'roles'], message: 'only people have roles' })
    return found
  })
}

function duplicates(document: AccessDocument): { at: Path; message: string }[] {
  const grantKey = (grant: DesiredGrant) =>
    `${grant.subject} on ${grant.connection} for ${[...grant.tools].sort().join(', ')}`
  return [
    ...repeated(document.identities, ({ name }) => name),
    ...repeated(document.groups, ({ name }) => name),
    ...repeated(document.connections, ({ slug }) => slug),
    ...repeated(document.rules, ({ name }) => name),
    ...repeated(document.issuers, ({ issuer }) => issuer),
    ...repeated(document.providers, ({ slug }) => slug),
    ...repeated(document.providers, ({ issuer }) => issuer),
    ...repeated(subjectsOf(document.identities), ({ issuer, subject }) => `${subject} of ${issuer}`),
    ...repeated(document.grants, grantKey),
  ]
}

/** With the place of each. */
export const subjectsOf = (
  identities: readonly DesiredIdentity[],
): { identity: string; issuer: string; subject: string; at: Path }[] =>
  identities.flatMap(({ name, subjects = [], at }) =>
    subjects.map((subject, index) => ({ ...subject, identity: name, at: [...at, 'subjects', index] })),
  )

function repeated<T extends Placed>(
  entries: readonly T[],
  keyOf: (entry: T) => string,
): { at: Path; message: string }[] {
  const seen = new Set<string>()
  return entries.flatMap((entry) => {
    const key = keyOf(entry)
    if (seen.has(key)) return [{ at: entry.at, message: `${key} is named twice` }]
    seen.add(key)
    return []
  })
}

function namesOf(entries: unknown, field: string): Set<string> {
  const names = new Set<string>()
  for (const entry of Array.isArray(entries) ? entries : []) {
    const name = isRecord(entry) ? entry[field] : undefined
    // Group names keep their case, the others do not.
    if (typeof name === 'string') names.add(name.trim()).add(name.trim().toLowerCase())
  }
  return names
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const formatPath = (path: Path): string =>
  path.map((part, index) => (typeof part === 'number' ? `[${part}]` : index === 0 ? part : `.${part}`)).join('')
