'use client'

import { createContext, type ReactNode, useContext } from 'react'
import type { Nav, ShellUser } from './nav'

export interface ShellValue {
  nav: Nav
  user: ShellUser
  environment: string
  /** A server action that ends the session and sends the browser to the sign-in page. */
  signOut: () => Promise<void>
  openPalette: () => void
  openShortcuts: () => void
}

const ShellContext = createContext<ShellValue | null>(null)

export function ShellProvider({ value, children }: { value: ShellValue; children: ReactNode }) {
  return <ShellContext value={value}>{children}</ShellContext>
}

export function useShell(): ShellValue {
  const value = useContext(ShellContext)
  if (!value) throw new Error('A page with a top bar must be inside AppShell')
  return value
}
