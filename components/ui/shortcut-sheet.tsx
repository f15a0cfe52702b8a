'use client'

import { useState } from 'react'
import { Dialog } from './dialog'
import { Kbd } from './kbd'
import { printKeys, useHotkeyGroups, useHotkeys } from './use-hotkeys'

/** `?` lists every shortcut of the page. Mounted once by the shell. */
export function ShortcutSheet({
  open: asked,
  onOpenChange,
}: {
  open?: boolean
  onOpenChange?: (open: boolean) => void
}) {
  const [own, setOwn] = useState(false)
  const open = asked ?? own
  const setOpen = onOpenChange ?? setOwn
  const groups = useHotkeyGroups()
  useHotkeys('Everywhere', [{ keys: '?', label: 'Show shortcuts', run: () => setOpen(true) }])
  return (
    <Dialog title="Keyboard shortcuts" open={open} onOpenChange={setOpen} size="md">
      <div className="grid gap-x-8 gap-y-5 sm:grid-cols-2">
        {groups.map((group) => (
          <section key={`${group.title}:${group.hotkeys[0]?.keys}`}>
            <h3 className="mb-1.5 font-medium text-ink-3 text-xs">{group.title}</h3>
            <dl>
              {group.hotkeys.map((hotkey) => (
                <div key={hotkey.keys} className="flex h-8 items-center justify-between border-b text-sm last:border-0">
                  <dt className="text-ink-2">{hotkey.label}</dt>
                  <dd>
                    <Kbd>{printKeys(hotkey.keys)}</Kbd>
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Dialog>
  )
}
