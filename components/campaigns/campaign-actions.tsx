'use client'

import { CalendarPlus, CircleSlash } from 'lucide-react'
import { useState } from 'react'
import type { Action } from '@/components/action-result'
import { formatDate, plural } from '@/components/format'
import { Button } from '@/components/ui/button'
import { Callout } from '@/components/ui/callout'
import { Dialog, DialogClose } from '@/components/ui/dialog'
import { Field } from '@/components/ui/field'
import { Input, Textarea } from '@/components/ui/input'
import { useAction } from '@/components/use-action'
import type { CampaignSummary } from './campaign-summary'

interface CampaignActionsProps {
  campaign: CampaignSummary
  extend: Action<{ campaignId: string; due: string; reason: string }, void>
  cancel: Action<{ campaignId: string; reason: string }, void>
}

/** What an administrator may do to an open campaign; both say why, and the reason is kept in the audit log. */
export function CampaignActions({ campaign, extend, cancel }: CampaignActionsProps) {
  return (
    <>
      <Extend campaign={campaign} extend={extend} />
      <Cancel campaign={campaign} cancel={cancel} />
    </>
  )
}

function Extend({ campaign, extend }: Pick<CampaignActionsProps, 'campaign' | 'extend'>) {
  const [open, setOpen] = useState(false)
  const [due, setDue] = useState('')
  const [reason, setReason] = useState('')
  const { run, pending, failure } = useAction(extend, {
    success: 'The deadline has moved',
    onDone: () => setOpen(false),
  })
  const ready = due !== '' && reason.trim() !== ''
  return (
    <Dialog
      size="sm"
      title="Move the deadline"
      description={`It is ${formatDate(campaign.dueAt)} now, and is only moved forward.`}
      open={open}
      onOpenChange={setOpen}
      trigger={<Button icon={<CalendarPlus aria-hidden />}>Extend</Button>}
      footer={
        <>
          <DialogClose asChild>
            <Button variant="ghost">Keep the deadline</Button>
          </DialogClose>
          <Button
            variant="primary"
            pending={pending}
            disabled={!ready}
            // Who has until a day has that day.
            onClick={() => run({ campaignId: campaign.id, due: `${due}T23:59:59.999Z`, reason })}
          >
            {due ? `Extend to ${formatDate(due)}` : 'Extend'}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        <Field label="New deadline" required>
          <Input
            type="date"
            min={campaign.dueAt.slice(0, 10)}
            value={due}
            onChange={(event) => setDue(event.target.value)}
          />
        </Field>
        <Field label="Reason" required>
          <Textarea value={reason} maxLength={500} onChange={(event) => setReason(event.target.value)} />
        </Field>
        {failure && (
          <Callout tone="no" live>
            {failure.message}
          </Callout>
        )}
      </div>
    </Dialog>
  )
}

function Cancel({ campaign, cancel }: Pick<CampaignActionsProps, 'campaign' | 'cancel'>) {
  const [open, setOpen] = useState(false)
  const [reason, setReason] = useState('')
  const { run, pending, failure } = useAction(cancel, {
    success: 'The campaign is cancelled',
    onDone: () => setOpen(false),
  })
  const left = campaign.items - campaign.signedOff
  return (
    <Dialog
      size="sm"
      title="Cancel this campaign"
      description={`${plural(left, 'item')} will not be asked about any more. What is signed off stays in force and goes on to be proven.`}
      open={open}
      onOpenChange={setOpen}
      trigger={
        <Button variant="danger" icon={<CircleSlash aria-hidden />}>
          Cancel campaign
        </Button>
      }
      footer={
        <>
          <DialogClose asChild>
            <Button variant="ghost">Let it run</Button>
          </DialogClose>
          <Button
            variant="danger"
            pending={pending}
            disabled={reason.trim() === ''}
            onClick={() => run({ campaignId: campaign.id, reason })}
          >
            Cancel and drop {plural(left, 'open item')}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        <Field label="Reason" required>
          <Textarea value={reason} maxLength={500} onChange={(event) => setReason(event.target.value)} />
        </Field>
        {failure && (
          <Callout tone="no" live>
            {failure.message}
          </Callout>
        )}
      </div>
    </Dialog>
  )
}
