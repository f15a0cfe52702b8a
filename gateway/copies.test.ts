import { describe, expect, it } from 'vitest'
import type { MaskType } from '@/lib/domain'
import { compileFields, type Fields } from '@/lib/masking/fields'
import { type MaskPlan, NO_MASKS } from '@/lib/masking/plan'
import { copiesOf, placeholderKeyOf, recordable } from './copies'

const key = placeholderKeyOf('a secret of enough length', 'ses_1')
const hiding = (...types: MaskType[]): MaskPlan => ({ ...NO_MASKS, types: new Set(types) })
const EMAILS = hiding('EMAIL', 'CREDIT_CARD')

describe('copies of a message', () => {
  it('are the very same text when nothing sensitive is in it', () => {
    const text = '{"jsonrpc":"2.0","id":1,"result":{"n":1.0}}'
    expect(copiesOf(text, key, EMAILS)).toEqual({ passed: text, passedRedactions: {}, recorded: text, redactions: {} })
  })

  it('mask the record with everything and what is passed on with the rules only', () => {
    const text = '{"result":{"a":"alice@acme.test","iban":"DE89370400440532013000"}}'
    const copies = copiesOf(text, key, hiding('EMAIL'))
    expect(copies.passed).toMatch(/^\{"result":\{"a":"\[EMAIL_[a-z2-7]{8}\]","iban":"DE89370400440532013000"\}\}$/)
    expect(copies.passedRedactions).toEqual({ EMAIL: 1 })
    expect(copies.recorded).not.toContain('DE8937')
    expect(copies.redactions).toEqual({ EMAIL: 1, IBAN: 1 })
  })

  it('never change an id or progress token on the way, and mask it in the record', () => {
    const text =
      '{"jsonrpc":"2.0","id":4111111111111111,"method":"x","params":{"_meta":{"progressToken":"bob@acme.test"},"a":"bob@acme.test"}}'
    const copies = copiesOf(text, key, EMAILS)
    expect(copies.passed).toContain('"id":4111111111111111')
    expect(copies.passed).toContain('"progressToken":"bob@acme.test"')
    expect(copies.passed).not.toContain('"a":"bob@acme.test"')
    expect(copies.recorded).not.toContain('4111111111111111')
    expect(copies.recorded).not.toContain('bob@acme.test')
  })

  it('never change what is sealed before it is seen, nor a task’s id of the usual form', () => {
    const state = '"requestState":"for bob@acme.test"'
    const task = '"taskId":"002c4d83-efa6-40f8-be45-c75e28f06032"'
    const rules = hiding('EMAIL', 'IBAN')
    for (const text of [
      `{"result":{${state},${task}}}`,
      `{"params":{${state},${task}}}`,
      `{"result":{"task":{${task}}}}`,
    ]) {
      expect(copiesOf(text, key, rules).passed).toBe(text)
    }
    expect(copiesOf(`{"result":{${state}}}`, key, rules).recorded).not.toContain('bob')
    const chosen = copiesOf('{"result":{"taskId":"bob@acme.test"}}', key, rules)
    expect(chosen.passed).not.toContain('bob')
    expect(copiesOf(`{"result":{"content":[{${state}}]}}`, key, rules).passed).not.toContain('bob')
  })
})

function fieldsOf(...paths: string[]): Fields {
  const compiled = compileFields(paths)
  if (!compiled.ok) throw new Error(compiled.problem)
  return compiled.fields
}

describe('fields', () => {
  const text = '{"id":1,"result":{"structuredContent":{"dob":"then","salary":10,"mail":"bob@acme.test"}}}'

  it('are masked on the way and in the record, beside what the detectors find', () => {
    const fields = fieldsOf('$..dob')
    const copies = copiesOf(text, key, { types: new Set(), fields, recordedWithout: fields })
    expect(copies.passed).toMatch(/"dob":"\[FIELD_\w{8}\]","salary":10,"mail":"bob@acme.test"/)
    expect(copies.passedRedactions).toEqual({ FIELD: 1 })
    expect(copies.recorded).toMatch(/"dob":"\[FIELD_\w{8}\]","salary":10,"mail":"\[EMAIL_\w{8}\]"/)
    expect(copies.redactions).toEqual({ FIELD: 1, EMAIL: 1 })
  })

  it('that only clients may not see go up, and are not recorded', () => {
    const plan: MaskPlan = { types: new Set(['EMAIL']), fields: null, recordedWithout: fieldsOf('$.dob', 'salary') }
    const copies = copiesOf(text, key, plan)
    expect(copies.passed).toMatch(/"dob":"then","salary":10,"mail":"\[EMAIL_\w{8}\]"/)
    expect(copies.recorded).toMatch(/"dob":"\[FIELD_\w{8}\]","salary":0,"mail":"\[EMAIL_\w{8}\]"/)
    const nothing: MaskPlan = { ...NO_MASKS, recordedWithout: fieldsOf('salary') }
    expect(copiesOf(text, key, nothing).passed).toBe(text)
    expect(copiesOf(text, key, nothing).recorded).toContain('"salary":0')
  })

  it('never reach the ids by which messages are found', () => {
    const fields = fieldsOf('id', 'progressToken')
    const plan: MaskPlan = { types: new Set(), fields, recordedWithout: fields }
    const call = '{"id":"7","method":"x","params":{"_meta":{"progressToken":"p"},"arguments":{"id":"mine"}}}'
    const { passed } = copiesOf(call, key, plan)
    expect(passed).toContain('{"id":"7"')
    expect(passed).toContain('"progressToken":"p"')
    expect(passed).toMatch(/"arguments":\{"id":"\[FIELD_/)
  })
})

describe('a cursor', () => {
  const state = Buffer.from('{"after":"bob@acme.test","page":2}').toString('base64')
  const token = 'eyJhbGciOiJIUzI1NiJ9.eyJhZnRlciI6NDJ9.c2lnbmF0dXJlLWJ5dGVz'
  const everything = hiding('EMAIL', 'JWT', 'API_KEY', 'SECRET')

  it.each([state, token])('that is sealed or signed comes back as it was given: %s', (cursor) => {
    for (const text of [`{"result":{"nextCursor":"${cursor}"}}`, `{"params":{"cursor":"${cursor}"}}`]) {
      const copies = copiesOf(text, key, everything)
      expect(copies.passed).toBe(text)
      expect(copies.recorded).not.toBe(text)
    }
  })

  it('that shows what is sensitive is masked', () => {
    expect(copiesOf('{"result":{"nextCursor":"bob@acme.test"}}', key, everything).passed).not.toContain('bob@')
    expect(copiesOf(`{"result":{"cursor":"${state}"}}`, key, everything).passed).not.toContain(state)
  })
})

describe('a name for a table', () => {
  it('never ends in half of a character: who may not be recorded could be refused unrecorded', () => {
    for (let length = 490; length < 510; length++) {
      const name = recordable(`${'n'.repeat(length)}😀 and more`, key)
      expect(name.length).toBeLessThanOrEqual(500)
      expect(name).not.toMatch(/\p{Cs}/u)
    }
  })
})
