'use client'

import { useState } from 'react'
import type { Action } from '@/components/action-result'
import { plural } from '@/components/format'
import { Button } from '@/components/ui/button'
import { Callout } from '@/components/ui/callout'
import { Checkbox } from '@/components/ui/checkbox'
import { Dialog, DialogClose } from '@/components/ui/dialog'
import { useHotkeys } from '@/components/ui/use-hotkeys'
import { useAction } from '@/components/use-action'
import { tallyVerdicts, type VerdictTally } from './queue'
import type { ReviewCampaign, ReviewItem } from './review-item'
import type { Verdicts } from './use-verdicts'

/** Answers what was signed, in words. */
export type SignOff = Action<{ campaignId: string; attestation: string }, { summary: string }>

interface SignOffDialogProps {
  campaign: ReviewCampaign
  items: readonly ReviewItem[]
  verdicts: Verdicts
  signOff: SignOff
  /** Kept with the sign-off, word for word. */
  attestation: string
  onClose: () => void
  onSigned: () => void
}

/** "Revoke 3 and end 1 live session", "Certify 4": the button says the most that it does. */
export function signOffLabel(tally: VerdictTally): string {
  const parts = [
    tally.revoke > 0 && `revoke ${tally.revoke}`,
    tally.reduce > 0 && `reduce ${tally.reduce}`,
    tally.sessionsEnded > 0 && `end ${plural(tally.sessionsEnded, 'live session')}`,
  ].filter((part) => part !== false)
  return parts.length === 0 ? 'Sign off' : `Sign off: ${parts.join(', ')}`
}

function Summary({ tally }: { tally: VerdictTally }) {
  const lines = [
    tally.certify > 0 && `Certify ${tally.certify}: the access stays as it is.`,
    tally.revoke > 0 &&
      `Revoke ${tally.revoke}: ${tally.sessionsEnded > 0 ? `${plural(tally.sessionsEnded, 'live session')} ${tally.sessionsEnded === 1 ? 'ends' : 'end'} now and every further call is refused.` : 'every further call is refused.'}`,
    tally.reduce > 0 && `Reduce ${tally.reduce}: only the tools you kept go on working.`,
    tally.abstain > 0 && `Abstain ${tally.abstain}: goes to the campaign’s fallback, where that person may decide.`,
    tally.undecided > 0 && `${tally.undecided} ${tally.undecided === 1 ? 'stays' : 'stay'} undecided in your queue.`,
  ].filter((line) => line !== false)
  return (
    <ul className="flex flex-col gap-1 text-base text-ink">
      {lines.map((line) => (
        <li key={line}>{line}</li>
      ))}
    </ul>
  )
}

function Removals({ items, verdicts }: { items: readonly ReviewItem[]; verdicts: Verdicts }) {
  const removed = items.filter((item) => ['revoke', 'reduce'].includes(verdicts.decisions.get(item.id)?.verdict ?? ''))
  if (removed.length === 0) return null
  return (
    <ul aria-label="What will be taken away" className="mt-4 max-h-52 divide-y overflow-auto rounded-lg border">
      {removed.map((item) => {
        const decision = verdicts.decisions.get(item.id)
        return (
          <li key={item.id} className="px-3 py-2 text-sm leading-5">
            <span className="font-medium text-ink">{item.identity.displayName}</span>{' '}
            <span className="text-ink-2">on {item.connection.name}</span>
            <span className="block text-ink-3">
              {decision?.verdict === 'reduce'
                ? `keeps ${decision.keepTools.join(', ')}`
                : item.liveSessions > 0
                  ? `ends ${plural(item.liveSessions, 'live session')}`
                  : 'loses all access'}
              {item.throughGroups.length > 0 &&
                `; stays a member of ${item.throughGroups.join(', ')}, but is excluded from what it opens here`}
            </span>
          </li>
        )
      })}
    </ul>
  )
}

/** The one moment at which verdicts take effect: in words, with a name under them. */
export function SignOffDialog(props: SignOffDialogProps) {
  const { campaign, items, verdicts, signOff, attestation, onClose, onSigned } = props
  const [attested, setAttested] = useState(false)
  const { run, pending, failure } = useAction(signOff, {
    success: ({ summary }) => `Signed off: ${summary}`,
    onDone: onSigned,
  })
  const open = items.filter((item) => !item.signedOff)
  const tally = tallyVerdicts(open, verdicts.decisions)
  const unsaved = open.filter((item) => verdicts.problems.has(item.id)).length
  const ready = attested && verdicts.pendingSaves === 0 && unsaved === 0 && tally.undecided < open.length
  const sign = () => {
    if (ready && !pending) run({ campaignId: campaign.id, attestation })
  }
  useHotkeys('Sign off', [{ keys: 'mod+Enter', label: 'Sign off', run: sign }], { inDialog: true })
  return (
    <Dialog
      open
      onOpenChange={(next) => !next && !pending && onClose()}
      title={`Sign off ${campaign.name}`}
      footer={
        <>
          <DialogClose asChild>
            <Button variant="ghost">Back to the queue</Button>
          </DialogClose>
          <Button
            variant={tally.revoke + tally.reduce > 0 ? 'danger' : 'primary'}
            kbd="⌘↵"
            disabled={!ready}
            pending={pending}
            onClick={sign}
          >
            {signOffLabel(tally)}
          </Button>
        </>
      }
    >
      <Summary tally={tally} />
      <Removals items={open} verdicts={verdicts} />
      {unsaved > 0 && (
        <Callout tone="no" className="mt-4" title={`${plural(unsaved, 'verdict')} could not be saved`}>
          Go back and decide them again before you sign off.
        </Callout>
      )}
      <div className="mt-4">
        <Checkbox
          autoFocus
          checked={attested}
          onCheckedChange={(next) => setAttested(next === true)}
          label={attestation}
          description="Your name, the time and these words are kept with each decision. This cannot be undone here."
        />
      </div>
      {failure && (
        <Callout tone="no" live className="mt-4" title="It was not signed off">
          {failure.message}
        </Callout>
      )}
    </Dialog>
  )
}
