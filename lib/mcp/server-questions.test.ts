import { describe, expect, it } from 'vitest'
import { readServerMessage } from './message'
import { askingOf } from './server-questions'

function asks(message: string | object) {
  const text = typeof message === 'string' ? message : JSON.stringify(message)
  const read = readServerMessage(text)
  if (!read.ok) throw new Error(read.detail)
  const asking = askingOf(text, read.messages[0]!)
  return asking && [...asking.questions, ...(asking.unknown ? ['unknown'] : [])]
}

const request = (method: string) => ({ jsonrpc: '2.0', id: 1, method })
const result = (value: object) => ({ jsonrpc: '2.0', id: 1, result: value })
const asked = (...methods: unknown[]) => Object.fromEntries(methods.map((method, i) => [`q${i}`, { method }]))

describe('what a server asks', () => {
  it.each<[string, string | object, string[] | null]>([
    ['sampling', request('sampling/createMessage'), ['sampling']],
    ['elicitation', request('elicitation/create'), ['elicitation']],
    ['roots', request('roots/list'), ['roots']],
    ['whether somebody is there', request('ping'), null],
    ['after a task of the client', request('tasks/get'), null],
    ['what no revision has', request('client/execute'), ['unknown']],
    ['a method in other letters', request('Sampling/createMessage'), ['unknown']],
    ['in a result', result({ resultType: 'input_required', inputRequests: asked('roots/list') }), ['roots']],
    [
      'several things at once',
      result({ inputRequests: asked('sampling/createMessage', 'elicitation/create') }),
      ['sampling', 'elicitation'],
    ],
    [
      'in a task',
      { jsonrpc: '2.0', method: 'notifications/tasks', params: { inputRequests: asked('roots/list') } },
      ['roots'],
    ],
    ['something unknown in a result', result({ inputRequests: asked('tools/call') }), ['unknown']],
    ['something without a method', result({ inputRequests: { q: {} } }), ['unknown']],
    ['something whose method is no text', result({ inputRequests: asked(7) }), ['unknown']],
    [
      'under a key with escapes',
      '{"jsonrpc":"2.0","id":1,"result":{"input\\u0052equests":{"q":{"method":"roots/list"}}}}',
      ['roots'],
    ],
    [
      'under one of two equal keys',
      '{"jsonrpc":"2.0","id":1,"result":{"inputRequests":{"q":{"method":"roots/list"}},"inputRequests":{}}}',
      ['roots'],
    ],
    [
      'by one of two methods',
      '{"jsonrpc":"2.0","id":1,"result":{"inputRequests":{"q":{"method":"elicitation/create","method":"roots/list"}}}}',
      ['elicitation', 'roots'],
    ],
    ['to open a URL', { jsonrpc: '2.0', id: 1, error: { code: -32042, message: '', data: {} } }, ['elicitation']],
    [
      'to open a URL, said twice',
      '{"jsonrpc":"2.0","id":1,"error":{"code":-32042,"code":1,"message":""}}',
      ['elicitation'],
    ],
    ['nothing in another error', { jsonrpc: '2.0', id: 1, error: { code: -32602, message: 'inputRequests' } }, null],
    ['nothing where it only says the word', result({ content: [{ text: '"inputRequests"' }] }), null],
    ['nothing in an empty round', result({ resultType: 'input_required', inputRequests: {}, requestState: 's' }), null],
    ['nothing in a notification', { jsonrpc: '2.0', method: 'notifications/message', params: {} }, null],
  ])('%s', (_what, message, expected) => {
    expect(asks(message)).toEqual(expected)
  })
})
