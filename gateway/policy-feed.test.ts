import { EventEmitter } from 'node:events'
import { pino } from 'pino'
import { expect, it } from 'vitest'
import type { LinkClient } from './database/link'
import { type FeedListener, PolicyFeed } from './policy-feed'

it('what some role of the database says in a notification does not reach the connection as an error', async () => {
  const heard: string[] = []
  const listener = {
    cancelHeard: (payload: string) => void heard.push(...(JSON.parse(payload) as string[])),
  } as unknown as FeedListener
  const replica = { id: 'g', name: 'g', url: 'http://127.0.0.1:1', keyIds: [] }
  const never = () => Promise.reject(new Error('there is no database'))
  const feed = new PolicyFeed('postgres://127.0.0.1:1/x', replica, never, listener, pino({ level: 'silent' }))
  const client = Object.assign(new EventEmitter(), { query: async () => ({ rows: [] }) })
  await (feed as unknown as { attach(client: LinkClient): Promise<void> }).attach(client as unknown as LinkClient)
  const notify = (payload: string) => client.emit('notification', { channel: 'hold', payload })
  expect(() => notify('no JSON')).not.toThrow()
  notify('["ses", "1"]')
  expect(heard).toEqual(['ses', '1'])
})
