import { describe, expect, test } from 'vitest'
import { FieldProgress } from './field-progress'
import { compileFields, type Fields, unionOfFields } from './fields'

function compiled(...sources: string[]): Fields {
  const result = compileFields(sources)
  if (!result.ok) throw new Error(result.problem)
  return result.fields
}

function reaches(fields: Fields, ...children: (string | number)[]): boolean {
  const paths = new FieldProgress(fields)
  let progress = paths.atRoot
  for (const child of children) {
    const next = paths.at(progress, child)
    if (next === null) return true
    progress = next
  }
  return false
}

describe('a path of a field', () => {
  test.each<[string, (string | number)[]]>([
    ['dob', ['dob']],
    ['dob', ['result', 'customers', 3, 'dob']],
    ['date-of-birth', ['a', 'date-of-birth']],
    ['$.dob', ['dob']],
    ['$..dob', ['a', 0, 'dob']],
    ['$.customers[*].phone', ['customers', 7, 'phone']],
    ['$.customers[0]', ['customers', 0, 'anything']],
    ["$['date of birth']", ['date of birth']],
    ['$["a\\"b"]', ['a"b']],
    ["$['it\\'s']['\\u00e9']", ["it's", 'é']],
    ['$.a.*', ['a', 'b']],
    ['$.a[*]', ['a', 'b']],
    ['$..a..b', ['x', 'a', 'y', 'z', 'b']],
    ['$..a.a.b', ['a', 'a', 'a', 'b']],
    ['$..[0].x', ['rows', 0, 'x']],
    ['$..*', ['a']],
    ['$.größe', ['größe']],
    ['$[ 0 ]', [0]],
  ])('%s reaches %j', (path, children) => {
    expect(reaches(compiled(path), ...children)).toBe(true)
  })

  test.each<[string, (string | number)[]]>([
    ['$.dob', ['a', 'dob']],
    ['dob', ['DOB']],
    ['dob', ['dobs']],
    ['$.a.b', ['a', 'c', 'b']],
    ['$.a[1]', ['a', 0]],
    ['$.a[1]', ['a', '1']],
    ["$.a['1']", ['a', 1]],
    ['$..a.b', ['a', 'x', 'b']],
  ])('%s does not reach %j', (path, children) => {
    expect(reaches(compiled(path), ...children)).toBe(false)
  })

  test.each([
    ['', 'An empty path: name a field'],
    ['$', 'character 1: $ alone'],
    ['$.', 'character 3: expected a name'],
    ['$x', 'character 2: expected . or ['],
    ['$..', 'character 4: expected a name'],
    ['a.b', 'character 1: a path begins with $'],
    ['date of birth', 'character 1: a path begins with $'],
    ['$.a[?@.b]', 'character 5: filters'],
    ['$.a[1:2]', 'character 5: slices'],
    ['$.a[-1]', 'character 5: an index counts from the front'],
    ['$.a[01]', 'character 5: slices'],
    ["$['a','b']", 'character 6: one selector'],
    ["$['a", 'character 3: this quote is never closed'],
    ["$['\\x']", 'character 5: unknown escape'],
    ['$.a[b]', "character 5: expected '*'"],
    ['$.a[0', 'character 5'],
    ['$.a-b', 'character 4: expected . or ['],
    [`$${'.a'.repeat(25)}`, 'more than 24 steps'],
    ['a'.repeat(301), 'longer than 300'],
  ])('%s is refused with the place', (path, problem) => {
    const result = compileFields(['ok', path])
    expect(result).toEqual({ ok: false, problem: expect.stringContaining(problem) })
  })

  test('has a bounded number of companions', () => {
    expect(compileFields(Array.from({ length: 101 }, (_, i) => `f${i}`)).ok).toBe(false)
    expect(compiled('a', 'a').sources).toEqual(['a'])
  })

  test('of several rules is followed together', () => {
    const union = unionOfFields([compiled('a', '$.b'), null, compiled('a', 'c')])
    expect(union?.sources).toEqual(['a', '$.b', 'c'])
    expect(reaches(union!, 'x', 'c')).toBe(true)
    expect(reaches(union!, 'x', 'b')).toBe(false)
    expect(unionOfFields([null, null])).toBeNull()
  })

  test('with many descents waits for no more than its steps', () => {
    const paths = new FieldProgress(compiled(`$${'..a'.repeat(24)}`, '$..b'))
    let progress = paths.atRoot
    for (let depth = 0; depth < 23; depth++) progress = paths.at(progress, 'a')!
    expect(progress.waiting.length).toBeLessThanOrEqual(25)
    expect(paths.at(progress, 'x')).toBe(paths.at(progress, 'y'))
  })
})
