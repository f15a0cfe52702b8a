'use client'

import dynamic from 'next/dynamic'
import type { ReactNode } from 'react'
import { useSyncExternalStore } from 'react'
import type { ExternalToast } from 'sonner'

const ToastStack = dynamic(() => import('./toast-stack').then((module) => module.ToastStack), { ssr: false })

let wanted = false
let markReady: () => void = () => {}
// Sonner drops what is shown before its stack has mounted.
const ready = new Promise<void>((resolve) => {
  markReady = resolve
})
const listeners = new Set<() => void>()

// Toasts come after an action, so their code is fetched with the first one and not with the page.
function show(kind: 'success' | 'error' | 'warning' | 'info') {
  return (title: ReactNode, options?: ExternalToast) => {
    wanted = true
    for (const listener of listeners) listener()
    void Promise.all([import('sonner'), ready]).then(([sonner]) => sonner.toast[kind](title, options))
  }
}

/** `toast.success('Revoked', { description, action: { label: 'Undo', onClick } })`. */
export const toast = {
  success: show('success'),
  error: show('error'),
  warning: show('warning'),
  info: show('info'),
}

function subscribe(listener: () => void) {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** Mounted once by the root layout. */
export function Toaster() {
  const needed = useSyncExternalStore(
    subscribe,
    () => wanted,
    () => false,
  )
  return needed ? <ToastStack onReady={markReady} /> : null
}
