'use client'

import { useState } from 'react'
import { Button } from '@/components/ui/button'
import { Dialog, DialogClose } from '@/components/ui/dialog'
import { Field } from '@/components/ui/field'
import { Textarea } from '@/components/ui/input'
import { useHotkeys } from '@/components/ui/use-hotkeys'

interface CommentDialogProps {
  title: string
  description: string
  label: string
  confirmLabel: string
  initial?: string
  required?: boolean
  onClose: () => void
  onConfirm: (comment: string) => void
}

/** Words that stay with a verdict: a comment of one's own accord, or the justification that a bulk certify asks for. */
export function CommentDialog(props: CommentDialogProps) {
  const { title, description, label, confirmLabel, initial = '', required = false, onClose, onConfirm } = props
  const [text, setText] = useState(initial)
  const missing = required && text.trim() === ''
  const confirm = () => {
    if (!missing) onConfirm(text.trim())
  }
  useHotkeys('Comment', [{ keys: 'mod+Enter', label: confirmLabel, run: confirm }], { inDialog: true })
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      size="sm"
      title={title}
      description={description}
      footer={
        <>
          <DialogClose asChild>
            <Button variant="ghost">Cancel</Button>
          </DialogClose>
          <Button variant="primary" kbd="⌘↵" disabled={missing} onClick={confirm}>
            {confirmLabel}
          </Button>
        </>
      }
    >
      <Field label={label} required={required}>
        <Textarea autoFocus rows={3} maxLength={2000} value={text} onChange={(event) => setText(event.target.value)} />
      </Field>
    </Dialog>
  )
}
