'use client'

import { Bell, Ellipsis, Moon, OctagonX } from 'lucide-react'
import dynamic from 'next/dynamic'
import { useState } from 'react'
import { IconButton } from '@/components/ui/button'
import { Menu, MenuCheck, MenuItem, MenuLabel, MenuSeparator } from '@/components/ui/menu'
import { useStored } from '@/components/ui/preferences'
import { toast } from '@/components/ui/toast'
import type { InboxView } from './approval-view'
import { NOTICE_KEY, SOUND_KEY, setSound, turnNoticesOff, turnNoticesOn } from './desktop-notice'
import type { InboxActions, PersonChoice } from './inbox-actions'
import { staleCalls } from './news'

// Opened now and then: their code comes with the first opening and not with the page.
const AwaySheet = dynamic(() => import('./away-sheet').then((module) => module.AwaySheet), { ssr: false })
const StaleDialog = dynamic(() => import('./stale-dialog').then((module) => module.StaleDialog), { ssr: false })

interface InboxMenuProps {
  inbox: InboxView
  people: readonly PersonChoice[]
  actions: InboxActions
  away: boolean
}

/** What is done now and then: calls that nobody waits for, absence, how this computer calls. */
export function InboxMenu({ inbox, people, actions, away }: InboxMenuProps) {
  const [sheet, setSheet] = useState<'away' | 'stale' | null>(away ? 'away' : null)
  const notice = useStored(NOTICE_KEY) === 'on'
  const sound = useStored(SOUND_KEY) === 'on'
  const stale = staleCalls(inbox.waiting, new Date(inbox.now).getTime())
  const notify = async (on: boolean) => {
    if (!on) turnNoticesOff()
    else if (!(await turnNoticesOn()))
      toast.error('This browser does not allow notifications here', {
        description: 'Allow them for this site in the browser’s settings, then switch it on again.',
      })
  }
  return (
    <>
      <Menu
        className="w-72"
        trigger={<IconButton label="More for approvals" icon={<Ellipsis aria-hidden />} tooltip={false} size="sm" />}
      >
        <MenuItem icon={<Moon aria-hidden />} onSelect={() => setSheet('away')}>
          While I am away…
        </MenuItem>
        <MenuItem
          danger
          icon={<OctagonX aria-hidden />}
          disabled={stale.length === 0}
          onSelect={() => setSheet('stale')}
        >
          Deny what nobody waits for…
        </MenuItem>
        <MenuSeparator />
        <MenuLabel>
          <span className="inline-flex items-center gap-1.5">
            <Bell aria-hidden className="size-3" />
            On this computer
          </span>
        </MenuLabel>
        <MenuCheck checked={notice} onCheckedChange={(on) => void notify(on)}>
          Desktop notification
        </MenuCheck>
        <MenuCheck checked={sound} onCheckedChange={setSound}>
          Sound
        </MenuCheck>
      </Menu>
      {sheet === 'away' && (
        <AwaySheet delegations={inbox.delegations} people={people} actions={actions} onClose={() => setSheet(null)} />
      )}
      {sheet === 'stale' && <StaleDialog calls={stale} deny={actions.denyStale} onClose={() => setSheet(null)} />}
    </>
  )
}
