'use client'

import { type KeyboardEvent, useState } from 'react'
import { formatNumber, plural } from '@/components/format'
import { Button } from '@/components/ui/button'
import { Checkbox } from '@/components/ui/checkbox'
import { Dialog, DialogClose } from '@/components/ui/dialog'
import { ToolRiskBadge } from '@/components/ui/domain-badges'
import { SearchInput } from '@/components/ui/input'
import { SkeletonText } from '@/components/ui/skeleton'
import { useHotkeys } from '@/components/ui/use-hotkeys'
import type { EvidenceTool, ItemDecision, ReviewItem } from './review-item'

interface ReduceDialogProps {
  item: ReviewItem
  decision: ItemDecision | null
  /** What may be kept, with what was used; null until the evidence is there. */
  tools: readonly EvidenceTool[] | null
  onClose: () => void
  onReduce: (keepTools: string[]) => void
}

/** Which tools stay. Starts from what was used: that is the reduction nobody will miss. */
export function ReduceDialog({ tools, ...rest }: ReduceDialogProps) {
  if (tools !== null) return <ReduceForm tools={tools} {...rest} />
  return (
    <Dialog open onOpenChange={(open) => !open && rest.onClose()} title={reduceTitle(rest.item)}>
      <div role="status" aria-label="Loading the tools">
        <SkeletonText lines={6} />
      </div>
    </Dialog>
  )
}

const reduceTitle = (item: ReviewItem): string => `Reduce ${item.identity.displayName} on ${item.connection.name}`

const SEARCH_FROM = 12

/** Arrow keys walk the boxes; Space ticks, as everywhere. */
function walkBoxes(event: KeyboardEvent<HTMLUListElement>) {
  if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return
  const boxes = [...event.currentTarget.querySelectorAll<HTMLElement>('[role=checkbox]')]
  const at = boxes.indexOf(document.activeElement as HTMLElement)
  event.preventDefault()
  boxes[at + (event.key === 'ArrowDown' ? 1 : -1)]?.focus()
}

function ReduceForm(props: ReduceDialogProps & { tools: readonly EvidenceTool[] }) {
  const { item, decision, onClose, onReduce } = props
  const tools = props.tools.toSorted((a, b) => b.calls - a.calls || a.name.localeCompare(b.name, 'en'))
  const used = tools.filter((tool) => tool.calls > 0).map((tool) => tool.name)
  const [kept, setKept] = useState<ReadonlySet<string>>(
    () => new Set(decision?.verdict === 'reduce' && decision.keepTools.length > 0 ? decision.keepTools : used),
  )
  const [query, setQuery] = useState('')
  const shown = tools.filter((tool) => tool.name.toLowerCase().includes(query.trim().toLowerCase()))
  const removed = tools.length - kept.size
  const advice =
    kept.size === 0
      ? 'Keep at least one tool; to keep none, revoke.'
      : removed === 0
        ? 'This keeps everything. Leave at least one tool out, or certify.'
        : null
  const confirm = () => {
    if (advice === null) onReduce(tools.filter((tool) => kept.has(tool.name)).map((tool) => tool.name))
  }
  useHotkeys('Reduce', [{ keys: 'mod+Enter', label: 'Reduce to these tools', run: confirm }], { inDialog: true })
  const toggle = (name: string) =>
    setKept((before) => {
      const next = new Set(before)
      if (!next.delete(name)) next.add(name)
      return next
    })
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={reduceTitle(item)}
      description={
        item.coversEverything
          ? 'It keeps the ticked tools and loses every other one, those that the server adds later included.'
          : 'It keeps the ticked tools and loses every other one.'
      }
      footer={
        <>
          <p aria-live="polite" className="mr-auto text-ink-3 text-sm">
            {advice ?? `Keeps ${kept.size}, removes ${removed}`}
          </p>
          <DialogClose asChild>
            <Button variant="ghost">Cancel</Button>
          </DialogClose>
          <Button variant="primary" kbd="⌘↵" disabled={advice !== null} onClick={confirm}>
            Reduce to {plural(kept.size, 'tool')}
          </Button>
        </>
      }
    >
      <div className="mb-2 flex flex-wrap items-center gap-2">
        {tools.length > SEARCH_FROM && (
          <SearchInput
            label="Find a tool"
            placeholder="Find a tool"
            value={query}
            onChange={(event) => setQuery(event.target.value)}
            className="w-56"
          />
        )}
        <Button size="sm" onClick={() => setKept(new Set(used))} disabled={used.length === 0}>
          Used ones ({used.length})
        </Button>
        <Button
          size="sm"
          onClick={() => setKept(new Set(tools.filter((tool) => tool.risk === 'read').map((tool) => tool.name)))}
        >
          Only reading
        </Button>
      </div>
      <ul aria-label="Tools to keep" onKeyDown={walkBoxes} className="divide-y rounded-lg border">
        {shown.map((tool, index) => (
          <li key={tool.name} className="flex min-h-9 items-center gap-3 px-3 py-1">
            <Checkbox
              className="min-w-0 flex-1"
              autoFocus={index === 0}
              checked={kept.has(tool.name)}
              onCheckedChange={() => toggle(tool.name)}
              label={<span className="break-all font-mono text-xs">{tool.name}</span>}
            />
            {tool.risk && <ToolRiskBadge risk={tool.risk} />}
            <span className="w-20 shrink-0 text-right text-ink-3 text-xs">
              {tool.calls > 0 ? `${formatNumber(tool.calls)} ${tool.calls === 1 ? 'call' : 'calls'}` : 'never used'}
            </span>
          </li>
        ))}
        {shown.length === 0 && <li className="px-3 py-4 text-center text-ink-3 text-sm">No tool is called that.</li>}
      </ul>
    </Dialog>
  )
}
