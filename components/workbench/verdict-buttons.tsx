'use client'

import { Check, Filter, MessageSquare, Minus, Undo2, X } from 'lucide-react'
import { Button, IconButton } from '@/components/ui/button'
import { revokeLabel } from './queue'
import type { ItemDecision, ReviewItem } from './review-item'
import type { WorkbenchState } from './use-workbench'

interface VerdictButtonsProps {
  bench: WorkbenchState
  item: ReviewItem
  decision: ItemDecision | null
}

/** What can be decided about the focused item. Each is also a key; a revoke names the sessions it will end. */
export function VerdictButtons({ bench, item, decision }: VerdictButtonsProps) {
  if (item.signedOff) return <p className="w-full text-ink-3 text-sm">Signed off. It does not change any more.</p>
  return (
    <div className="flex w-full flex-wrap items-center gap-2">
      <Button
        variant="danger"
        className={item.liveSessions > 0 ? 'w-full' : 'flex-1'}
        icon={<X aria-hidden />}
        onClick={() => bench.decide('revoke')}
      >
        {revokeLabel(item.liveSessions)}
      </Button>
      <Button
        className="flex-1"
        icon={<Filter aria-hidden />}
        disabled={item.toolsGranted < 2}
        onClick={() => bench.setDialog('reduce')}
      >
        Reduce
      </Button>
      <Button variant="ok" className="flex-1" icon={<Check aria-hidden />} onClick={() => bench.decide('certify')}>
        Certify
      </Button>
      <span className="flex w-full items-center gap-1">
        <IconButton
          size="sm"
          label="Abstain"
          kbd="n"
          icon={<Minus aria-hidden />}
          onClick={() => bench.decide('abstain')}
        />
        <IconButton
          size="sm"
          label="Comment"
          kbd="m"
          icon={<MessageSquare aria-hidden />}
          onClick={() => bench.setDialog('comment')}
        />
        <IconButton
          size="sm"
          label="Undo"
          kbd="u"
          icon={<Undo2 aria-hidden />}
          disabled={decision === null}
          onClick={bench.undo}
        />
        <span className="ml-auto text-ink-3 text-xs">Takes effect when you sign off</span>
      </span>
    </div>
  )
}
