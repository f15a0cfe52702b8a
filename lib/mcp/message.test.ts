import { describe, expect, test } from 'vitest'
import { type McpRequest, readClientBody, readServerMessage } from './message'

const call = (fields: string) => `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"get"${fields}}}`

const asking = (params: string) => `{"jsonrpc":"2.0","id":1,"method":"completion/complete","params":{${params}}}`

function onlyMessage(text: string) {
  const read = readClientBody(text)
  if (!read.ok) throw new Error(`${read.reason}: ${read.detail}`)
  expect(read.messages).toHaveLength(1)
  return read.messages[0]!
}

function refusal(text: string) {
  const read = readClientBody(text)
  return read.ok ? null : read.reason
}

describe('what a client sends', () => {
  test('a call is read with its target, params and the source of its id', () => {
    const text = ` {"jsonrpc":"2.0","id":"a\\u0041","method":"tools/call","params":{"name":"get","arguments":{"q":1}}}\n`
    const message = onlyMessage(text) as McpRequest
    expect(message).toMatchObject({
      kind: 'request',
      id: 'aA',
      idSource: '"a\\u0041"',
      method: 'tools/call',
      target: 'get',
    })
    expect(message.params).toEqual({ name: 'get', arguments: { q: 1 } })
    expect(text.slice(message.start, message.end)).toBe(text.trim())
  })

  test('resources and prompts name their target too, other methods none', () => {
    expect(onlyMessage('{"jsonrpc":"2.0","id":1,"method":"resources/read","params":{"uri":"file:///a"}}').target).toBe(
      'file:///a',
    )
    expect(onlyMessage('{"jsonrpc":"2.0","id":1,"method":"prompts/get","params":{"name":"p"}}').target).toBe('p')
    expect(onlyMessage('{"jsonrpc":"2.0","id":1,"method":"tools/list"}').target).toBeNull()
  })

  test('notifications and responses are told apart from requests', () => {
    expect(onlyMessage('{"jsonrpc":"2.0","method":"notifications/initialized"}').kind).toBe('notification')
    expect(onlyMessage('{"jsonrpc":"2.0","id":7,"result":{}}')).toMatchObject({ kind: 'response', id: 7, result: {} })
    expect(onlyMessage('{"jsonrpc":"2.0","id":7,"error":{"code":1,"message":"x"}}').kind).toBe('response')
  })

  test('every element of a batch is read, with offsets of its own', () => {
    const text = `[ ${call('')} , {"jsonrpc":"2.0","method":"a[\\"]"} ]`
    const read = readClientBody(text)
    if (!read.ok) throw new Error(read.detail)
    expect(read.batch).toBe(true)
    expect(read.messages.map((m) => text.slice(m.start, m.end))).toEqual([
      call(''),
      '{"jsonrpc":"2.0","method":"a[\\"]"}',
    ])
  })

  test.each([
    ['not JSON', '{"jsonrpc":"2.0",'],
    ['nothing', ''],
    ['a scalar', '1'],
    ['null', 'null'],
    ['an empty batch', '[]'],
    ['a batch of something else', `[${call('')},1]`],
    ['a nested batch', `[[${call('')}]]`],
    ['no version', '{"id":1,"method":"ping"}'],
    ['another version', '{"jsonrpc":"1.0","id":1,"method":"ping"}'],
    ['a number as version', '{"jsonrpc":2.0,"id":1,"method":"ping"}'],
    ['id null', '{"jsonrpc":"2.0","id":null,"method":"ping"}'],
    ['id true', '{"jsonrpc":"2.0","id":true,"method":"ping"}'],
    ['id object', '{"jsonrpc":"2.0","id":{},"method":"ping"}'],
    ['id beyond all numbers', '{"jsonrpc":"2.0","id":1e999,"method":"ping"}'],
    ['method number', '{"jsonrpc":"2.0","id":1,"method":1}'],
    ['params array', '{"jsonrpc":"2.0","id":1,"method":"ping","params":[1]}'],
    ['params string', '{"jsonrpc":"2.0","id":1,"method":"ping","params":"x"}'],
    ['request and response at once', '{"jsonrpc":"2.0","id":1,"method":"ping","result":{}}'],
    ['two results', '{"jsonrpc":"2.0","id":1,"result":{},"error":{}}'],
    ['an answer with params', '{"jsonrpc":"2.0","id":1,"result":{},"params":{}}'],
    ['neither', '{"jsonrpc":"2.0","id":1}'],
    ['a byte order mark', `\ufeff${call('')}`],
    ['one id twice in a batch', `[${call('')},${call('')}]`],
    ['a comment', `/* x */${call('')}`],
    ['two documents', `${call('')}${call('')}`],
  ])('%s is malformed', (_, text) => {
    expect(refusal(text)).toBe('malformed_request')
  })

  test.each([
    ['name twice', call(',"name":"drop"')],
    ['name twice, one escaped', call(',"n\\u0061me":"drop"')],
    ['method twice', '{"jsonrpc":"2.0","id":1,"method":"ping","method":"tools/call"}'],
    ['id twice', '{"jsonrpc":"2.0","id":1,"id":2,"method":"ping"}'],
    ['a key twice deep in the arguments', call(',"arguments":{"a":[{"b":{"q":1,"q":1}}]}')],
    ['a key twice in an element of a batch', `[{"jsonrpc":"2.0","id":2,"method":"ping","x":1,"x":2}]`],
    ['__proto__ twice', call(',"arguments":{"__proto__":1,"__proto__":2}')],
    ['Name beside name', call(',"Name":"drop"')],
    ['Arguments alone', call(',"Arguments":{}')],
    ['METHOD beside method', '{"jsonrpc":"2.0","id":1,"method":"ping","METHOD":"tools/call"}'],
    ['full-width name', call(',"ｎａｍｅ":"drop"')],
    ['long s', '{"jsonrpc":"2.0","id":1,"method":"ping","paramſ":{}}'],
    ['dotless i', '{"jsonrpc":"2.0","id":1,"method":"ping","ıd":2}'],
    ['Cyrillic а', call(',"nаme":"drop"')],
    ['a zero-width space', call(',"na\\u200bme":"drop"')],
    ['a combining accent', call(',"náme":"drop"')],
    ['two unknown keys that differ in case', call(',"cursor":1,"Cursor":2')],
    ['a prototype in the params', call(',"__proto__":{"name":"drop"}')],
    ['a prototype in the envelope', '{"jsonrpc":"2.0","id":1,"method":"ping","__proto__":{"method":"x"}}'],
    ['a lone surrogate in the name', '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"get\\ud800"}}'],
    ['a lone surrogate in the id', '{"jsonrpc":"2.0","id":"\\udc00","method":"ping"}'],
    ['a NUL in the name', '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"get\\u0000_all"}}'],
    ['Name beside name in a reference', asking('"ref":{"type":"ref/prompt","name":"a","Name":"b"}')],
    ['uris in other letters', asking('"notifications":{"ResourceSubscriptions":["a:b"]}')],
    ['a NUL in what is listened for', asking('"notifications":{"resourceSubscriptions":["a\\u0000"]}')],
    ['taskid for taskId', asking('"taskid":"t"')],
    ['metadata twice, in two cases', asking('"_meta":{"vendor/a":1,"Vendor/A":2}')],
    ['a newline in the method', '{"jsonrpc":"2.0","id":1,"method":"ping\\n"}'],
    ['an id that loses digits', '{"jsonrpc":"2.0","id":9007199254740993,"method":"ping"}'],
    ['an id with an exponent', '{"jsonrpc":"2.0","id":1e2,"method":"ping"}'],
    ['minus zero as id', '{"jsonrpc":"2.0","id":-0,"method":"ping"}'],
  ])('%s is ambiguous', (_, text) => {
    expect(refusal(text)).toBe('ambiguous_request')
  })

  test.each([
    ['look-alike keys inside arguments', call(',"arguments":{"Name":1,"name":2,"nаme":3,"__proto__":{"a":1}}')],
    ['equal keys in different objects', call(',"arguments":{"a":{"q":1},"b":{"q":1}}')],
    ['strings that look like keys', call(',"arguments":{"a":"q","b":["q","q"],"c":"q"}')],
    ['an emoji in the name of a tool', '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"get😀"}}'],
    ['metadata of a vendor’s own', call(',"_meta":{"Name":1,"vendor/X":{"Type":2}}')],
    ['a large safe id', '{"jsonrpc":"2.0","id":9007199254740991,"method":"ping"}'],
    ['an extension of the envelope', '{"jsonrpc":"2.0","id":1,"method":"ping","trace":"x"}'],
    [
      'progress and metadata',
      call(',"_meta":{"progressToken":1,"io.modelcontextprotocol/protocolVersion":"2026-07-28"}'),
    ],
  ])('%s pass', (_, text) => {
    expect(refusal(text)).toBeNull()
  })

  test('a prototype key in arguments stays an own key', () => {
    const message = onlyMessage(call(',"arguments":{"__proto__":{"admin":true}}')) as McpRequest
    const args = message.params?.arguments as Record<string, unknown>
    expect(Object.keys(args)).toEqual(['__proto__'])
    expect(({} as Record<string, unknown>).admin).toBeUndefined()
  })

  test('a refusal answers to the id only where there is no doubt about it', () => {
    expect(readClientBody('{"jsonrpc":"2.0","id":5,"method":1}')).toMatchObject({ ok: false, id: 5 })
    expect(readClientBody('{"jsonrpc":"2.0","id":5,"id":6,"method":"ping"}')).toMatchObject({ ok: false, id: null })
    expect(readClientBody('{"jsonrpc":"2.0","id":9007199254740993,"method":"ping"}')).toMatchObject({ id: null })
    expect(readClientBody('[]')).toMatchObject({ ok: false, id: null })
  })

  test.each([
    ['100,000 arrays', call(`,"arguments":${'['.repeat(100_000)}${']'.repeat(100_000)}`)],
    ['100,000 objects that never close', '{"a":'.repeat(100_000)],
    ['a million keys', call(`,"arguments":{${Array.from({ length: 1_000_000 }, (_, i) => `"k${i}":1`).join(',')}}`)],
    ['a million elements', call(`,"arguments":{"a":[${'1,'.repeat(1_000_000)}1]}`)],
  ])('%s are refused in bounded time', (_, text) => {
    const began = performance.now()
    expect(refusal(text)).toBe('request_too_large')
    expect(performance.now() - began).toBeLessThan(500)
  })

  test.each([
    ['a megabyte of quotes', '"'.repeat(1_000_000)],
    ['a megabyte of backslashes', `"${'\\'.repeat(1_000_000)}`],
    ['a megabyte of escaped quotes', `{"a":"${'\\"'.repeat(500_000)}`],
    ['a megabyte of colons', ':'.repeat(1_000_000)],
    ['a megabyte of closing braces', '}'.repeat(1_000_000)],
  ])('%s is refused in linear time', (_, text) => {
    const began = performance.now()
    expect(refusal(text)).toBe('malformed_request')
    expect(performance.now() - began).toBeLessThan(1_000)
  })
})

describe('what a server sends', () => {
  test('answers, requests and notifications are read', () => {
    expect(readServerMessage('{"jsonrpc":"2.0","id":"x","result":{"tools":[]}}')).toMatchObject({
      ok: true,
      messages: [{ kind: 'response', id: 'x', result: { tools: [] } }],
    })
    expect(readServerMessage('{"jsonrpc":"2.0","id":1,"method":"sampling/createMessage","params":{}}')).toMatchObject({
      ok: true,
    })
    expect(readServerMessage('{"jsonrpc":"2.0","error":{"code":-32700,"message":"x"},"id":null}')).toMatchObject({
      ok: true,
    })
  })

  test('equal keys are refused in the envelope and left alone below it', () => {
    expect(readServerMessage('{"jsonrpc":"2.0","id":1,"result":{"a":1},"result":{"a":2}}')).toMatchObject({
      reason: 'upstream_invalid',
    })
    expect(readServerMessage('{"jsonrpc":"2.0","id":1,"r\\u0065sult":{},"result":{}}')).toMatchObject({
      reason: 'upstream_invalid',
    })
    expect(readServerMessage('{"jsonrpc":"2.0","id":1,"result":{"a":1,"a":2}}')).toMatchObject({ ok: true })
  })

  test.each([
    ['<html>'],
    [''],
    ['{"jsonrpc":"2.0","id":1}'],
    ['{"id":1,"result":{}}'],
    ['['.repeat(100_000)],
    ['\ufeff{}'],
  ])('what is not JSON-RPC is refused (%#)', (text) => {
    expect(readServerMessage(text)).toMatchObject({ ok: false, reason: 'upstream_invalid' })
  })
})
