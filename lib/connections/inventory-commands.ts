import { createHmac } from 'node:crypto'
import { z } from 'zod'
import { type Actor, requireRole } from '@/lib/actor'
import { recordAudit } from '@/lib/audit/store'
import { db, type Tx } from '@/lib/db'
import type { ToolRisk } from '@/lib/domain'
import { env } from '@/lib/env'
import { NotFound, parseInput, Unavailable } from '@/lib/errors'
import { EVERY_TYPE, maskText } from '@/lib/masking/mask'
import { type Applied, changePolicy, changingPolicy, lockPolicy } from '@/lib/policy-version'
import { requireMayConfigure } from './authority'
import { inspectUpstream, type UpstreamInspection } from './inspect-upstream'
import { compareInventory, type InventoryTool, inventoryTool, isUnchanged } from './inventory'
import { type MaskedTool, readKnownTools, saveCheck, saveInventory } from './inventory-store'
import { openCredential } from './seal'
import { connectionForUpdate, findConnection } from './store'
import type { StoredConnection } from './stored-connection'
import { CredentialHeader, CredentialValue, type UpstreamTarget, UpstreamUrl, UrlTransport } from './target'

export const Credential = z.object({ header: CredentialHeader, value: CredentialValue })

export const TestUpstream = z.object({
  transport: UrlTransport.default('http'),
  upstreamUrl: UpstreamUrl,
  credential: Credential.nullish(),
})
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
  | { reachable: false; problem: string }

/** Asks a server that is not registered yet; nothing is stored. */
export async function testUpstream(actor: Actor, input: TestUpstream): Promise<UpstreamReport> {
  requireRole(actor, 'admin', 'engineer')
  const { transport, upstreamUrl, credential } = parseInput(TestUpstream, input)
  return report(await inspectUpstream({ transport, url: upstreamUrl, credential: credential ?? null }))
}

export const RefreshInventory = z.object({ connectionId: z.string() })
export type RefreshInventory = z.input<typeof RefreshInventory>

/** Asks the server of a connection for its tools and keeps the answer. An unreachable server is an answer, no failure. */
export async function refreshInventory(actor: Actor, input: RefreshInventory): Promise<Applied<UpstreamReport>> {
  const { connectionId } = parseInput(RefreshInventory, input)
  const asked = await findConnection(db(), { id: connectionId })
  if (asked === null) throw new NotFound('connection')
  requireMayConfigure(actor, asked)
  const inspection = await inspectUpstream(targetOf(asked))
  return changingPolicy(async (tx) => {
    await lockPolicy(tx)
    const connection = await connectionForUpdate(tx, connectionId)
    // Asked outside of the transaction: the answer of an address that it no longer has says nothing.
    if (sameTarget(asked, connection)) await keepInspection(tx, actor, connection, inspection)
    return report(inspection)
  })
}

async function keepInspection(tx: Tx, actor: Actor, connection: StoredConnection, inspection: UpstreamInspection) {
  const now = new Date()
  if (!inspection.reachable) {
    await saveCheck(tx, connection.id, { checkedAt: now, checkError: inspection.problem })
    return
  }
  const { serverName, serverVersion, answersWithoutCredential } = inspection
  const change = compareInventory(await readKnownTools(tx, connection.id), inspection.tools)
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
    { ...change, added: change.added.map(maskTool), changed: change.changed.map(maskTool) },
    now,
  )
  if (isUnchanged(change)) return
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
    },
  })
}

const sameTarget = (a: StoredConnection, b: StoredConnection): boolean =>
  a.transport === b.transport &&
  a.upstreamUrl === b.upstreamUrl &&
  a.credentialHeader === b.credentialHeader &&
  Buffer.from(a.credentialSealed ?? []).equals(Buffer.from(b.credentialSealed ?? []))

/** @throws Unavailable when it was sealed with another secret. */
export function targetOf({ id, credentialHeader, credentialSealed, ...rest }: StoredConnection): UpstreamTarget {
  const server = { transport: UrlTransport.parse(rest.transport), url: rest.upstreamUrl }
  if (credentialHeader === null || credentialSealed === null) return { ...server, credential: null }
  try {
    const value = openCredential(sealingSecret(), id, credentialSealed)
    return { ...server, credential: { header: credentialHeader, value } }
  } catch (error) {
    if (error instanceof Unavailable) throw error
    throw new Unavailable(
      'The stored credential does not open with this COUNTERSIGN_SECRET. Enter the credential again.',
    )
  }
}

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
