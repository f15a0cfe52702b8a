import { expect, it } from 'vitest'
import { EventText } from './event-text'

it('an event is read once it is whole, however it was cut', () => {
  const stream = ': hello\n\ndata: {"a":1}\n\ndata: one\ndata: two\n\n'
  for (let at = 0; at <= stream.length; at += 1) {
    const text = new EventText()
    expect([...text.take(stream.slice(0, at)), ...text.take(stream.slice(at))]).toEqual(['{"a":1}', 'one\ntwo'])
  }
})
