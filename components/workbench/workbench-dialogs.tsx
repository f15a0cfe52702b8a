'use client'

import { Sheet } from '@/components/ui/sheet'
import { CommentDialog } from './comment-dialog'
import { EvidencePanel, identityInWords } from './evidence-panel'
import { ReduceDialog } from './reduce-dialog'
import type { ReviewCampaign } from './review-item'
import { type SignOff, SignOffDialog } from './sign-off-dialog'
import type { WorkbenchState } from './use-workbench'
import { VerdictButtons } from './verdict-buttons'

interface WorkbenchDialogsProps {
  bench: WorkbenchState
  campaign: ReviewCampaign
  mayDecide: boolean
  signOff: SignOff
  attestation: string
  onSigned: () => void
}

/** What stands over the workbench, one at a time. */
export function WorkbenchDialogs({
  bench,
  campaign,
  mayDecide,
  signOff,
  attestation,
  onSigned,
}: WorkbenchDialogsProps) {
  const { dialog, setDialog, focused, focusedDecision, evidence, verdicts } = bench
  const close = () => setDialog(null)
  const known = focused ? evidence.of(focused.id) : null
  if (dialog === 'sign-off')
    return (
      <SignOffDialog
        campaign={campaign}
        items={bench.items}
        verdicts={verdicts}
        signOff={signOff}
        attestation={attestation}
        onClose={close}
        onSigned={onSigned}
      />
    )
  if (dialog === 'justify') {
    const high = bench.selectedItems.filter((item) => item.risk === 'high').length
    return (
      <CommentDialog
        title={`Certify ${bench.selectedItems.length} items together`}
        description={`${high} of them are high risk. Say why they may stay; it is kept with each decision.`}
        label="Justification"
        confirmLabel={`Certify ${bench.selectedItems.length}`}
        required
        onClose={close}
        onConfirm={(comment) => {
          close()
          bench.decideSelected('certify', comment)
        }}
      />
    )
  }
  if (!focused || !known) return null
  switch (dialog) {
    case 'reduce':
      return (
        <ReduceDialog
          item={focused}
          decision={focusedDecision}
          tools={known.state === 'ready' ? known.evidence.tools : null}
          onClose={close}
          onReduce={(keepTools) => {
            close()
            bench.decide('reduce', keepTools)
          }}
        />
      )
    case 'comment':
      return focusedDecision ? (
        <CommentDialog
          title={`Comment on ${focused.identity.displayName}`}
          description={`Kept with your verdict about ${focused.connection.name}.`}
          label="Comment"
          confirmLabel="Keep the comment"
          initial={focusedDecision.comment ?? ''}
          onClose={close}
          onConfirm={(comment) => {
            close()
            verdicts.decide([{ itemId: focused.id, decision: { ...focusedDecision, comment: comment || null } }])
          }}
        />
      ) : (
        <CommentDialog
          title={`Comment on ${focused.identity.displayName}`}
          description="A comment belongs to a verdict. This one abstains and says why; you can still decide otherwise."
          label="Comment"
          confirmLabel="Abstain with this comment"
          required
          onClose={close}
          onConfirm={(comment) => {
            close()
            bench.decide('abstain', [], comment)
          }}
        />
      )
    case 'evidence':
      return (
        <Sheet
          open
          onOpenChange={(open) => !open && close()}
          size="lg"
          title={`${focused.identity.displayName} on ${focused.connection.name}`}
          description={identityInWords(focused, known.state === 'ready' ? known.evidence : null, Date.now())}
          footer={mayDecide ? <VerdictButtons bench={bench} item={focused} decision={focusedDecision} /> : undefined}
        >
          <EvidencePanel
            full
            headless
            item={focused}
            decision={focusedDecision}
            problem={verdicts.problems.get(focused.id) ?? null}
            evidence={known}
            onRetry={() => evidence.retry(focused.id)}
          />
        </Sheet>
      )
    default:
      return null
  }
}
