import type { ReactNode } from 'react'
import { joinWords } from '@/components/format'
import type { ApproverSet, MaskType, Rule, TimeWindow } from '@/lib/domain'

export const TYPE_WORDS: Record<MaskType, string> = {
  EMAIL: 'e-mail addresses',
  PHONE: 'phone numbers',
  SSN: 'US social security numbers',
  CREDIT_CARD: 'card numbers',
  IBAN: 'bank accounts (IBAN)',
  TAX_ID: 'tax and identity numbers',
  PASSPORT: 'passport numbers',
  DATE_OF_BIRTH: 'dates of birth',
  PERSON_NAME: 'names of people',
  ADDRESS: 'postal addresses',
  IP_ADDRESS: 'IP addresses',
  MAC_ADDRESS: 'MAC addresses',
  API_KEY: 'API keys and tokens',
  JWT: 'JSON web tokens',
  PRIVATE_KEY: 'private keys',
  CONNECTION_STRING: 'passwords in connection strings',
  SECRET: 'passwords and secrets',
}

/** A rule as far as a sentence tells it; one that is being written has no id yet. */
type WithoutId<R> = R extends Rule ? Omit<R, 'id' | 'name'> : never
export type RuleWords = WithoutId<Rule>

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

/** A rule as a person would say it: "Holds refund on crm when args.amount > 100 for approval by group finance." */
export function RuleSentence({ rule }: { rule: RuleWords }) {
  return (
    <span className="text-ink-2">
      <Verb rule={rule} />
      <Where rule={rule} />
      <Who rule={rule} />
      {rule.hours && <>, {hoursInWords(rule.hours)}</>}
      {rule.when !== null && (
        <>
          , when <code className="break-all font-mono text-ink text-xs">{rule.when}</code>
        </>
      )}
      {rule.effect === 'approve' && <Approval rule={rule} />}.
    </span>
  )
}

const Strong = ({ children }: { children: ReactNode }) => <span className="text-ink">{children}</span>

function Verb({ rule }: { rule: RuleWords }) {
  if (rule.effect === 'block') return <>Blocks </>
  if (rule.effect === 'approve') return <>Holds </>
  const what = [...rule.types.map((type) => TYPE_WORDS[type] ?? type), ...rule.fields]
  const way = rule.direction === 'both' ? 'in what goes to clients and to the server' : 'in what clients get'
  return (
    <>
      Masks <Strong>{joinWords(what)}</Strong> {way}
      {rule.tools.length > 0 && ' of '}
    </>
  )
}

function Where({ rule }: { rule: RuleWords }) {
  const risks = rule.risks.length > 0 ? `${joinWords(rule.risks)} ` : ''
  const every =
    rule.effect === 'mask' ? (risks ? ` of ${risks}tools` : '') : risks ? `every ${risks}call` : 'every call'
  return (
    <>
      {rule.tools.length > 0 ? (
        <>
          {risks}
          <Globs globs={rule.tools} />
        </>
      ) : (
        every
      )}{' '}
      on {rule.connections.length > 0 ? <Globs globs={rule.connections} /> : 'every connection'}
    </>
  )
}

function Who({ rule }: { rule: RuleWords }) {
  const kinds = rule.kinds.length > 0 ? ` by ${joinWords(rule.kinds.map((kind) => `${kind}s`))}` : ''
  const parts: ReactNode[] = []
  if (rule.identities.length > 0) parts.push(<Globs key="identities" globs={rule.identities} />)
  if (rule.groups.length > 0)
    parts.push(<span key="groups">{joinWords(rule.groups.map((name) => `group ${name}`))}</span>)
  return (
    <>
      {kinds}
      {parts.length > 0 && (kinds ? ' that are ' : ' by ')}
      {parts.map((part, index) => (
        // Two at most, always in this order.
        <span key={index === 0 ? 'first' : 'second'}>
          {index > 0 && ' in '}
          {part}
        </span>
      ))}
    </>
  )
}

function Approval({ rule }: { rule: Extract<RuleWords, { effect: 'approve' }> }) {
  const { quorum, approvers, escalation, expiresAfterSeconds } = rule
  return (
    <>
      {' '}
      until{' '}
      <Strong>
        {quorum > 1 ? `${quorum} of ` : ''}
        {approversInWords(approvers)}
      </Strong>{' '}
      {quorum > 1 ? 'approve' : 'approves'}, at most {durationInWords(expiresAfterSeconds)}
      {escalation && (
        <>
          ; after {durationInWords(escalation.afterSeconds)} also {approversInWords(escalation)}
        </>
      )}
    </>
  )
}

export const approversInWords = ({ people, groups, connectionOwner }: ApproverSet): string =>
  joinWords(
    [...people, ...groups.map((name) => `group ${name}`), ...(connectionOwner ? ['the owner of the connection'] : [])],
    'or',
  )

export function durationInWords(seconds: number): string {
  const [amount, unit] =
    seconds % 86_400 === 0
      ? [seconds / 86_400, 'day']
      : seconds % 3_600 === 0
        ? [seconds / 3_600, 'hour']
        : [seconds / 60, 'minute']
  return `${amount} ${unit}${amount === 1 ? '' : 's'}`
}

const hoursInWords = ({ days, from, to, timeZone }: TimeWindow): string =>
  `${days.length === 7 ? 'every day' : joinWords(days)} ${from} to ${to} (${timeZone})`
