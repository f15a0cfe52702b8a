'use client'

import { SlidersHorizontal } from 'lucide-react'
import { type ReactNode, type RefObject, useEffect, useRef, useState } from 'react'
import { Button } from '@/components/ui/button'
import { SearchInput } from '@/components/ui/input'
import { Menu, MenuCheck, MenuLabel, MenuRadio, MenuSeparator } from '@/components/ui/menu'
import { type Density, setDensity, useDensity } from '@/components/ui/preferences'
import { FacetFilter } from './facet-filter'
import type { TableChange, TableQuery } from './search-params'
import type { Facet } from './table-types'

const TYPING_PAUSE_MS = 220

interface SearchFieldProps {
  label: string
  value: string
  onSearch: (text: string) => void
  inputRef: RefObject<HTMLInputElement | null>
}

function SearchField({ label, value, onSearch, inputRef }: SearchFieldProps) {
  const [text, setText] = useState(value)
  const [seen, setSeen] = useState(value)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  // Back, or a cleared filter, changes the URL under the field.
  if (seen !== value) {
    setSeen(value)
    if (document.activeElement !== inputRef.current) setText(value)
  }
  useEffect(() => () => clearTimeout(timer.current), [])
  return (
    <SearchInput
      ref={inputRef}
      label={label}
      placeholder={label}
      kbd="/"
      className="w-full sm:w-64"
      value={text}
      onChange={(event) => {
        const next = event.target.value
        setText(next)
        clearTimeout(timer.current)
        timer.current = setTimeout(() => onSearch(next), TYPING_PAUSE_MS)
      }}
      onKeyDown={(event) => {
        if (event.key === 'Escape') {
          if (text) {
            setText('')
            onSearch('')
          } else inputRef.current?.blur()
        }
      }}
    />
  )
}

interface ViewMenuProps {
  columns: readonly { id: string; header: string; visible: boolean }[]
  onToggle: (id: string, visible: boolean) => void
}

const DENSITIES: { value: Density; label: string }[] = [
  { value: 'comfortable', label: 'Comfortable' },
  { value: 'compact', label: 'Compact' },
]

function ViewMenu({ columns, onToggle }: ViewMenuProps) {
  return (
    <Menu
      trigger={
        <Button variant="ghost" icon={<SlidersHorizontal aria-hidden />}>
          <span className="max-sm:sr-only">View</span>
        </Button>
      }
    >
      <MenuLabel>Rows</MenuLabel>
      <MenuRadio label="Rows" value={useDensity()} options={DENSITIES} onValueChange={setDensity} />
      {columns.length > 0 && (
        <>
          <MenuSeparator />
          <MenuLabel>Columns</MenuLabel>
          {columns.map((column) => (
            <MenuCheck
              key={column.id}
              checked={column.visible}
              onCheckedChange={(visible) => onToggle(column.id, visible)}
            >
              {column.header}
            </MenuCheck>
          ))}
        </>
      )}
    </Menu>
  )
}

interface ToolbarProps {
  query: TableQuery
  facets: readonly Facet[]
  searchLabel?: string
  searchRef: RefObject<HTMLInputElement | null>
  change: (change: TableChange, options?: { replace?: boolean }) => void
  view: ViewMenuProps
  actions?: ReactNode
  inset: string
}

export function Toolbar({ query, facets, searchLabel, searchRef, change, view, actions, inset }: ToolbarProps) {
  const narrowed = query.q !== '' || Object.keys(query.filters).length > 0
  return (
    <search className={`flex shrink-0 flex-wrap items-center gap-2 border-b py-2 ${inset}`}>
      {searchLabel && (
        <SearchField
          label={searchLabel}
          value={query.q}
          inputRef={searchRef}
          onSearch={(q) => change({ q }, { replace: true })}
        />
      )}
      {facets.map((facet) => (
        <FacetFilter
          key={facet.id}
          facet={facet}
          values={query.filters[facet.id] ?? []}
          onChange={(values) => change({ facet: facet.id, values })}
        />
      ))}
      {narrowed && (
        <Button variant="ghost" onClick={() => change({ clear: facets.map((facet) => facet.id) })}>
          Clear
        </Button>
      )}
      <div className="ml-auto flex items-center gap-2">
        <ViewMenu {...view} />
        {actions}
      </div>
    </search>
  )
}
