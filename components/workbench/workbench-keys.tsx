'use client'

import { Kbd } from '@/components/ui/kbd'
import { useHotkeys } from '@/components/ui/use-hotkeys'
import type { WorkbenchState } from './use-workbench'

const HINTS: [string, string][] = [
  ['c', 'certify'],
  ['r', 'revoke'],
  ['t', 'reduce'],
  ['u', 'undo'],
]

/** The keys of a review. With the evidence sheet open they still decide about what it shows. */
export function useWorkbenchKeys(bench: WorkbenchState, mayDecide: boolean): void {
  const { focused, selection } = bench
  const several = selection.selected.size > 0
  const reading = bench.dialog === 'evidence'
  const act = (one: () => void, many: () => void) => (several && !reading ? many() : one())
  useHotkeys(
    'Review',
    [
      { keys: 'j', label: 'Next item', run: () => bench.move(1) },
      { keys: 'k', label: 'Previous item', run: () => bench.move(-1) },
      { keys: ' ', label: 'All the evidence', run: () => bench.setDialog(reading ? null : 'evidence') },
    ],
    { enabled: focused !== null, inDialog: reading },
  )
  useHotkeys(
    'Decide',
    [
      {
        keys: 'c',
        label: 'Certify',
        run: () =>
          act(
            () => bench.decide('certify'),
            () => bench.decideSelected('certify'),
          ),
      },
      {
        keys: 'r',
        label: 'Revoke',
        run: () =>
          act(
            () => bench.decide('revoke'),
            () => bench.decideSelected('revoke'),
          ),
      },
      {
        keys: 't',
        label: 'Reduce to some tools',
        run: () =>
          act(
            () => bench.setDialog('reduce'),
            () => bench.decideSelected('reduce'),
          ),
      },
      {
        keys: 'n',
        label: 'Abstain',
        run: () =>
          act(
            () => bench.decide('abstain'),
            () => bench.decideSelected('abstain'),
          ),
      },
      { keys: 'u', label: 'Undo', run: bench.undo },
      { keys: 'm', label: 'Comment', run: () => bench.setDialog('comment') },
    ],
    {
      enabled: mayDecide && focused !== null && (several || !focused.signedOff || reading === false),
      inDialog: reading,
    },
  )
  useHotkeys(
    'Several, and the end',
    [
      { keys: 'x', label: 'Select', run: () => focused && selection.toggle(focused.id, false) },
      { keys: 'shift+x', label: 'Select up to here', run: () => focused && selection.toggle(focused.id, true) },
      { keys: 'mod+Enter', label: 'Review and sign off', run: bench.reviewSignOff },
      ...(several ? [{ keys: 'Escape', label: 'Clear selection', run: selection.clear }] : []),
    ],
    { enabled: mayDecide && focused !== null },
  )
}

export function KeyHints() {
  return (
    <p className="flex items-center gap-3 text-ink-2 text-xs max-xl:hidden">
      {HINTS.map(([key, label]) => (
        <span key={key} className="flex items-center gap-1.5">
          <Kbd>{key}</Kbd>
          {label}
        </span>
      ))}
      <span className="flex items-center gap-1.5">
        <Kbd>?</Kbd>
        all keys
      </span>
    </p>
  )
}
