'use client'

import { useRef, useState } from 'react'

/**
 * For a dialog that makes the first of a list: its button moves from the empty state into the list's head meanwhile. The
 * dialog stays where it is, or what it shows once would be gone; and the focus finds the button in its new place.
 */
export function useOpener() {
  const [open, change] = useState(false)
  const button = useRef<HTMLButtonElement>(null)
  const setOpen = (next: boolean) => {
    change(next)
    if (!next) requestAnimationFrame(() => button.current?.focus())
  }
  return { open, setOpen, button }
}
