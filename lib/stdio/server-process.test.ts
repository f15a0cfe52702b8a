import { describe, expect, it } from 'vitest'
import { processEnvironment } from './environment'
import { describeEnding, type ProcessEnding, ServerProcess } from './server-process'

function run(command: string, args: string[] = [], cwd: string | null = null) {
  const heard = { lines: [] as string[], stderr: [] as string[] }
  let end: (ending: ProcessEnding) => void
  const ended = new Promise<ProcessEnding>((resolve) => {
    end = resolve
  })
  const process = new ServerProcess(
    { command, args, cwd, env: {} },
    {
      line: (line) => heard.lines.push(line.toString()),
      stderr: (lines) => heard.stderr.push(...lines),
      ended: (ending) => end(ending),
    },
  )
  return { process, heard, ended }
}

describe('a process with lines', () => {
  it('is written to and heard, and stops when its input ends', async () => {
    const { process, heard, ended } = run('/bin/cat')
    expect(process.write('one')).toBe(true)
    expect(process.write('two')).toBe(true)
    process.stop()
    expect(process.write('three')).toBe(false)
    expect(await ended).toEqual({ kind: 'stopped' })
    expect(heard.lines).toEqual(['one', 'two'])
  })

  it.each<[string, string, string[], string]>([
    ['a status', '/bin/sh', ['-c', 'exit 3'], 'Its process ended with status 3.'],
    ['a signal', '/bin/sh', ['-c', 'kill -9 $$'], 'Its process was ended by signal 9.'],
    ['no such command', 'no-such-command', [], 'There is no command no-such-command.'],
    ['a command that is no program', '/etc/passwd', [], '/etc/passwd may not be executed.'],
  ])('says that it ended: %s', async (_what, command, args, said) => {
    expect(describeEnding(await run(command, args).ended)).toBe(said)
  })

  it('says that its folder is not there', async () => {
    expect(describeEnding(await run('/bin/cat', [], '/no/such').ended)).toBe('It cannot run in /no/such.')
  })

  it('is not run by a shell: what looks like one is an argument', async () => {
    const { heard, ended } = run('/bin/echo', ['$(id)', '; id', '"', "'", '*'])
    await ended
    expect(heard.lines).toEqual([`$(id) ; id " ' *`])
  })

  it('is heard to the end, though it ends at once', async () => {
    const { heard, ended } = run('/bin/sh', ['-c', 'echo out; echo err >&2; exit 1'])
    await ended
    expect(heard).toEqual({ lines: ['out'], stderr: ['err'] })
  })
})

describe('the environment of a process', () => {
  it('is what is listed, and of ours only what finds programs and files', () => {
    const ours = { PATH: '/bin', HOME: '/root', COUNTERSIGN_SECRET: 's', DATABASE_URL: 'd', AWS_SECRET_ACCESS_KEY: 'a' }
    expect(processEnvironment({ A: 'b', HOME: '/srv' }, ours)).toEqual({ PATH: '/bin', HOME: '/srv', A: 'b' })
  })
})
