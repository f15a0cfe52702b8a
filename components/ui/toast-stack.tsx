'use client'

import { CircleAlert, CircleCheck, Info, TriangleAlert } from 'lucide-react'
import { useEffect } from 'react'
import { Toaster } from 'sonner'
import { useResolvedTheme } from './preferences'

/** Where toasts stand, in the app's own look. */
export function ToastStack({ onReady }: { onReady: () => void }) {
  useEffect(onReady, [onReady])
  return (
    <Toaster
      theme={useResolvedTheme()}
      position="bottom-right"
      gap={8}
      offset={16}
      icons={{
        success: <CircleCheck aria-hidden className="size-4 text-ok" />,
        error: <CircleAlert aria-hidden className="size-4 text-no" />,
        warning: <TriangleAlert aria-hidden className="size-4 text-cut" />,
        info: <Info aria-hidden className="size-4 text-accent" />,
      }}
      toastOptions={{
        unstyled: true,
        classNames: {
          toast:
            'flex w-90 max-w-[calc(100vw-32px)] items-start gap-2.5 rounded-lg bg-raised px-3.5 py-3 text-ink text-sm shadow-pop font-sans',
          icon: 'mt-0.5 shrink-0',
          content: 'min-w-0 flex-1',
          title: 'font-medium',
          description: 'mt-0.5 text-ink-2',
          actionButton:
            'shrink-0 cursor-pointer rounded-md border border-line-strong px-2 py-0.5 font-medium text-xs hover:bg-hover',
          cancelButton: 'shrink-0 cursor-pointer rounded-md px-2 py-0.5 text-ink-2 text-xs hover:bg-hover',
        },
      }}
    />
  )
}
