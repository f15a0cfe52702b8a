import { describe, expect, it } from 'vitest'
import { type Command, UsageError } from './command'
import { commands } from './commands'
import { parseInvocation } from './parse'

const run = async () => 0
const issue: Command = {
  name: 'key issue',
  usage: 'IDENTITY [--expires 30d]',
  summary: '',
  arguments: ['IDENTITY'],
  options: { expires: { type: 'string' } },
  run,
}
const list: Command = { name: 'key list', usage: '[IDENTITY]', summary: '', arguments: ['IDENTITY?'], run }
const parse = (...argv: string[]) => parseInvocation([issue, list], argv)

describe('the command line', () => {
  it('finds the command, its arguments and options in any order', () => {
    expect(parse('key', 'issue', '--json', 'bot', '--expires', '30d')).toMatchObject({
      command: issue,
      positionals: new Map([['IDENTITY', 'bot']]),
      options: { json: true, expires: '30d' },
    })
    expect(parse('--json', 'key', 'list')).toMatchObject({ command: list, options: { json: true } })
  })

  it.each([
    ['no command', []],
    ['an unknown command', ['keys', 'list']],
    ['half a command', ['key']],
    ['a missing argument', ['key', 'issue']],
    ['one argument too many', ['key', 'list', 'a', 'b']],
    ['an unknown option', ['key', 'list', '--all']],
    ['an option without its value', ['key', 'issue', 'bot', '--expires']],
  ])('with %s is a usage error', (_case, argv) => {
    expect(() => parse(...argv)).toThrow(UsageError)
  })

  it('answers --help with the usage of the command', () => {
    expect(parse('key', 'issue', '--help')).toEqual({ help: expect.stringContaining('countersign key issue IDENTITY') })
  })

  it('has no two commands of one name, and every option of a usage line exists', () => {
    expect(new Set(commands.map(({ name }) => name)).size).toBe(commands.length)
    for (const { name, usage, options } of commands) {
      for (const [, option] of usage.matchAll(/--([a-z-]+)/g)) {
        expect([name, Object.keys({ ...options, as: true, json: true })]).toEqual([
          name,
          expect.arrayContaining([option]),
        ])
      }
    }
  })
})
