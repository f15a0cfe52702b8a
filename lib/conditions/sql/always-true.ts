import type { Tree } from './postgres-parser'

/** `unsure`: it looks at no column, and databases disagree: `'1' = 1`, `'a' = 'A'`, `NOT 'x'`. Doubt counts as every row. */
type Truth = 'always' | 'never' | 'depends' | 'unsure'

/** Whether a WHERE keeps every row: `1=1`, `true`, `id = id`, `x LIKE '%'`, or a test that looks at no column at all. */
export const isAlwaysTrue = (where: unknown): boolean => ['always', 'unsure'].includes(truthOf(where, 0))

const MAX_DEPTH = 100

function truthOf(node: unknown, depth: number): Truth {
  if (depth > MAX_DEPTH || !isTree(node)) return 'depends'
  if (isTree(node.BoolExpr)) return truthOfLogic(node.BoolExpr, depth)
  if (isTree(node.TypeCast)) return truthOf(node.TypeCast.arg, depth + 1)
  if (isTree(node.A_Const)) return truthOfConstant(node.A_Const)
  if (isTree(node.NullTest)) return truthOfNullTest(node.NullTest)
  if (isTree(node.SubLink)) return truthOfSubselect(node.SubLink)
  if (isTree(node.A_Expr)) return truthOfComparison(node.A_Expr)
  if (node.CurrentOfExpr !== undefined) return 'depends'
  return looksAtRows(node) ? 'depends' : 'always'
}

/** Of all parts, what decides first. */
const OR_ORDER = ['always', 'unsure', 'depends', 'never'] as const
const AND_ORDER = ['never', 'depends', 'unsure', 'always'] as const

function truthOfLogic({ boolop, args }: Tree, depth: number): Truth {
  const parts = (args as unknown[]).map((part) => truthOf(part, depth + 1))
  if (boolop === 'NOT_EXPR') {
    const [part = 'depends'] = parts
    return part === 'always' ? 'never' : part === 'never' ? 'always' : part
  }
  const order = boolop === 'OR_EXPR' ? OR_ORDER : AND_ORDER
  return order.find((truth) => parts.includes(truth)) ?? 'depends'
}

function truthOfConstant(constant: Tree): Truth {
  const value = constantValue({ A_Const: constant })
  if (value === null) return 'never'
  if (typeof value === 'string') return 'unsure'
  return value ? 'always' : 'never'
}

/** `id IS NOT NULL` keeps every row where the column is a key, which is what it is written for. */
const truthOfNullTest = ({ nulltesttype, arg }: Tree): Truth =>
  isColumn(arg) ? (nulltesttype === 'IS_NOT_NULL' ? 'always' : 'depends') : looksAtRows(arg) ? 'depends' : 'always'

/** `EXISTS (SELECT 1)` and `id IN (SELECT id FROM t)` without a WHERE filter nothing. */
function truthOfSubselect({ subselect }: Tree): Truth {
  const select = isTree(subselect) && isTree(subselect.SelectStmt) ? subselect.SelectStmt : undefined
  if (select?.op !== 'SETOP_NONE') return 'depends'
  const narrows = ['whereClause', 'limitCount', 'havingClause', 'groupClause', 'valuesLists', 'withClause']
  if (narrows.some((clause) => select[clause] !== undefined)) return 'depends'
  const from = (select.fromClause as unknown[] | undefined) ?? []
  return from.every((table) => isTree(table) && isTree(table.RangeVar)) ? 'always' : 'depends'
}

const COMPARE: Record<string, (a: number | string | boolean, b: number | string | boolean) => boolean> = {
  '=': (a, b) => a === b,
  '<>': (a, b) => a !== b,
  '!=': (a, b) => a !== b,
  '<': (a, b) => a < b,
  '<=': (a, b) => a <= b,
  '>': (a, b) => a > b,
  '>=': (a, b) => a >= b,
}
const REFLEXIVE = new Set(['=', '<=', '>='])

function truthOfComparison({ kind, name, lexpr, rexpr }: Tree): Truth {
  const operator = operatorName(name)
  if (kind === 'AEXPR_LIKE' || kind === 'AEXPR_ILIKE') {
    const pattern = constantValue(rexpr)
    if (typeof pattern === 'string' && /^%+$/.test(pattern)) return operator.startsWith('!') ? 'never' : 'always'
  }
  if (kind === 'AEXPR_OP') {
    const [left, right] = [constantValue(lexpr), constantValue(rexpr)]
    const compare = COMPARE[operator]
    if (compare && left !== undefined && right !== undefined) {
      if (left === null || right === null) return 'never'
      if (compare(left, right)) return 'always'
      return typeof left === 'number' && typeof right === 'number' ? 'never' : 'unsure'
    }
    if (REFLEXIVE.has(operator) && isSameColumn(lexpr, rexpr)) return 'always'
    // `id > 0` and `id >= -1`: true of every key there is.
    if (isColumn(lexpr) && typeof right === 'number' && right <= 0 && /^(>|>=)$/.test(operator)) return 'always'
    if (isColumn(rexpr) && typeof left === 'number' && left <= 0 && /^(<|<=)$/.test(operator)) return 'always'
  }
  if (kind === 'AEXPR_NOT_DISTINCT' && isSameColumn(lexpr, rexpr)) return 'always'
  return looksAtRows(lexpr) || looksAtRows(rexpr) ? 'depends' : 'always'
}

const operatorName = (name: unknown): string =>
  Array.isArray(name) ? String((name.at(-1) as { String?: { sval?: string } })?.String?.sval ?? '') : ''

/** Of a literal, casts and signs aside. Undefined when it is none. */
function constantValue(node: unknown): number | string | boolean | null | undefined {
  if (!isTree(node)) return undefined
  if (isTree(node.TypeCast)) return constantValue(node.TypeCast.arg)
  if (isTree(node.A_Expr) && node.A_Expr.lexpr === undefined && operatorName(node.A_Expr.name) === '-') {
    const value = constantValue(node.A_Expr.rexpr)
    return typeof value === 'number' ? -value : undefined
  }
  if (!isTree(node.A_Const)) return undefined
  const { ival, fval, sval, boolval, isnull } = node.A_Const as Record<string, Tree>
  if (isnull) return null
  if (ival) return Number(ival.ival ?? 0)
  if (fval) return Number(fval.fval ?? 0)
  if (boolval) return boolval.boolval === true
  return sval ? String(sval.sval ?? '') : undefined
}

const isColumn = (node: unknown): boolean => isTree(node) && isTree(node.ColumnRef)

function isSameColumn(left: unknown, right: unknown): boolean {
  const [a, b] = [columnName(left), columnName(right)]
  return a !== undefined && a === b
}

/** The last part: `u.id = id` compares a column with itself. */
function columnName(node: unknown): string | undefined {
  if (!isTree(node) || !isTree(node.ColumnRef)) return undefined
  const fields = node.ColumnRef.fields as { String?: { sval?: string } }[]
  // `a.id = b.id` joins two tables.
  return fields.length === 1 ? fields[0]?.String?.sval : undefined
}

/** Whether anything in it names a column or a parameter. */
function looksAtRows(node: unknown): boolean {
  const open: unknown[] = [node]
  while (open.length > 0) {
    const next = open.pop()
    if (typeof next !== 'object' || next === null) continue
    if (isTree(next) && (next.ColumnRef !== undefined || next.ParamRef !== undefined || next.SubLink !== undefined)) {
      return true
    }
    open.push(...Object.values(next))
  }
  return false
}

const isTree = (value: unknown): value is Tree => typeof value === 'object' && value !== null && !Array.isArray(value)
