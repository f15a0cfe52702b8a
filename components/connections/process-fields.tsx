'use client'

import { Plus, Trash2 } from 'lucide-react'
import { Button } from '@/components/ui/button'
import { Checkbox } from '@/components/ui/checkbox'
import { Field } from '@/components/ui/field'
import { Input, Textarea } from '@/components/ui/input'
import { isSecretName } from '@/lib/connections/secret-names'
import type { EnvironmentRow, ProcessDraft } from './process-draft'

interface ProcessFieldsProps {
  value: ProcessDraft
  onChange: (draft: ProcessDraft) => void
  problemOf: (path: string) => string | null
  /** Names that are sealed already, while their values are left as they are. */
  sealed?: readonly string[]
  onReplace?: () => void
}

/** What the gateway runs. The command line is shown to whoever sees the connection; the environment to nobody. */
export function ProcessFields({ value, onChange, problemOf, sealed, onReplace }: ProcessFieldsProps) {
  const set = (change: Partial<ProcessDraft>) => onChange({ ...value, ...change })
  return (
    <>
      <Field
        label="Command"
        required
        error={problemOf('process.command')}
        hint="Found on the PATH of the gateway, on every machine that runs one."
      >
        <Input
          mono
          required
          placeholder="npx"
          value={value.command}
          onChange={(event) => set({ command: event.target.value })}
        />
      </Field>
      <Field
        label="Arguments"
        optional
        error={problemStarting(problemOf, 'process.args', 200)}
        hint="One a line. No shell reads them."
      >
        <Textarea
          mono
          spellCheck={false}
          placeholder={'-y\n@modelcontextprotocol/server-everything'}
          value={value.args}
          onChange={(event) => set({ args: event.target.value })}
        />
      </Field>
      <Field
        label="Folder"
        optional
        error={problemOf('process.cwd')}
        hint="Unless told, the home folder of the gateway’s user."
      >
        <Input mono placeholder="/srv/crm" value={value.cwd} onChange={(event) => set({ cwd: event.target.value })} />
      </Field>
      {sealed ? (
        <SealedEnvironment names={sealed} onReplace={onReplace} />
      ) : (
        <EnvironmentFields rows={value.env} onChange={(env) => set({ env })} problemOf={problemOf} />
      )}
    </>
  )
}

function SealedEnvironment({ names, onReplace }: { names: readonly string[]; onReplace?: () => void }) {
  return (
    <div className="flex flex-col gap-1.5">
      <h3 className="font-medium text-ink text-sm">Environment</h3>
      <div className="flex flex-wrap items-center gap-1.5">
        {names.map((name) => (
          <code key={name} className="rounded-md border bg-sunken px-1.5 py-0.5 font-mono text-ink text-xs">
            {name}
          </code>
        ))}
        <Button size="sm" variant="ghost" onClick={onReplace}>
          {names.length > 0 ? 'Replace all…' : 'Set variables…'}
        </Button>
      </div>
      <p className="text-ink-3 text-xs">
        {names.length > 0 ? 'Their values are sealed and cannot be shown again.' : 'It gets none but PATH and HOME.'}
      </p>
    </div>
  )
}

interface EnvironmentFieldsProps {
  rows: readonly EnvironmentRow[]
  onChange: (rows: EnvironmentRow[]) => void
  problemOf: (path: string) => string | null
}

function EnvironmentFields({ rows, onChange, problemOf }: EnvironmentFieldsProps) {
  const change = (index: number, part: Partial<EnvironmentRow>) =>
    onChange(rows.map((row, i) => (i === index ? { ...row, ...part } : row)))
  const add = () =>
    onChange([...rows, { key: Math.max(0, ...rows.map(({ key }) => key)) + 1, name: '', value: '', secret: null }])
  return (
    <fieldset className="flex min-w-0 flex-col gap-2">
      <legend className="mb-1.5 font-medium text-ink text-sm">Environment</legend>
      {rows.map((row, index) => {
        const secret = row.secret ?? isSecretName(row.name)
        const name = row.name || `variable ${index + 1}`
        return (
          <div
            key={row.key}
            className="grid grid-cols-[minmax(0,1fr)_auto] gap-x-2 gap-y-1.5 sm:grid-cols-[minmax(0,1fr)_minmax(0,1fr)_auto_auto] sm:items-start"
          >
            <Field label={`Name of variable ${index + 1}`} hideLabel error={problemOf(`process.env.${row.name}`)}>
              <Input
                mono
                placeholder="API_KEY"
                value={row.name}
                onChange={(event) => change(index, { name: event.target.value })}
              />
            </Field>
            <Field
              label={`Value of ${name}`}
              hideLabel
              error={problemOf(`process.env.${row.name}.value`)}
              className="max-sm:order-2 max-sm:col-span-2"
            >
              <Input
                mono
                type={secret ? 'password' : 'text'}
                autoComplete="new-password"
                value={row.value}
                onChange={(event) => change(index, { value: event.target.value })}
              />
            </Field>
            <Checkbox
              className="pt-1.5 max-sm:order-3"
              label="Secret"
              checked={secret}
              onCheckedChange={(checked) => change(index, { secret: checked === true })}
            />
            <Button
              variant="ghost"
              className="max-sm:order-1"
              aria-label={`Remove ${name}`}
              icon={<Trash2 aria-hidden />}
              onClick={() => onChange(rows.filter((_, i) => i !== index))}
            />
          </div>
        )
      })}
      <div>
        <Button size="sm" icon={<Plus aria-hidden />} onClick={add}>
          Add a variable
        </Button>
      </div>
      <p className="text-ink-3 text-xs">
        The process gets these and PATH, HOME, LANG, TMPDIR and TZ, and nothing else of ours. All values are sealed with
        a key outside the database. Secret ones are also taken out of whatever the server says.
      </p>
    </fieldset>
  )
}

/** Problems of a list come by the number of its element. */
function problemStarting(problemOf: (path: string) => string | null, path: string, count: number): string | null {
  for (let i = 0; i < count; i++) {
    const problem = problemOf(`${path}.${i}`)
    if (problem !== null) return `Line ${i + 1} ${problem}`
  }
  return problemOf(path)
}
