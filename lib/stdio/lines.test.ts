import { describe, expect, it } from 'vitest'
import { LineSplitter, LineTooLong } from './lines'

const TEXT = Buffer.from('{"a":"é"}\n\r\n{"b":2}\r\nlast')

describe('lines of a stream', () => {
  it('are the same wherever the bytes are cut', () => {
    for (let cut = 0; cut <= TEXT.length; cut++) {
      const splitter = new LineSplitter(100)
      const lines = [...splitter.push(TEXT.subarray(0, cut)), ...splitter.push(TEXT.subarray(cut))]
      expect(lines.map(String)).toEqual(['{"a":"é"}', '', '{"b":2}'])
      expect(splitter.end().toString()).toBe('last')
    }
  })

  it('have a limit, also when it takes many pieces to reach it', () => {
    const splitter = new LineSplitter(10)
    expect(splitter.push(Buffer.from('0123456789\n'))).toHaveLength(1)
    splitter.push(Buffer.from('01234'))
    splitter.push(Buffer.from('56789'))
    expect(() => splitter.push(Buffer.from('x'))).toThrow(LineTooLong)
  })
})
