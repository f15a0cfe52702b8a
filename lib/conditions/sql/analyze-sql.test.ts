import { describe, expect, it } from 'vitest'
import { analyzeSql, MAX_SQL_LENGTH } from './analyze-sql'

describe('what a statement is and touches', () => {
  it.each([
    ['SELECT * FROM a JOIN s.b ON true', ['select'], ['s.b', 'a'], 1n],
    ['WITH d AS (DELETE FROM a WHERE id = 1 RETURNING *) SELECT * FROM d', ['select', 'delete'], ['a'], 1n],
    ['INSERT INTO a SELECT * FROM b', ['insert'], ['a', 'b'], 1n],
    ['SELECT 1 INTO a', ['select', 'create'], ['a'], 1n],
    ['BEGIN; UPDATE a SET x = 1 WHERE id = 1; COMMIT', ['transaction', 'update'], ['a'], 3n],
    ['EXPLAIN DELETE FROM a', ['explain'], [], 1n],
    ['EXPLAIN ANALYZE DELETE FROM a', ['explain', 'delete'], ['a'], 1n],
    ['DROP TABLE s.a, b', ['drop'], ['s.a', 'b'], 1n],
    ['TRUNCATE a', ['truncate'], ['a'], 1n],
    ['REVOKE ALL ON a FROM b', ['revoke'], ['a'], 1n],
    ['SELECT [name] FROM [dbo].[users]', ['select'], ['dbo.users'], 1n],
    ['DELETE FROM `a` WHERE `id` = 1 LIMIT 1', ['delete'], ['a'], 1n],
    ['SELECT * FROM a QUALIFY x = 1', ['select'], ['a'], 1n],
    ['SHOW TABLES', ['show'], [], 1n],
  ])('%s', (sql, kinds, tables, statements) => {
    const facts = analyzeSql(sql)
    expect(facts).toMatchObject({ kinds, statements, parsed: true })
    expect([...facts.tables].sort()).toEqual([...tables].sort())
  })

  it('functions are named, so that a rule can list the ones it trusts', () => {
    expect(analyzeSql('SELECT wipe(1), pg_catalog.now()').functions).toEqual(expect.arrayContaining(['wipe', 'now']))
  })
})

describe('which rows a change meets', () => {
  it.each([
    ['DELETE FROM t', true],
    ['UPDATE t SET a = 1', true],
    ['DELETE FROM t WHERE 1 = 1', true],
    ['DELETE FROM t WHERE id = id', true],
    ['DELETE FROM t WHERE id = 1 OR true', true],
    ['DELETE FROM t WHERE id = 1 AND true', false],
    ['DELETE FROM t WHERE false', false],
    ['DELETE FROM t WHERE NOT (1 = 0)', true],
    // No column, and true in some database.
    ["DELETE FROM t WHERE '1' = 1", true],
    ["DELETE FROM t WHERE '1'::int = 1", true],
    ["DELETE FROM t WHERE 'a' = 'A'", true],
    ['DELETE FROM t WHERE 1 = true', true],
    ["DELETE FROM t WHERE NOT 'x'", true],
    ["DELETE FROM t WHERE id = 1 OR '1' = 1", true],
    ["DELETE FROM t WHERE id = 1 AND '1' = 1", false],
    ['DELETE FROM t WHERE 1 = 2', false],
    ['DELETE FROM t WHERE CURRENT OF c', false],
    ['DELETE FROM t USING u WHERE t.id = u.id', false],
    ['DELETE FROM t WHERE length(name) > 3', false],
    ['DELETE FROM t WHERE random() >= 0', true],
    ["DELETE FROM t WHERE name ILIKE '%%'", true],
    ["DELETE FROM t WHERE name LIKE 'a%'", false],
    ['DELETE FROM t WHERE id IN (SELECT id FROM t)', true],
    ['DELETE FROM t WHERE id IN (SELECT id FROM t WHERE old)', false],
    ['DELETE FROM t LIMIT 5', true],
  ])('%s: every one is %s', (sql, unbounded) => {
    expect(analyzeSql(sql).unbounded).toBe(unbounded)
  })
})

describe('what is not understood is dangerous', () => {
  it.each([
    ['no SQL', 'please drop the table'],
    ['letters that only look like Latin ones', 'DR\u041eP TABLE users'],
    ['an invisible letter', 'DR\u200bOP TABLE users'],
    ['a NUL, which ends the text for some', 'SELECT 1\0; DROP TABLE users'],
    ['half a character', 'SELECT \ud800'],
    ['a quote without an end', "SELECT 'a"],
    ['a string that ends elsewhere in MySQL', "SELECT 'a\\''; DROP TABLE users; --'"],
    ['a comment that MySQL runs', 'SELECT 1 /*! ; DROP TABLE users */'],
    ['a comment that is none in MySQL', 'SELECT 5--1; DROP TABLE users'],
    ['a comment that ends earlier elsewhere', '/* /* */ ; DROP TABLE users; -- */ SELECT 1 */'],
    ['a name that begins a statement in T-SQL', 'SELECT 1 DELETE FROM users'],
    ['two statements of another dialect', 'SELECT `a`; SELECT `b`'],
    ['more than is read', `SELECT '${'a'.repeat(MAX_SQL_LENGTH)}'`],
    ['nesting that a parser would not survive', `SELECT ${'('.repeat(5_000)}1${')'.repeat(5_000)}`],
    ['a chain that a parser would not survive', `SELECT 1${'+1'.repeat(20_000)}`],
    ['comments within comments', `${'/*'.repeat(20_000)}${'*/'.repeat(10_000)}`],
  ])('%s', (_case, sql) => {
    expect(analyzeSql(sql)).toMatchObject({ parsed: false, kinds: ['unknown'], unbounded: true, dangerous: true })
  })

  it('and the parser is as good as before, however often that was tried', () => {
    const hostile = [
      `SELECT ${'(SELECT '.repeat(3_000)}1${')'.repeat(3_000)}`,
      `SELECT ${'CASE WHEN a THEN '.repeat(3_000)}`,
    ]
    for (let round = 0; round < 100; round++) for (const sql of hostile) analyzeSql(sql)
    expect(analyzeSql('DELETE FROM a WHERE id = 1')).toMatchObject({
      parsed: true,
      kinds: ['delete'],
      dangerous: false,
    })
  })
})
