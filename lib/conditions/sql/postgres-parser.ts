import createModule, { type ParserModule } from 'libpg-query/wasm/libpg-query.js'

/** A node of PostgreSQL's own syntax tree: `{ SelectStmt: {…} }`. */
export type Tree = Record<string, unknown>

// Awaited here, so that whoever imports a condition finds the parser ready.
let parser: ParserModule | undefined = await createModule()

/** The statements, or undefined where PostgreSQL would refuse the text. Callers bound it first: see `tokens.ts`. */
export function parsePostgres(sql: string): Tree[] | undefined {
  if (!parser) return undefined
  try {
    return parseWith(parser, sql)
  } catch {
    // A trap leaves the module's stack where it was, and some dozens of them leave none: it is replaced. Until then
    // nothing parses, and so everything counts as dangerous.
    replaceParser()
    return undefined
  }
}

function replaceParser(): void {
  parser = undefined
  void createModule().then((fresh) => {
    parser = fresh
  })
}

/** As libpg-query's `parseSync`: PgQueryParseResult is { char *tree; char *stderr; PgQueryError *error }. */
function parseWith(module: ParserModule, sql: string): Tree[] | undefined {
  const size = module.lengthBytesUTF8(sql) + 1
  const query = module._malloc(size)
  module.stringToUTF8(sql, query, size)
  const result = module._wasm_parse_query_raw(query)
  if (result === 0) throw new Error('The SQL parser has no memory left.')
  const [tree, error] = [module.getValue(result, 'i32'), module.getValue(result + 8, 'i32')]
  const text = error === 0 && tree !== 0 ? module.UTF8ToString(tree) : undefined
  module._free(query)
  module._wasm_free_parse_result(result)
  if (text === undefined) return undefined
  const parsed = JSON.parse(text) as { stmts?: { stmt?: Tree }[] }
  return (parsed.stmts ?? []).map(({ stmt }) => stmt ?? {})
}
