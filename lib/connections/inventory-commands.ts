import { createHmac } from 'node:crypto'
import { z } from 'zod'
import { type Actor, requireRole, SYSTEM } from '@/lib/actor'
import { recordAudit } from '@/lib/audit/store'
import { db, type Tx } from '@/lib/db'
import type { ToolRisk } from '@/lib/domain'
import { env } from '@/lib/env'
import { NotFound, parseInput, Unavailable } from '@/lib/errors'
import { EVERY_TYPE, maskText } from '@/lib/masking/mask'
import { type Applied, changePolicy, changingPolicy, lockPolicy } from '@/lib/policy-version'
import { requireMayConfigure, requireMayRun } from './authority'
import { Credential } from './credential-input'
import { AssertionSigner } from './identity-assertion'
import { inspectUpstream, type UpstreamInspection } from './inspect-upstream'
import { compareInventory, type InventoryTool, inventoryTool, isUnchanged, type KnownTool } from './inventory'
import { type MaskedTool, type PinnedTool, readKnownTools, saveCheck, saveInventory } from './inventory-store'
import { ProcessInput, runsTheSame } from './process-input'
import type { SealingSecrets } from './seal'
import { connectionForUpdate, findConnection } from './store'
import type { StoredConnection } from './stored-connection'
import { openStoredCredential } from './stored-credential'
import { UpstreamUrl, UrlTransport } from './target'
import { keepToolReviews, toolsElsewhere } from './tool-review-store'
import { type ReviewNeeds, reviewsNeeded } from './tool-reviews'
import type { Assertion, UpstreamTarget } from './upstream-target'
import { openEnvironment } from './upstream-values'

/** Where a connection leads: an address, or what is run. */
export const UpstreamFields = {
  transport: UrlTransport.optional(),
  upstreamUrl: UpstreamUrl.optional(),
  process: ProcessInput.optional(),
  credential: Credential.nullish(),
}
const Upstream = z.object(UpstreamFields)
export type ParsedUpstream = Pick<z.output<typeof Upstream>, 'transport' | 'upstreamUrl' | 'process'>

export function checkUpstream(
  { upstreamUrl, process, credential, assertIdentity }: z.output<typeof Upstream> & { assertIdentity?: unknown },
  context: z.RefinementCtx,
): void {
  const problem = (path: string, message: string) => context.addIssue({ code: 'custom', path: [path], message })
  if ((upstreamUrl === undefined) === (process === undefined)) problem('upstreamUrl', 'needs an address or a command')
  if (process !== undefined && credential) problem('credential', 'a process gets its secrets in its environment')
  if (process !== undefined && assertIdentity) problem('assertIdentity', 'a process has no headers')
}

export const TestUpstream = Upstream.superRefine(checkUpstream)
export type TestUpstream = z.input<typeof TestUpstream>

/** What an upstream says, ready to be shown: every text in it is masked. */
export type UpstreamReport =
  | {
      reachable: true
      serverName: string
      serverVersion: string
      tools: { name: string; title: string | null; description: string | null; risk: ToolRisk }[]
      /** True: it also answers without the credential, so it could be reached around the gateway. */
      answersWithoutCredential: boolean | null
    }
  | {
      reachable: false
      problem: string
      /** What a process logged last, masked. */
      log?: string
    }

/** Asks a server that is not registered yet; nothing is stored. */
export async function testUpstream(actor: Actor, input: TestUpstream): Promise<UpstreamReport> {
  requireRole(actor, 'admin', 'engineer')
  const { transport, upstreamUrl, process, credential } = parseInput(TestUpstream, input)
  if (process === undefined) {
    const target = {
      transport: transport ?? 'http',
      url: upstreamUrl!,
      credential: credential ?? null,
      assertion: null,
    }
    return report(await inspectUpstream(target, masked))
  }
  requireMayRun(actor)
  return report(await inspectUpstream({ ...process, transport: 'stdio', env: process.env ?? {} }, masked))
}

export const RefreshInventory = z.object({ connectionId: z.string() })
export type RefreshInventory = z.input<typeof RefreshInventory>

/** Asks the server of a connection for its tools and keeps the answer. An unreachable server is an answer, no failure. */
export async function refreshInventory(actor: Actor, input: RefreshInventory): Promise<Applied<UpstreamReport>> {
  const { connectionId } = parseInput(RefreshInventory, input)
  const asked = await findConnection(db(), { id: connectionId })
  if (asked === null) throw new NotFound('connection')
  requireMayConfigure(actor, asked)
  return askAndKeep(actor, asked)
}

/** After a gateway saw other tools than are known. What it put out of use by itself is in use again when they are not. */
export async function refreshSeen(connectionId: string): Promise<void> {
  const asked = await findConnection(db(), { id: connectionId })
  if (asked === null || asked.archivedAt !== null) throw new NotFound('connection')
  await askAndKeep(SYSTEM, asked, true)
}

async function askAndKeep(actor: Actor, asked: StoredConnection, wasSeen = false): Promise<Applied<UpstreamReport>> {
  const inspection = await inspectUpstream(targetOf(asked), masked)
  return changingPolicy(async (tx) => {
    await lockPolicy(tx)
    const connection = await connectionForUpdate(tx, asked.id)
    // Asked outside of the transaction: the answer of an address that it no longer has says nothing.
    if (sameTarget(asked, connection)) await keepInspection(tx, actor, connection, inspection)
    if (wasSeen && inspection.reachable) await changePolicy(tx)
    return report(inspection)
  })
}

async function keepInspection(tx: Tx, actor: Actor, connection: StoredConnection, inspection: UpstreamInspection) {
  const now = new Date()
  if (!inspection.reachable) {
    await saveCheck(tx, connection.id, { checkedAt: now, checkError: withLog(inspection) })
    return
  }
  const { serverName, serverVersion, answersWithoutCredential } = inspection
  const known = await readKnownTools(tx, connection.id)
  const change = compareInventory(known, inspection.tools)
  const needs = reviewsNeeded(known, change, connection.slug, await toolsElsewhere(tx, connection.id))
  if (!isUnchanged(change)) await changePolicy(tx)
  await saveCheck(tx, connection.id, {
    checkedAt: now,
    checkError: null,
    serverName: masked(serverName),
    serverVersion: masked(serverVersion),
    answersWithoutCredential,
  })
  await saveInventory(
    tx,
    connection.id,
    {
      ...change,
      added: change.added.map((tool) => pinned(maskTool(tool), known, needs)),
      changed: change.changed.map(maskTool),
    },
    now,
  )
  if (isUnchanged(change)) return
  await keepToolReviews(
    tx,
    connection,
    { ...needs, open: needs.open.map((need) => ({ ...need, tool: maskTool(need.tool) })) },
    now,
  )
  recordAudit(tx, actor, {
    action: 'connection.tools_changed',
    targetType: 'connection',
    targetId: connection.id,
    connectionId: connection.id,
    data: {
      slug: connection.slug,
      added: change.added.map(({ name }) => masked(name)),
      changed: change.changed.map(({ name }) => masked(name)),
      gone: change.gone.map(masked),
      toReview: needs.open.map(({ tool, cause }) => `${masked(tool.name)} (${cause})`),
    },
  })
}

/** What a first look finds is taken as it is; what comes later waits, unless it only reads. */
const pinned = (tool: MaskedTool, known: readonly KnownTool[], { unpinned }: ReviewNeeds): PinnedTool => ({
  ...tool,
  isPinned: !unpinned.has(tool.name),
  isCertified: known.length === 0 && !unpinned.has(tool.name),
})

/** The last line that a process logged mostly says why it did not start. */
function withLog({ problem, log }: Extract<UpstreamInspection, { reachable: false }>): string {
  const last = log?.trimEnd().split('\n').at(-1)?.trim()
  return last ? `${problem} It logged last: ${last.slice(0, 300)}` : problem
}

const sameTarget = (a: StoredConnection, b: StoredConnection): boolean =>
  a.transport === b.transport &&
  a.upstreamUrl === b.upstreamUrl &&
  runsTheSame(a, b) &&
  a.credentialHeader === b.credentialHeader &&
  JSON.stringify(a.credentialParams) === JSON.stringify(b.credentialParams) &&
  sameBytes(a.credentialSealed, b.credentialSealed) &&
  sameBytes(a.envSealed, b.envSealed)

const sameBytes = (a: Uint8Array | null, b: Uint8Array | null): boolean =>
  Buffer.from(a ?? []).equals(Buffer.from(b ?? []))

/** @throws Unavailable when something was sealed with another secret. */
export function targetOf(connection: StoredConnection): UpstreamTarget {
  const { id, transport, upstreamUrl, command, args, cwd, envSealed } = connection
  if (transport === 'stdio') {
    const env = opened('environment', () => openEnvironment(sealingSecrets(), id, envSealed))
    return { transport, command: command!, args, cwd, env }
  }
  const credential = opened('credential', () => openStoredCredential(sealingSecrets(), connection))
  return { transport, url: upstreamUrl!, credential, assertion: assertionOf(connection) }
}

function opened<T>(what: string, open: () => T): T {
  try {
    return open()
  } catch (error) {
    if (error instanceof Unavailable) throw error
    throw new Unavailable(`The stored ${what} does not open with this COUNTERSIGN_SECRET. Enter the ${what} again.`)
  }
}

/** Said by the gateway itself, where nobody calls: a server that wants to know its callers must be able to tell. */
function assertionOf({
  assertHeader: header,
  assertAudience: audience,
  upstreamUrl,
}: StoredConnection): Assertion | null {
  if (header === null) return null
  const signer = new AssertionSigner(sealingSecrets(), env().gatewayUrl)
  const nobody = { subject: 'countersign', kind: 'gateway' as const, groups: [], sessionId: null }
  return { header, sign: () => signer.sign(nobody, audience ?? new URL(upstreamUrl!).origin, new Date()) }
}

/** What seals, and what is opened with: both secrets while one takes the place of the other. */
export const sealingSecrets = (): SealingSecrets => ({
  current: sealingSecret(),
  previous: env().COUNTERSIGN_SECRET_PREVIOUS,
})

export function sealingSecret(): string {
  const { COUNTERSIGN_SECRET } = env()
  if (COUNTERSIGN_SECRET === undefined)
    throw new Unavailable('COUNTERSIGN_SECRET is not set, so no credential can be sealed.')
  return COUNTERSIGN_SECRET
}

function report(inspection: UpstreamInspection): UpstreamReport {
  if (!inspection.reachable) return inspection
  return {
    ...inspection,
    serverName: masked(inspection.serverName),
    serverVersion: masked(inspection.serverVersion),
    tools: inspection.tools
      .map(inventoryTool)
      .map(maskTool)
      .map(({ name, title, description, risk }) => ({ name, title, description, risk })),
  }
}

/** A server's texts may quote a customer. The name stays: grants and calls are matched by it. */
const maskTool = (tool: InventoryTool): MaskedTool => ({
  name: tool.name,
  title: tool.title && masked(tool.title),
  description: tool.description && masked(tool.description),
  risk: tool.risk,
  digest: tool.digest,
  definition: JSON.parse(masked(JSON.stringify(tool.definition))) as unknown,
})

const masked = (text: string): string =>
  maskText(text, createHmac('sha256', sealingSecret()).update('placeholders in tool definitions').digest(), EVERY_TYPE)
    .text
