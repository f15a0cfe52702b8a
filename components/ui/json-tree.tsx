'use client'

import { ChevronRight } from 'lucide-react'
import { type KeyboardEvent, useMemo, useRef, useState } from 'react'
import { classNames } from './class-names'
import { CodeBlock } from './code-block'
import { CopyButton } from './copy-button'
import { type JsonRow, jsonRows, parseJsonSource } from './json-rows'
import { MaskedText } from './masked-text'

interface JsonTreeProps {
  /** The recorded bytes as text: numbers keep their digits and duplicate keys stay visible, unlike after JSON.parse. */
  source: string
  /** The accessible name: "Arguments of refund". */
  label: string
  /** Levels open at first. */
  depth?: number
  maxHeight?: number
  copy?: boolean
}

const KIND_CLASS = { string: 'text-ink', number: 'text-accent', word: 'text-hold', open: 'text-ink-3' }

/** Recorded JSON to walk through: arrows, Home, End. Everything is text; nothing in it is ever markup. */
export function JsonTree({ source, label, depth = 3, maxHeight, copy = true }: JsonTreeProps) {
  const root = useMemo(() => parseJsonSource(source), [source])
  const [toggled, setToggled] = useState<ReadonlySet<string>>(new Set())
  const [shownChildren, setShownChildren] = useState<ReadonlyMap<string, number>>(new Map())
  const [focused, setFocused] = useState('$')
  const tree = useRef<HTMLDivElement>(null)

  if (!root) return <CodeBlock code={source} wrap copy={copy} maxHeight={maxHeight} />
  const rows = jsonRows(root, { depth, toggled, shownChildren })
  const current = rows.some((row) => row.path === focused) ? focused : rows[0]!.path

  const focusRow = (row: JsonRow | undefined) => {
    if (!row) return
    setFocused(row.path)
    const element = tree.current?.querySelector<HTMLElement>(`[data-index="${rows.indexOf(row)}"]`)
    element?.focus()
  }
  const toggle = (path: string) =>
    setToggled((before) => {
      const next = new Set(before)
      if (!next.delete(path)) next.add(path)
      return next
    })
  const act = (row: JsonRow) => {
    if (row.type === 'more') {
      setShownChildren((before) => new Map(before).set(row.parent, row.nextCount))
      setFocused(row.parent)
    } else if (row.expandable) toggle(row.path)
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const index = rows.findIndex((row) => row.path === current)
    const row = rows[index]!
    switch (event.key) {
      case 'ArrowDown':
        focusRow(rows[index + 1])
        break
      case 'ArrowUp':
        focusRow(rows[index - 1])
        break
      case 'Home':
        focusRow(rows[0])
        break
      case 'End':
        focusRow(rows[rows.length - 1])
        break
      case 'ArrowRight':
        if (row.expandable && !row.expanded) toggle(row.path)
        else if (row.expanded) focusRow(rows[index + 1])
        break
      case 'ArrowLeft':
        if (row.expanded) toggle(row.path)
        else focusRow(rows.findLast((other, at) => at < index && other.level < row.level))
        break
      case 'Enter':
      case ' ':
        act(row)
        break
      default:
        return
    }
    event.preventDefault()
  }

  return (
    <div className="group relative overflow-hidden rounded-lg border bg-sunken">
      {copy && (
        <span className="absolute top-1.5 right-1.5 z-1 rounded-md bg-sunken">
          <CopyButton text={source} label={`Copy ${label}`} />
        </span>
      )}
      <div
        ref={tree}
        role="tree"
        aria-label={label}
        onKeyDown={onKeyDown}
        style={{ maxHeight }}
        className="overflow-auto py-2.5 pr-10 font-mono text-xs leading-5"
      >
        {rows.map((row, index) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the tree handles the keys of all its items
          <div
            key={row.path}
            data-index={index}
            role="treeitem"
            aria-level={row.level + 1}
            aria-expanded={row.expandable ? row.expanded : undefined}
            aria-selected={row.path === current}
            tabIndex={row.path === current ? 0 : -1}
            onClick={() => {
              setFocused(row.path)
              act(row)
            }}
            style={{ paddingLeft: 8 + row.level * 16 }}
            className={classNames(
              'flex min-w-0 items-start pr-3 outline-offset-[-2px] hover:bg-hover',
              (row.expandable || row.type === 'more') && 'cursor-pointer',
            )}
          >
            <span className="grid h-5 w-4 shrink-0 place-items-center">
              {row.expandable && (
                <ChevronRight
                  aria-hidden
                  className={classNames(
                    'size-3 text-ink-3 transition-transform duration-120',
                    row.expanded && 'rotate-90',
                  )}
                />
              )}
            </span>
            {row.type === 'more' ? (
              <span className="text-accent">{row.text}</span>
            ) : (
              <span className="min-w-0 whitespace-pre-wrap break-words">
                {row.name !== null && (
                  <>
                    <span className="text-ink-2">
                      <MaskedText text={row.name} />
                    </span>
                    <span className="text-ink-3">: </span>
                  </>
                )}
                <span className={KIND_CLASS[row.kind]}>
                  <MaskedText text={row.text} />
                </span>
              </span>
            )}
          </div>
        ))}
      </div>
    </div>
  )
}
