import { describe, expect, it } from 'vitest'
import { argumentsOf, EMPTY_PROCESS, processOf } from './process-draft'

describe('what a person types about a process', () => {
  it('becomes arguments line by line, spaces and all', () => {
    expect(argumentsOf('-y\n@acme/server\n\n--path=/a b\n\n')).toEqual(['-y', '@acme/server', '', '--path=/a b'])
    expect(argumentsOf('')).toEqual([])
  })

  it('keeps variables with a name, secret as their name says unless somebody has decided', () => {
    const env = [
      { key: 1, name: ' API_KEY ', value: 'k', secret: null },
      { key: 2, name: 'LEVEL', value: 'debug', secret: null },
      { key: 3, name: 'LEVEL_2', value: 'x', secret: true },
      { key: 4, name: ' ', value: 'left over', secret: null },
    ]
    expect(processOf({ ...EMPTY_PROCESS, command: ' npx ', env }, (name) => name.includes('KEY'))).toEqual({
      command: 'npx',
      args: [],
      cwd: null,
      env: {
        API_KEY: { value: 'k', secret: true },
        LEVEL: { value: 'debug', secret: false },
        LEVEL_2: { value: 'x', secret: true },
      },
    })
  })
})
