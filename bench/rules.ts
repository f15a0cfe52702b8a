import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { call } from '@/lib/conditions/call-fixture'
import { compileCondition } from '@/lib/conditions/condition'
import { analyzeShell } from '@/lib/conditions/shell/analyze-shell'
import { analyzeSql } from '@/lib/conditions/sql/analyze-sql'
import { RULE_PACKS } from '@/lib/rule-packs/packs'
import { scorePack } from '@/lib/rule-packs/score'

/** How good the rule packs are, on their own cases and on ones that others labelled, and what a condition costs. */
export async function benchRules(): Promise<void> {
  for (const pack of RULE_PACKS) {
    const score = scorePack(pack, ({ args, tool }) => ({ ...call(args), tool: { ...call().tool, name: tool } }))
    console.log(`  ${pack.slug.padEnd(26)} ${String(score.cases).padStart(4)} cases   ${shares(score)}`)
  }
  benchCorpus()
  benchCost()
}

const percent = (share: number) => `${(share * 100).toFixed(1)} %`.padStart(7)
const shares = (score: { recall: number; falseAlarms: number }) =>
  `recall ${percent(score.recall)}   false alarms ${percent(score.falseAlarms)}`

interface Labelled {
  command: string
  label: 'deny' | 'allow'
  reason: string
}

/** Commands that claude-code-safety-net labels in its tests; no part of this checkout. */
const CORPUS = path.resolve(process.env.CORPORA ?? '../shared/corpora', 'claude-code-safety-net/cases.json')

function benchCorpus(): void {
  if (!existsSync(CORPUS)) {
    console.log('  claude-code-safety-net: left out, its cases are not here (CORPORA names their folder)')
    return
  }
  const cases = JSON.parse(readFileSync(CORPUS, 'utf8')) as Labelled[]
  const labels = new Map<string, Set<string>>()
  for (const { command, label } of cases) labels.set(command, (labels.get(command) ?? new Set()).add(label))
  // The same text with both labels, custom rules and a stricter mode: settings decide there, not the text.
  const isTextual = ({ command, reason }: Labelled) => labels.get(command)!.size === 1 && !/^\[|paranoid/i.test(reason)
  report('all of claude-code-safety-net', cases)
  const textual = cases.filter(isTextual)
  report('  where the text decides', textual)
  // Three quarters were looked at while the tables were written; docs/rule-packs.md says how the last one did unseen.
  report(
    '    looked at',
    textual.filter(({ command }) => quarter(command) !== 3),
  )
  report(
    '    first held out',
    textual.filter(({ command }) => quarter(command) === 3),
  )
  const readable = ({ command }: Labelled) => !analyzeShell(command).dangers.includes('unreadable')
  report('    that parse', textual.filter(readable))
}

const quarter = (command: string) => createHash('sha256').update(command).digest().readUInt32BE(0) % 4

function report(name: string, cases: readonly Labelled[]): void {
  const share = (label: Labelled['label']) => {
    const those = cases.filter((one) => one.label === label)
    return those.filter(({ command }) => analyzeShell(command).dangerous).length / those.length
  }
  console.log(
    `  ${name.padEnd(32)} ${String(cases.length).padStart(4)} commands   ${shares({ recall: share('deny'), falseAlarms: share('allow') })}`,
  )
}

const SQL =
  "SELECT u.id, u.name FROM users u JOIN orders o ON o.user_id = u.id WHERE o.total > 100 AND u.name LIKE 'a%' LIMIT 50"
const SHELL = "cd src && find . -name '*.ts' -print0 | xargs -0 grep -n 'TODO' | head -20 > /tmp/todo.txt"

function benchCost(): void {
  cost('CEL over facts', 'connection.slug == "crm" && args.amount > 100 && "support" in identity.groups', {
    amount: 101,
  })
  cost('CEL over a list of 100', 'args.list.exists(x, x.amount > 1000)', {
    list: Array.from({ length: 100 }, (_, amount) => ({ amount })),
  })
  cost('matches', 'args.text.matches("(?i)confidential|secret")', { text: SHELL.repeat(5) })
  cost(`sql, ${SQL.length} characters`, 'sql(args.q).unbounded', { q: SQL })
  cost(`shell, ${SHELL.length} characters`, 'shell(args.c).dangerous', { c: SHELL })
  const conditions = RULE_PACKS.flatMap(({ rules }) => rules.map(({ when }) => when))
  cost(
    `all ${conditions.length} rules of the packs`,
    conditions.map((when) => `(${when})`),
    { command: SHELL, sql: SQL },
  )
  const analyses = [
    ['analyzeSql alone', () => analyzeSql(SQL)],
    ['analyzeShell alone', () => analyzeShell(SHELL)],
  ] as const
  for (const [name, run] of analyses) print(name, run)
}

/** Fresh facts each time: nothing that was reckoned for one call serves the next. */
function cost(name: string, sources: string | string[], args: unknown): void {
  const conditions = [sources].flat().map((source) => {
    const compiled = compileCondition(source)
    if (!compiled.ok) throw new Error(compiled.problem.message)
    return compiled.condition
  })
  print(name, () => {
    const facts = call(args)
    for (const condition of conditions) condition.evaluate(facts)
  })
}

function print(name: string, run: () => void): void {
  const until = performance.now() + 300
  while (performance.now() < until) run()
  let runs = 0
  const before = process.cpuUsage()
  const end = performance.now() + 1_000
  for (; performance.now() < end; runs++) run()
  const { user, system } = process.cpuUsage(before)
  console.log(`  ${name.padEnd(32)} ${((user + system) / runs).toFixed(1).padStart(8)} µs`)
}
