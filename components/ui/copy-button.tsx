'use client'

import { Check, Copy } from 'lucide-react'
import { useEffect, useState } from 'react'
import { IconButton } from './button'

/** True for a moment after a copy; false with a reason when the browser refused. */
export function useCopy(): { copied: boolean; copy: (text: string) => Promise<boolean> } {
  const [copied, setCopied] = useState(false)
  useEffect(() => {
    if (!copied) return
    const timer = setTimeout(() => setCopied(false), 1600)
    return () => clearTimeout(timer)
  }, [copied])
  return {
    copied,
    copy: async (text) => {
      const done = await writeClipboard(text)
      setCopied(done)
      return done
    },
  }
}

// The clipboard API exists only on https and localhost; the product is also reached by plain host name.
async function writeClipboard(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    const area = document.createElement('textarea')
    area.value = text
    area.style.position = 'fixed'
    area.style.opacity = '0'
    document.body.append(area)
    area.select()
    const done = document.execCommand('copy')
    area.remove()
    return done
  }
}

interface CopyButtonProps {
  text: string
  /** "Copy key", "Copy command". */
  label?: string
  size?: 'sm' | 'md'
  className?: string
}

export function CopyButton({ text, label = 'Copy', size = 'sm', className }: CopyButtonProps) {
  const { copied, copy } = useCopy()
  return (
    <>
      <IconButton
        size={size}
        label={label}
        icon={copied ? <Check aria-hidden className="text-ok" /> : <Copy aria-hidden />}
        onClick={() => copy(text)}
        className={className}
      />
      <span aria-live="polite" className="sr-only">
        {copied ? 'Copied' : ''}
      </span>
    </>
  )
}
