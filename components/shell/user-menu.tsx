'use client'

import { Keyboard, KeyRound, LogOut, Monitor, Moon, Sun } from 'lucide-react'
import Link from 'next/link'
import { useTransition } from 'react'
import { Avatar } from '@/components/ui/avatar'
import { Menu, MenuItem, MenuLabel, MenuRadio, MenuSeparator } from '@/components/ui/menu'
import { setTheme, type Theme, useTheme } from '@/components/ui/preferences'
import { useShell } from './shell-context'

const THEMES: { value: Theme; label: string; icon: React.ReactNode }[] = [
  { value: 'light', label: 'Light', icon: <Sun aria-hidden /> },
  { value: 'dark', label: 'Dark', icon: <Moon aria-hidden /> },
  { value: 'system', label: 'Like the system', icon: <Monitor aria-hidden /> },
]

export function UserMenu() {
  const { user, signOut, openShortcuts } = useShell()
  const theme = useTheme()
  const [leaving, startLeaving] = useTransition()
  return (
    <Menu
      className="w-60"
      trigger={
        <button
          type="button"
          aria-label={`Account of ${user.name}`}
          className="grid size-8 place-items-center rounded-full hover:opacity-85"
        >
          <Avatar name={user.name} kind="human" labelled={false} />
        </button>
      }
    >
      <div className="px-2 pt-1.5 pb-2">
        <p className="truncate font-medium text-ink text-sm">{user.name}</p>
        <p className="truncate text-ink-3 text-xs">{user.email}</p>
        <p className="mt-1 text-ink-2 text-xs first-letter:uppercase">
          {user.roles.length ? user.roles.join(', ') : 'no roles'}
        </p>
      </div>
      <MenuSeparator />
      <MenuLabel>Theme</MenuLabel>
      <MenuRadio label="Theme" value={theme} options={THEMES} onValueChange={setTheme} />
      <MenuSeparator />
      <MenuItem asChild>
        <Link href="/access-tokens">
          <KeyRound aria-hidden />
          Access tokens
        </Link>
      </MenuItem>
      <MenuItem icon={<Keyboard aria-hidden />} kbd="?" onSelect={openShortcuts}>
        Keyboard shortcuts
      </MenuItem>
      <MenuItem icon={<LogOut aria-hidden />} disabled={leaving} onSelect={() => startLeaving(() => signOut())}>
        {leaving ? 'Signing out…' : 'Sign out'}
      </MenuItem>
    </Menu>
  )
}
