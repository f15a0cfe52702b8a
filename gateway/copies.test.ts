import { describe, expect, it } from 'vitest'
import { copiesOf, placeholderKeyOf, recordable } from './copies'

const key = placeholderKeyOf('a secret of enough length', 'ses_1')
const EMAILS = new Set(['EMAIL', 'CREDIT_CARD'] as const)

describe('copies of a message', () => {
  it('are the very same text when nothing sensitive is in it', () => {
    const text = '{"jsonrpc":"2.0","id":1,"result":{"n":1.0}}'
    expect(copiesOf(text, key, EMAILS)).toEqual({ passed: text, passedRedactions: {}, recorded: text, redactions: {} })
  })

  it('mask the record with everything and what is passed on with the rules only', () => {
    const text = '{"result":{"a":"alice@acme.test","iban":"DE89370400440532013000"}}'
    const copies = copiesOf(text, key, new Set(['EMAIL'] as const))
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
    const rules = new Set(['EMAIL', 'IBAN'] as const)
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

describe('a name for a table', () => {
  it('never ends in half of a character: who may not be recorded could be refused unrecorded', () => {
    for (let length = 490; length < 510; length++) {
      const name = recordable(`${'n'.repeat(length)}😀 and more`, key)
      expect(name.length).toBeLessThanOrEqual(500)
      expect(name).not.toMatch(/\p{Cs}/u)
    }
  })
})
