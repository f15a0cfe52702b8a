'use client'

import { CircleAlert, CircleCheck, Info, TriangleAlert } from 'lucide-react'
import { Toaster as Sonner } from 'sonner'
import { useResolvedTheme } from './preferences'

export { toast } from 'sonner'

/** Mounted once by the root layout. `toast.success('Revoked', { action: { label: 'Undo', onClick } })`. */
export function Toaster() {
  return (
    <Sonner
      theme={useResolvedTheme()}
      position="bottom-right"
      gap={8}
      offset={16}
      icons={{
        success: <CircleCheck className="size-4 text-ok" />,
        error: <CircleAlert className="size-4 text-no" />,
        warning: <TriangleAlert className="size-4 text-cut" />,
        info: <Info className="size-4 text-accent" />,
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
