import { describe, expect, it } from 'vitest'
import { bindingKeyOf, bindingOf, type ExactCall, lineageOf, ruleDigestOf } from './binding'

const KEY = bindingKeyOf('a secret of this installation')
const call = (more: Partial<ExactCall> = {}): ExactCall => ({
  identityId: 'idn_agent',
  lineage: 'ses_1',
  connectionId: 'con_crm',
  method: 'tools/call',
  target: 'refund',
  paramsSource: '{"name":"refund","arguments":{"amount":120,"note":"x"}}',
  toolDigest: 'tool',
  ruleDigest: 'rules',
  ...more,
})
const hex = (more: Partial<ExactCall> = {}, key: Uint8Array = KEY) => bindingOf(key, call(more)).toString('hex')

describe('what an approval is bound to', () => {
  it.each<[string, Partial<ExactCall>]>([
    ['another caller', { identityId: 'idn_other' }],
    ['another conversation', { lineage: 'ses_2' }],
    ['another connection', { connectionId: 'con_other' }],
    ['another method', { method: 'prompts/get' }],
    ['another tool', { target: 'refund_all' }],
    ['another definition of the tool', { toolDigest: 'changed' }],
    ['another wording of a rule', { ruleDigest: 'changed' }],
    ['another argument', { paramsSource: '{"name":"refund","arguments":{"amount":121,"note":"x"}}' }],
    [
      'the same number spelled otherwise',
      { paramsSource: '{"name":"refund","arguments":{"amount":120.0,"note":"x"}}' },
    ],
    ['an argument more', { paramsSource: '{"name":"refund","arguments":{"amount":120,"note":"x","to":"me"}}' }],
    [
      'a key that occurs twice',
      { paramsSource: '{"name":"refund","arguments":{"amount":120,"amount":120,"note":"x"}}' },
    ],
    [
      'a parameter beside the arguments',
      { paramsSource: '{"name":"refund","arguments":{"amount":120,"note":"x"},"task":{}}' },
    ],
    [
      '`_meta` within the arguments',
      { paramsSource: '{"name":"refund","arguments":{"amount":120,"note":"x","_meta":1}}' },
    ],
  ])('%s needs another approval', (_name, more) => {
    expect(hex(more)).not.toBe(hex())
  })

  it('is the same call however it is spelled and carried', () => {
    const paramsSource =
      ' { "arguments": {"note":"\\u0078", "amount": 120}, "_meta":{"progressToken":7}, "requestState":"s", "name":"refund" }'
    expect(hex({ paramsSource })).toBe(hex())
  })

  it('tells numbers apart that no double can', () => {
    const paramsOf = (id: string) => `{"name":"refund","arguments":{"id":${id}}}`
    expect(hex({ paramsSource: paramsOf('9007199254740993') })).not.toBe(
      hex({ paramsSource: paramsOf('9007199254740992') }),
    )
  })

  it('does not run into each other at their seams', () => {
    expect(hex({ identityId: 'a', lineage: 'b c' })).not.toBe(hex({ identityId: 'a b', lineage: 'c' }))
  })

  it('cannot be tried without the secret', () => {
    expect(hex({}, bindingKeyOf('another secret of another one'))).not.toBe(hex())
    expect(bindingOf(KEY, call())).toHaveLength(32)
  })

  it('counts all rules, in whichever order they were found', () => {
    expect(ruleDigestOf(['a', 'b'])).toBe(ruleDigestOf(['b', 'a']))
    expect(ruleDigestOf(['a', 'b'])).not.toBe(ruleDigestOf(['a']))
    expect(ruleDigestOf(['a,b'])).not.toBe(ruleDigestOf(['a', 'b']))
  })
})

describe('a conversation', () => {
  const derived = { sessionId: 'ses_1', hasProtocolId: false, credentialId: 'key_1', clientName: 'bot' }

  it('without an id of its own goes on when the hour turns', () => {
    expect(lineageOf({ ...derived, sessionId: 'ses_2' })).toBe(lineageOf(derived))
    expect(lineageOf({ ...derived, credentialId: 'key_2' })).not.toBe(lineageOf(derived))
    expect(lineageOf({ ...derived, clientName: 'other' })).not.toBe(lineageOf(derived))
  })

  it('with one is itself', () => {
    expect(lineageOf({ ...derived, hasProtocolId: true })).toBe('ses_1')
  })
})
