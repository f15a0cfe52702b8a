import fs from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { PrismaPg } from '@prisma/adapter-pg'
import { bindMigrationAwareSqlAdapterFactory } from '@prisma/driver-adapter-utils'
import pg from 'pg'

/**
 * Prisma's schema engine in WebAssembly, from npm: the native one is a download that a closed network does not give.
 * Used for what needs no engine at run time: writing a migration's SQL and the drift check.
 */
const require = createRequire(import.meta.url)
const PG_CHAR = 18
const PG_TEXT = 25
const COLUMN_TYPE_CHARACTER = 6

let loaded

/** Once per process: its bindings keep views of the memory of the instance they were given first. */
const loadEngine = () => {
  loaded ??= instantiate()
  return loaded
}

async function instantiate() {
  const glue = require.resolve('@prisma/schema-engine-wasm/schema_engine_bg')
  const bindings = await import(glue)
  const wasm = fs.readFileSync(glue.replace(/\.js$/, '.wasm'))
  const { instance } = await WebAssembly.instantiate(wasm, { './schema_engine_bg.js': bindings })
  bindings.__wbg_set_wasm(instance.exports)
  instance.exports.__wbindgen_start()
  globalThis.PRISMA_WASM_PANIC_REGISTRY = { set_message: (message) => process.stderr.write(`${message}\n`) }
  return bindings.SchemaEngine
}

/** adapter-pg does not know the catalogue's own type "char", which introspection reads. */
async function teachCharType(connectionString) {
  const probe = await new PrismaPg({ connectionString }).connect()
  const queryable = Object.getPrototypeOf(Object.getPrototypeOf(probe))
  await probe.dispose()
  if (queryable.knowsChar) return
  queryable.knowsChar = true
  const { performIO, queryRaw } = queryable
  const charColumns = new WeakMap()
  queryable.performIO = async function (query) {
    const result = await performIO.call(this, query)
    const columns = (result.fields ?? []).map((field) => field.dataTypeID === PG_CHAR)
    for (const field of result.fields ?? []) if (field.dataTypeID === PG_CHAR) field.dataTypeID = PG_TEXT
    charColumns.set(query, columns)
    return result
  }
  queryable.queryRaw = async function (query) {
    const result = await queryRaw.call(this, query)
    const columns = charColumns.get(query) ?? []
    result.columnTypes = result.columnTypes.map((type, index) => (columns[index] ? COLUMN_TYPE_CHARACTER : type))
    return result
  }
}

/** Partitions come and go with the days; the schema names only the tables they belong to. */
async function partitions(databaseUrl) {
  const client = new pg.Client({ connectionString: databaseUrl })
  await client.connect()
  try {
    const { rows } = await client.query(
      `SELECT relnamespace::regnamespace || '.' || relname AS name FROM pg_class WHERE relispartition AND relkind IN ('r', 'p')`,
    )
    return rows.map((row) => row.name)
  } finally {
    await client.end()
  }
}

/**
 * The SQL that would turn the database at `databaseUrl` into what the schema file says; empty when they agree.
 * @param {string} databaseUrl @param {string} schemaFile @returns {Promise<string>}
 */
export async function sqlToReachSchema(databaseUrl, schemaFile) {
  const SchemaEngine = await loadEngine()
  await teachCharType(databaseUrl)
  const schema = { path: schemaFile, content: fs.readFileSync(schemaFile, 'utf8') }
  const factory = bindMigrationAwareSqlAdapterFactory(new PrismaPg({ connectionString: databaseUrl }))
  const engine = await SchemaEngine.new({ datamodels: [[schema.path, schema.content]] }, () => {}, factory)
  const { stdout } = await engine.diff({
    // The database behind the adapter.
    from: { tag: 'schemaDatasource', files: [schema], configDir: path.dirname(schemaFile) },
    to: { tag: 'schemaDatamodel', files: [schema] },
    script: true,
    exitCode: null,
    filters: { externalTables: await partitions(databaseUrl), externalEnums: [] },
  })
  const sql = stdout ?? ''
  return sql.trim() === '-- This is an empty migration.' ? '' : sql
}
