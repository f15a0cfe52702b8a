import { commandLines, namesOf, queriesIn, textsIn, textsNamed } from './argument-texts'
import { remember } from './budget'
import { normalText } from './normal-text'
import { matchesPattern } from './pattern'
import { analyzeShell } from './shell/analyze-shell'
import { hostOf, isInternal } from './shell/hosts'
import { analyzeSql } from './sql/analyze-sql'

// PostgreSQL's parser takes about a microsecond a character and more, the shell's a tenth of that.
const SQL_COST = 100
const SHELL_COST = 40

const sqlOf = (text: string) => remember(analyzeSql, text, SQL_COST)
const shellOf = (text: string) => remember(analyzeShell, text, SHELL_COST)

/** Ours, beside what the language brings. Each is total: what it cannot tell is said in its result, or makes the answer unclear. */
export const FUNCTIONS: readonly [signature: string, run: (...given: never[]) => unknown][] = [
  ['sql(string): Sql', sqlOf],
  ['shell(string): Shell', shellOf],
  ['texts(dyn): list<string>', (args: unknown) => textsIn(args)],
  ['texts(dyn, list): list<string>', (args: unknown, names: unknown[]) => textsNamed(args, namesOf(names))],
  ['commands(dyn): list<string>', (args: unknown) => commandLines(args, (text) => shellOf(text).parsed)],
  ['queries(dyn): list<string>', queriesIn],
  ['host(string): string', hostOf],
  ['internal(string): bool', isInternal],
  ['string.lower(): string', (text: string) => text.toLowerCase()],
  ['string.normalize(): string', normalText],
  // The language's own `matches` backtracks; the name is exchanged in `syntax.ts`.
  ['string.linearMatches(string): bool', matchesPattern],
]
