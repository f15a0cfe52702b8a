import { isAlwaysTrue } from './always-true'
import type { Tree } from './postgres-parser'
import {
  DANGEROUS_FUNCTIONS,
  DANGEROUS_KINDS,
  DANGEROUS_SETTINGS,
  HARMLESS_ALTERATIONS,
  HARMLESS_DEFINITIONS,
  kindOf,
  READS,
  WRITING_FUNCTIONS,
} from './statement-kinds'

export interface StatementFacts {
  kinds: Set<string>
  tables: Set<string>
  functions: Set<string>
  unbounded: boolean
  writes: boolean
  dangerous: boolean
}

/** What statements do, from PostgreSQL's own syntax tree. One pass over it. */
export function factsOf(statements: readonly Tree[]): StatementFacts {
  const facts: StatementFacts = {
    kinds: new Set(),
    tables: new Set(),
    functions: new Set(),
    unbounded: false,
    writes: false,
    dangerous: false,
  }
  const withNames = new Set<string>()
  for (const statement of statements) {
    for (const [name, node] of Object.entries(statement)) addKind(facts, kindOf(name, node as Tree))
  }
  const open: unknown[] = [...statements]
  while (open.length > 0) {
    const next = open.pop()
    if (typeof next !== 'object' || next === null) continue
    if (Array.isArray(next)) {
      for (const element of next) open.push(element)
      continue
    }
    const tree = next as Tree
    if (typeof tree.relname === 'string') facts.tables.add(qualified(tree))
    for (const [name, node] of Object.entries(tree)) {
      if (typeof node !== 'object' || node === null) continue
      if (name === 'CommonTableExpr') withNames.add(String((node as Tree).ctename))
      if (name === 'ExplainStmt' && !runs(node as Tree)) {
        // Without ANALYZE nothing is run: the statement inside is only looked at.
        facts.kinds.add('explain')
        continue
      }
      addNode(facts, name, node as Tree)
      open.push(node)
    }
  }
  for (const name of withNames) facts.tables.delete(name)
  return facts
}

function addNode(facts: StatementFacts, name: string, node: Tree): void {
  if (name === 'FuncCall' || name === 'funccall') addFunction(facts, node)
  else if (name === 'intoClause') addKind(facts, 'create')
  // A SELECT inside of something is part of it; a DELETE inside of a SELECT is a DELETE.
  else if (/^[A-Z]\w*Stmt$/.test(name) && name !== 'SelectStmt') addStatement(facts, name, node)
  else if (name === 'AlterTableCmd' && !HARMLESS_ALTERATIONS.has(String(node.subtype))) facts.dangerous = true
  else if (name === 'MergeWhenClause' && node.commandType === 'CMD_DELETE') facts.dangerous = true
}

function addStatement(facts: StatementFacts, name: string, node: Tree): void {
  const kind = kindOf(name, node)
  addKind(facts, kind)
  if ((kind === 'create' || kind === 'alter') && !HARMLESS_DEFINITIONS.has(name)) facts.dangerous = true
  switch (name) {
    case 'UpdateStmt':
    case 'DeleteStmt':
      if (node.whereClause === undefined || isAlwaysTrue(node.whereClause)) {
        facts.unbounded = true
        facts.dangerous = true
      }
      break
    case 'CopyStmt':
      // COPY … TO STDOUT reads; a file or a program is on the server.
      if (node.is_program === true || node.filename !== undefined) facts.dangerous = true
      if (node.is_from === true || node.is_program === true || node.filename !== undefined) facts.writes = true
      break
    case 'VariableSetStmt':
      if (DANGEROUS_SETTINGS.has(String(node.name))) facts.dangerous = true
      break
    case 'DropStmt':
      for (const object of (node.objects as unknown[] | undefined) ?? []) facts.tables.add(objectName(object))
      break
  }
}

function addKind(facts: StatementFacts, kind: string): void {
  facts.kinds.add(kind)
  if (!READS.has(kind) && kind !== 'copy') facts.writes = true
  if (DANGEROUS_KINDS.has(kind)) facts.dangerous = true
}

function addFunction(facts: StatementFacts, call: Tree): void {
  const path = ((call.funcname as unknown[] | undefined) ?? []).map(stringOf)
  const name = (path.at(-1) ?? '').toLowerCase()
  facts.functions.add(name)
  if (path.some((part) => DANGEROUS_FUNCTIONS.has(part.toLowerCase()))) {
    facts.dangerous = true
    facts.writes = true
  }
  if (WRITING_FUNCTIONS.has(name)) facts.writes = true
}

/** `EXPLAIN ANALYZE` runs the statement, unless it says `ANALYZE false`. */
function runs({ options }: Tree): boolean {
  return ((options as { DefElem?: { defname?: string; arg?: unknown } }[] | undefined) ?? []).some(
    ({ DefElem }) =>
      DefElem?.defname === 'analyze' && !/"(?:false|off|0)"|\{"ival":\{?\}/.test(JSON.stringify(DefElem.arg ?? '')),
  )
}

const qualified = ({ schemaname, relname }: Tree): string =>
  typeof schemaname === 'string' ? `${schemaname}.${relname}` : String(relname)

function objectName(object: unknown): string {
  const { List, TypeName } = object as { List?: { items?: unknown[] }; TypeName?: { names?: unknown[] } }
  return (List?.items ?? TypeName?.names ?? [object]).map(stringOf).join('.')
}

const stringOf = (node: unknown): string => (node as { String?: { sval?: string } })?.String?.sval ?? ''
