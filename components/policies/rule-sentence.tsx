import type { ReactNode } from 'react'
import { joinWords } from '@/components/format'
import type { MaskDirection, MaskType } from '@/lib/domain'

export const TYPE_WORDS: Record<MaskType, string> = {
  EMAIL: 'e-mail addresses',
  PHONE: 'phone numbers',
  SSN: 'US social security numbers',
  CREDIT_CARD: 'card numbers',
  IBAN: 'bank accounts (IBAN)',
}

export interface RuleWords {
  types: readonly string[]
  connections: readonly string[]
  tools: readonly string[]
  direction: MaskDirection
}

function Globs({ globs }: { globs: readonly string[] }) {
  return (
    <>
      {globs.map((glob, index) => (
        <span key={glob}>
          {index > 0 && (index === globs.length - 1 ? ' and ' : ', ')}
          <code className="break-all font-mono text-ink text-xs">{glob}</code>
        </span>
      ))}
    </>
  )
}

const words = (types: readonly string[]) => joinWords(types.map((type) => TYPE_WORDS[type as MaskType] ?? type))

/** A mask rule as a person would say it: "Masks e-mail addresses in answers of export_* on crm." */
export function RuleSentence({ rule }: { rule: RuleWords }) {
  const where: ReactNode[] = []
  if (rule.tools.length > 0) {
    where.push(
      <span key="tools">
        {' '}
        of <Globs globs={rule.tools} />
      </span>,
    )
  }
  where.push(
    <span key="connections">
      {' '}
      on {rule.connections.length > 0 ? <Globs globs={rule.connections} /> : 'every connection'}
    </span>,
  )
  return (
    <span className="text-ink-2">
      Masks <span className="text-ink">{words(rule.types)}</span>{' '}
      {rule.direction === 'both' ? 'in what goes to clients and to the server' : 'in what clients get'}
      {where}.
    </span>
  )
}
