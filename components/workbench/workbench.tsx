'use client'

import { Check, Filter, Inbox, PanelLeft, X } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { useRef } from 'react'
import { plural } from '@/components/format'
import { Button, IconButton } from '@/components/ui/button'
import { EmptyState } from '@/components/ui/empty-state'
import { Sheet } from '@/components/ui/sheet'
import { EvidencePanel } from './evidence-panel'
import { ItemRows, type ItemRowsHandle } from './item-rows'
import { SHOW_LABEL } from './queue'
import { QueuePane } from './queue-pane'
import type { ReviewCampaign, ReviewItem } from './review-item'
import type { SignOff } from './sign-off-dialog'
import type { SaveVerdicts } from './use-verdicts'
import { useWorkbench, type WorkbenchState } from './use-workbench'
import { VerdictButtons } from './verdict-buttons'
import { WorkbenchDialogs } from './workbench-dialogs'
import { KeyHints, useWorkbenchKeys } from './workbench-keys'

export interface WorkbenchProps {
  campaign: ReviewCampaign
  items: readonly ReviewItem[]
  /** False for whoever only looks: the campaign's creator, an auditor. */
  mayDecide: boolean
  saveVerdicts: SaveVerdicts
  signOff: SignOff
  attestation: string
  /** Where what was taken away is followed until it is proven. */
  outcomeHref: string
}

/** Queue, rows, evidence: a hundred accesses decided in one sitting, without the hand leaving the keyboard. */
export function Workbench(props: WorkbenchProps) {
  const { campaign, items, mayDecide, saveVerdicts, signOff } = props
  const router = useRouter()
  const table = useRef<ItemRowsHandle>(null)
  const bench = useWorkbench({
    campaignId: campaign.id,
    items,
    saveVerdicts,
    focusRow: (itemId) => table.current?.focusRow(itemId),
  })
  useWorkbenchKeys(bench, mayDecide)
  const { rows, focused, focusedDecision, view, change, verdicts, evidence, selection, dialog, setDialog } = bench
  const queue = (
    <QueuePane
      campaign={campaign}
      items={bench.items}
      verdicts={verdicts}
      mayDecide={mayDecide}
      view={view}
      onChange={change}
      outcomeHref={props.outcomeHref}
      onSignOff={bench.reviewSignOff}
    />
  )
  const group = bench.items.find((item) =>
    view.connectionId ? item.connection.id === view.connectionId : item.identity.id === view.identityId,
  )
  const title = [
    SHOW_LABEL[view.show],
    view.connectionId ? group?.connection.name : view.identityId ? group?.identity.displayName : null,
  ]
    .filter(Boolean)
    .join(', ')
  return (
    <div className="flex min-h-0 flex-1">
      <p aria-live="polite" className="sr-only">
        {bench.said}
      </p>
      <aside aria-label="Queue" className="w-54 shrink-0 overflow-y-auto border-r bg-canvas px-3.5 pt-4 max-lg:hidden">
        {queue}
      </aside>

      <section aria-label="Items" className="relative flex min-w-0 flex-1 flex-col">
        <div className="flex h-12 shrink-0 items-center justify-between gap-3 border-b px-4">
          <span className="flex min-w-0 items-center gap-2">
            <span className="lg:hidden">
              <IconButton
                label="Queue and filters"
                icon={<PanelLeft aria-hidden />}
                onClick={() => setDialog('queue')}
              />
            </span>
            <span className="min-w-0">
              <h1 className="truncate font-semibold text-ink text-sm lg:sr-only">{campaign.name}</h1>
              <h2 className="truncate font-semibold text-ink text-sm max-lg:font-normal max-lg:text-ink-3 max-lg:text-xs">
                {title}
                <span className="lg:hidden">
                  , {bench.items.length - bench.undecided} of {bench.items.length} decided
                </span>
              </h2>
            </span>
          </span>
          {mayDecide ? <KeyHints /> : <span className="text-ink-3 text-xs">You look on; the reviewer decides</span>}
        </div>
        <div tabIndex={rows.length > 0 ? undefined : 0} className="min-h-0 flex-1 overflow-auto">
          <ItemRows
            ref={table}
            label={`${campaign.name}: ${title}`}
            rows={rows}
            verdicts={verdicts}
            focusedId={focused?.id ?? null}
            selected={selection.selected}
            onFocus={(itemId) => itemId !== focused?.id && change({ itemId })}
            onOpen={() => {
              // Where the evidence pane does not fit, a row opens it over the rows.
              if (window.matchMedia('(max-width: 1279px)').matches) setDialog('evidence')
            }}
            onSelect={selection.toggle}
            onSelectAll={selection.toggleAll}
            onMove={bench.move}
          />
          {rows.length === 0 && (
            <EmptyState
              icon={<Inbox aria-hidden />}
              title={view.show === 'undecided' ? 'Everything here is decided' : 'Nothing here'}
              action={
                <Button onClick={() => change({ show: 'all', connectionId: null, identityId: null })}>
                  Show all {bench.items.length}
                </Button>
              }
            >
              {view.show === 'undecided' && mayDecide ? 'Sign off to make it true.' : 'No item fits this filter.'}
            </EmptyState>
          )}
        </div>
        {mayDecide && selection.selected.size > 0 && <SelectionBar bench={bench} />}
        {mayDecide && (
          <div className="shrink-0 border-t p-3 lg:hidden">
            <Button
              variant="primary"
              className="w-full"
              disabled={!bench.somethingToSign}
              onClick={bench.reviewSignOff}
            >
              Review and sign off
            </Button>
          </div>
        )}
      </section>

      <aside aria-label="Evidence" className="flex w-84 shrink-0 flex-col border-l max-xl:hidden">
        {focused && (
          <>
            {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard */}
            <div tabIndex={0} className="min-h-0 flex-1 overflow-y-auto px-5 pt-4 pb-5 outline-offset-[-2px]">
              <EvidencePanel
                item={focused}
                decision={focusedDecision}
                problem={verdicts.problems.get(focused.id) ?? null}
                evidence={evidence.of(focused.id)}
                onRetry={() => evidence.retry(focused.id)}
              />
            </div>
            {mayDecide && (
              <div className="shrink-0 border-t px-5 py-3">
                <VerdictButtons bench={bench} item={focused} decision={focusedDecision} />
              </div>
            )}
          </>
        )}
      </aside>

      <Sheet
        side="start"
        size="sm"
        title="Queue"
        open={dialog === 'queue'}
        onOpenChange={(open) => setDialog(open ? 'queue' : null)}
      >
        {queue}
      </Sheet>
      <WorkbenchDialogs
        bench={bench}
        campaign={campaign}
        mayDecide={mayDecide}
        signOff={signOff}
        attestation={props.attestation}
        onSigned={() => {
          setDialog(null)
          router.push(props.outcomeHref)
        }}
      />
    </div>
  )
}

function SelectionBar({ bench }: { bench: WorkbenchState }) {
  const { selection, selectedItems } = bench
  const sessions = selectedItems.reduce((sum, item) => sum + item.liveSessions, 0)
  return (
    <section
      aria-label="Selected items"
      className="absolute inset-x-3 bottom-4 z-20 mx-auto flex w-fit max-w-full animate-appear flex-wrap items-center gap-2 rounded-lg bg-raised py-2 pr-2 pl-3.5 shadow-pop"
    >
      <p aria-live="polite" className="font-medium text-sm">
        {selection.selected.size} selected
      </p>
      <span aria-hidden className="mx-1 h-5 w-px bg-line-strong" />
      <Button
        size="sm"
        variant="danger"
        kbd="r"
        icon={<X aria-hidden />}
        onClick={() => bench.decideSelected('revoke')}
      >
        Revoke {selectedItems.length}
        {sessions > 0 && `, end ${plural(sessions, 'live session')}`}
      </Button>
      <Button size="sm" kbd="t" icon={<Filter aria-hidden />} onClick={() => bench.decideSelected('reduce')}>
        Reduce to what was used
      </Button>
      <Button
        size="sm"
        variant="ok"
        kbd="c"
        icon={<Check aria-hidden />}
        onClick={() => bench.decideSelected('certify')}
      >
        Certify {selectedItems.length}
      </Button>
      <IconButton size="sm" label="Clear selection" kbd="Esc" icon={<X aria-hidden />} onClick={selection.clear} />
    </section>
  )
}
