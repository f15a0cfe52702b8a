import { describe, expect, it } from 'vitest'
import type { Refusal } from './call'
import { parse } from './parse'

const CALL = '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"get"}}'

describe('a body', () => {
  it.each([
    ['in UTF-8', {}, CALL, 'legacy'],
    ['for whoever takes events only', { accept: 'text/event-stream' }, CALL, 'legacy'],
    ['that is no UTF-8', {}, '\u{d800}', 'malformed_request'],
    ['in Latin-1', {}, Buffer.from(CALL.replace('get', 'gét'), 'latin1'), 'malformed_request'],
    ['for whoever takes neither answer', { accept: 'image/png' }, CALL, 'not_acceptable'],
  ])('%s', (_what, headers, body, expected) => {
    const read = () => parse(headers, Buffer.from(body as string))
    if (expected === 'legacy') expect(read()).toMatchObject({ era: 'legacy', batch: false, text: CALL })
    else expect(read).toThrow(expect.objectContaining({ reason: expected }) as Refusal)
  })
})
