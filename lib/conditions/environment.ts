import { Environment } from '@marcbachmann/cel-js'
import { FACT_FIELDS } from './facts'
import { FUNCTIONS } from './functions'
import { LIMITS } from './limits'
import { SHELL_COMMAND_FIELDS, SHELL_FIELDS, ShellCommand, ShellFacts } from './shell/analyze-shell'
import { SQL_FIELDS, SqlFacts } from './sql/analyze-sql'
import { ConnectionView, IdentityView, SessionView, ToolView } from './view'

/** Every condition is written in this one language: these variables, these functions. */
export const environment = new Environment({
  limits: {
    maxAstNodes: LIMITS.syntaxNodes,
    maxDepth: LIMITS.syntaxDepth,
    maxListElements: 500,
    maxMapEntries: 100,
    maxCallArguments: 8,
  },
  // `args.mode in ["w", 2]` is a fair question about JSON.
  homogeneousAggregateLiterals: false,
})

environment
  .registerType('Identity', { ctor: IdentityView, fields: FACT_FIELDS.identity })
  .registerType('Connection', { ctor: ConnectionView, fields: FACT_FIELDS.connection })
  .registerType('Tool', { ctor: ToolView, fields: FACT_FIELDS.tool })
  .registerType('Session', { ctor: SessionView, fields: FACT_FIELDS.session })
  .registerType('Sql', { ctor: SqlFacts, fields: SQL_FIELDS })
  .registerType('ShellCommand', { ctor: ShellCommand, fields: SHELL_COMMAND_FIELDS })
  .registerType('Shell', { ctor: ShellFacts, fields: SHELL_FIELDS })
  .registerVariable('identity', 'Identity')
  .registerVariable('connection', 'Connection')
  .registerVariable('tool', 'Tool')
  .registerVariable('session', 'Session')
  .registerVariable('args', 'dyn')
  .registerVariable('now', 'google.protobuf.Timestamp')

// JSON has one kind of number and the language two: what an author writes as 100 must meet both.
for (const [operator, apply] of [
  ['+', (a: number, b: number) => a + b],
  ['-', (a: number, b: number) => a - b],
  ['*', (a: number, b: number) => a * b],
  ['/', (a: number, b: number) => a / b],
] as const) {
  environment.registerOperator(`double ${operator} int`, (a: number, b: bigint) => apply(a, Number(b)))
  environment.registerOperator(`int ${operator} double`, (a: bigint, b: number) => apply(Number(a), b))
}

for (const [signature, run] of FUNCTIONS) environment.registerFunction(signature, run)
