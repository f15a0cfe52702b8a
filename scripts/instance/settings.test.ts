import { describe, expect, it } from 'vitest'
import { readSettings } from './settings'

describe('a wrong environment', () => {
  it('is reported whole, one line for each variable', () => {
    let message = ''
    try {
      readSettings({ WEB_PORT: 'http', DEMO: 'maybe', PUBLIC_WEB_URL: 'nowhere' })
    } catch (error) {
      message = (error as Error).message
    }
    for (const name of ['WEB_PORT', 'DEMO', 'PUBLIC_WEB_URL'])
      expect(message).toMatch(new RegExp(`^ {2}${name}: `, 'm'))
  })

  it('is reported without the values, which may be secrets', () => {
    expect(() => readSettings({ COUNTERSIGN_SECRET: 'hunter2' })).toThrow(/COUNTERSIGN_SECRET/)
    expect(() => readSettings({ COUNTERSIGN_SECRET: 'hunter2' })).not.toThrow(/hunter2/)
  })
})
