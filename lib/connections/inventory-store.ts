import type { Prisma } from '@/generated/prisma/client'
import type { Tx } from '@/lib/db'
import type { ToolRisk } from '@/lib/domain'
import type { InventoryChange, KnownTool } from './inventory'

export const readKnownTools = (tx: Tx, connectionId: string): Promise<KnownTool[]> =>
  tx.client.tool.findMany({
    where: { connectionId },
    select: { name: true, digest: true, pinnedDigest: true, removedAt: true },
  })

export interface MaskedTool {
  name: string
  title: string | null
  description: string | null
  risk: ToolRisk
  digest: string
  definition: unknown
}

/** As it is first kept: whether that is what it has to be, and whether somebody who looked at its server saw it. */
export interface PinnedTool extends MaskedTool {
  isPinned: boolean
  isCertified: boolean
}

/** Texts arrive masked. What is pinned stays: only a first sight or a certification pins. */
export async function saveInventory(
  tx: Tx,
  connectionId: string,
  {
    added,
    changed,
    gone,
    same,
  }: Omit<InventoryChange, 'added' | 'changed'> & { added: PinnedTool[]; changed: MaskedTool[] },
  now: Date,
): Promise<void> {
  await tx.client.tool.createMany({
    data: added.map(({ isPinned, isCertified, ...tool }) => ({
      ...toRow(tool),
      connectionId,
      pinnedDigest: isPinned ? tool.digest : '',
      ...(isPinned && { pinnedDefinition: toRow(tool).definition }),
      certifiedAt: isCertified ? now : null,
      firstSeenAt: now,
      lastSeenAt: now,
    })),
    // A gateway that sees the same list at this moment may have been first.
    skipDuplicates: true,
  })
  for (const tool of changed) {
    await tx.client.tool.update({
      where: { connectionId_name: { connectionId, name: tool.name } },
      data: { ...toRow(tool), lastSeenAt: now, removedAt: null },
    })
  }
  await tx.client.tool.updateMany({ where: { connectionId, name: { in: gone } }, data: { removedAt: now } })
  await tx.client.tool.updateMany({ where: { connectionId, name: { in: same } }, data: { lastSeenAt: now } })
}

const toRow = (tool: MaskedTool) => ({ ...tool, definition: tool.definition as Prisma.InputJsonValue })

export interface Checked {
  checkedAt: Date
  checkError: string | null
  serverName?: string
  serverVersion?: string
  answersWithoutCredential?: boolean | null
}

export const saveCheck = (tx: Tx, connectionId: string, checked: Checked) =>
  tx.client.connection.update({ where: { id: connectionId }, data: checked })
