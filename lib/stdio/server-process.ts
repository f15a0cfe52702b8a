import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import type { Duplex, Readable, Writable } from 'node:stream'
import { defaultFolder, processEnvironment } from './environment'
import { GUARD } from './guard'
import { LineSplitter } from './lines'
import { StderrReader } from './stderr-reader'

const MAX_LINE_BYTES = 16 * 1024 * 1024
/** What a server has not read yet. It reads a line at a time; more than this it will not read any more. */
const MAX_UNREAD_BYTES = 16 * 1024 * 1024
const GRACE_SECONDS = 1

/** What is run for a connection, opened. */
export interface ServerCommand {
  command: string
  args: readonly string[]
  cwd: string | null
  env: Readonly<Record<string, string>>
}

/** How a process ended, in words for people: its own are in its stderr. */
export type ProcessEnding =
  | { kind: 'not-started'; problem: string }
  | { kind: 'exited'; status: number }
  | { kind: 'stopped' }
  | { kind: 'broken'; problem: string }

export interface ProcessListener {
  /** One line of its stdout, whatever it holds. */
  line(line: Buffer): void
  /** Whole lines of its stderr, in order, not masked; some of a flood are left out. */
  stderr(lines: readonly string[]): void
  /** Once. Nothing else is said afterwards. */
  ended(ending: ProcessEnding): void
}

/** One process of an MCP server that speaks over its standard streams, with everything it starts. */
export class ServerProcess {
  private readonly child: ChildProcess
  private readonly guard: Duplex | null
  private ending: ProcessEnding | null = null
  private stopping = false

  constructor(
    { command, args, cwd, env }: ServerCommand,
    private readonly listener: ProcessListener,
  ) {
    const mark = randomBytes(12).toString('hex')
    const folder = cwd ?? defaultFolder()
    this.child = spawn('/bin/sh', ['-c', GUARD, 'countersign', mark, String(GRACE_SECONDS), command, ...args], {
      cwd: folder,
      env: processEnvironment(env, process.env) as NodeJS.ProcessEnv,
      stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
      detached: true,
    })
    this.child.on('error', (error: NodeJS.ErrnoException) => {
      const isFolder = error.code === 'ENOENT' || error.code === 'ENOTDIR' || error.code === 'EACCES'
      const problem = isFolder ? `It cannot run in ${folder}.` : `It could not be started (${error.code}).`
      this.end({ kind: 'not-started', problem })
    })
    // Only when the shell itself was killed: else it has said so already.
    this.child.on('exit', (code, signal) => this.end({ kind: 'exited', status: code ?? 128 + signalNumber(signal) }))
    const [stdin, stdout, stderr, guard] = this.child.stdio as unknown as [Writable, Readable, Readable, Duplex]
    for (const stream of [stdin, stdout, stderr, guard]) stream?.on('error', () => {})
    this.guard = guard ?? null
    this.readStdout(stdout)
    new StderrReader(stderr, (lines) => this.ending === null && listener.stderr(lines))
    let said = ''
    guard?.on('data', (chunk: Buffer) => {
      said += chunk.toString('latin1')
      const status = /^ended (\d+)\n/.exec(said)?.[1]
      if (status !== undefined) this.end(endingOf(Number(status), command))
      else if (said.length > 64) this.end({ kind: 'broken', problem: 'Its watcher is not heard any more.' })
    })
  }

  get hasEnded(): boolean {
    return this.ending !== null
  }

  /** False when it does not read what it is sent. */
  write(line: string): boolean {
    const { stdin } = this.child
    if (this.ending !== null || this.stopping || stdin === null || !stdin.writable) return false
    if (stdin.writableLength > MAX_UNREAD_BYTES) return false
    stdin.write(`${line}\n`)
    return true
  }

  /** Slows the server instead of filling our memory. */
  pause(): void {
    this.child.stdout?.pause()
  }

  resume(): void {
    this.child.stdout?.resume()
  }

  /** Closes its stdin, waits `patienceMs` for it to go by itself, and then ends it with everything it started. */
  stop(patienceMs = 1_500): void {
    if (this.stopping || this.ending !== null) return
    this.stopping = true
    this.child.stdin?.end()
    const timer = setTimeout(() => this.end({ kind: 'stopped' }), patienceMs)
    this.child.once('exit', () => clearTimeout(timer))
  }

  /** At once, for what has misbehaved. */
  kill(problem: string): void {
    this.end({ kind: 'broken', problem })
  }

  private readStdout(stdout: Readable | null): void {
    const splitter = new LineSplitter(MAX_LINE_BYTES)
    stdout?.on('data', (chunk: Buffer) => {
      if (this.ending !== null) return
      try {
        for (const line of splitter.push(chunk)) if (line.length > 0) this.listener.line(line)
      } catch {
        this.kill('It sent a line that is too long.')
      }
    })
  }

  private end(ending: ProcessEnding): void {
    if (this.ending !== null) return
    this.ending = this.stopping && ending.kind === 'exited' ? { kind: 'stopped' } : ending
    // The shell on the other side takes this as its sign to end whatever is left.
    this.guard?.destroy()
    this.child.stdin?.destroy()
    // What it said last is still on its way.
    setImmediate(() => {
      this.listener.ended(this.ending!)
      for (const stream of [this.child.stdout, this.child.stderr]) stream?.destroy()
    })
    this.child.unref()
  }
}

function endingOf(status: number, command: string): ProcessEnding {
  if (status === 127) return { kind: 'not-started', problem: `There is no command ${command}.` }
  if (status === 126) return { kind: 'not-started', problem: `${command} may not be executed.` }
  return { kind: 'exited', status }
}

/** Only for a shell that was killed: which signal matters to nobody. */
const signalNumber = (signal: NodeJS.Signals | null): number => (signal === 'SIGKILL' ? 9 : 15)

/** One sentence for the client, the session and the connection's page. */
export function describeEnding(ending: ProcessEnding): string {
  switch (ending.kind) {
    case 'not-started':
    case 'broken':
      return ending.problem
    case 'exited':
      return ending.status > 128
        ? `Its process was ended by signal ${ending.status - 128}.`
        : `Its process ended with status ${ending.status}.`
    case 'stopped':
      return 'Its process was stopped.'
  }
}
