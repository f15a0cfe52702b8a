'use client'

import { Ellipsis, Pencil, Power, PowerOff, Trash2 } from 'lucide-react'
import Link from 'next/link'
import { useRouter } from 'next/navigation'
import { useState } from 'react'
import type { Action } from '@/components/action-result'
import { joinWords } from '@/components/format'
import { IconButton } from '@/components/ui/button'
import { ConfirmDialog } from '@/components/ui/dialog'
import { Menu, MenuItem, MenuSeparator } from '@/components/ui/menu'
import { toast } from '@/components/ui/toast'
import { useAction } from '@/components/use-action'
import type { Rule } from '@/lib/domain'
import { TYPE_WORDS } from './rule-sentence'

export interface RuleVerbs {
  disable: Action<{ ruleId: string }, unknown>
  enable: Action<{ ruleId: string }, unknown>
  remove: Action<{ ruleId: string }, unknown>
}

interface RuleMenuProps {
  rule: Rule
  disabled: boolean
  verbs: RuleVerbs
  /** On the page of the rule itself. */
  isOpen?: boolean
}

export function RuleMenu({ rule, disabled, verbs, isOpen }: RuleMenuProps) {
  const router = useRouter()
  const [shown, setShown] = useState<'disable' | 'remove' | null>(null)
  const close = () => setShown(null)
  const disable = useAction(verbs.disable, { success: `${rule.name} is disabled`, onDone: close })
  const remove = useAction(verbs.remove, {
    success: `${rule.name} is deleted`,
    onDone: () => (isOpen ? router.push('/policies') : close()),
  })
  const enable = useAction(
    async (input: { ruleId: string }) => {
      const result = await verbs.enable(input)
      if (!result.ok) toast.error(result.message)
      return result
    },
    { success: `${rule.name} is in force` },
  )
  const ruleId = rule.id
  const consequence = consequenceOf(rule)
  const stop = { mask: 'stop masking', block: 'stop blocking', approve: 'stop holding' }[rule.effect]
  const dialog = (name: 'disable' | 'remove') => ({
    open: shown === name,
    onOpenChange: (open: boolean) => setShown(open ? name : null),
  })
  return (
    <>
      <Menu
        trigger={<IconButton size="sm" tooltip={false} label={`Change ${rule.name}`} icon={<Ellipsis aria-hidden />} />}
      >
        {!isOpen && (
          <MenuItem asChild>
            <Link href={`/policies/${ruleId}`}>
              <Pencil aria-hidden />
              Edit
            </Link>
          </MenuItem>
        )}
        {disabled ? (
          <MenuItem icon={<Power aria-hidden />} onSelect={() => enable.run({ ruleId })}>
            Put in force
          </MenuItem>
        ) : (
          <MenuItem icon={<PowerOff aria-hidden />} onSelect={() => setShown('disable')}>
            Disable…
          </MenuItem>
        )}
        <MenuSeparator />
        <MenuItem danger icon={<Trash2 aria-hidden />} onSelect={() => setShown('remove')}>
          Delete…
        </MenuItem>
      </Menu>
      <ConfirmDialog
        {...dialog('disable')}
        title={`Disable ${rule.name}?`}
        description={consequence}
        confirmLabel={`Disable and ${stop}`}
        pending={disable.pending}
        onConfirm={() => disable.run({ ruleId })}
      >
        {disable.failure && (
          <p role="alert" className="text-no text-sm">
            {disable.failure.message}
          </p>
        )}
      </ConfirmDialog>
      <ConfirmDialog
        {...dialog('remove')}
        title={`Delete ${rule.name}?`}
        description={`${disabled ? 'It is disabled, so nothing changes for clients.' : consequence} What it said stays in the audit log.`}
        confirmLabel={disabled ? 'Delete' : `Delete and ${stop}`}
        pending={remove.pending}
        onConfirm={() => remove.run({ ruleId })}
      >
        {remove.failure && (
          <p role="alert" className="text-no text-sm">
            {remove.failure.message}
          </p>
        )}
      </ConfirmDialog>
    </>
  )
}

function consequenceOf(rule: Rule): string {
  switch (rule.effect) {
    case 'block':
      return 'Calls that it blocks pass from the next one on, where a grant allows them and no other rule acts.'
    case 'approve':
      return 'Calls that it holds pass without anybody’s approval from the next one on. Those that wait now go through.'
    case 'mask': {
      const unmasked = joinWords([...rule.types.map((type) => TYPE_WORDS[type] ?? type), ...rule.fields])
      return `Clients get ${unmasked} in the clear where no other rule masks them, from the next answer on.`
    }
  }
}
