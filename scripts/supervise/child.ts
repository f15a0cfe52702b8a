import { type ChildProcess, spawn } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import { PlainError } from '@/scripts/prepare/plain-error.mjs'
import { inRoot, ROOT } from '@/scripts/prepare/root.mjs'
import { backOffMs, HEALTHY_AFTER_MS } from './back-off'

const KILL_AFTER_MS = 10_000
const EARLY_DEATHS_ALLOWED = 3
const LOG_LIMIT_BYTES = 10_000_000
const LAST_LINES = 12

export interface ChildPlan {
  name: string
  /** Node's arguments, from the checkout. */
  args: string[]
  env: Record<string, string | undefined>
  /** Becomes true when it serves. Sees each line it printed. */
  isReady(printed: ReadonlySet<string>): Promise<boolean>
  readyLimitMs?: number
  logFolder: string
  /** Also show what it prints. */
  echo?: boolean
}

/** One process that is kept running until stopped. */
export class SupervisedChild {
  private process: ChildProcess | undefined
  private restartTimer: NodeJS.Timeout | undefined
  private stopping = false
  private everReady = false
  private deaths = 0
  private startedAt = 0
  private lastLines: string[] = []
  private printed = new Set<string>()
  private reportFailure: (error: Error) => void = () => {}

  constructor(
    private readonly plan: ChildPlan,
    private readonly say: (line: string) => void,
  ) {}

  /** Starts it and resolves when it serves. @throws PlainError when it keeps dying before that, or takes too long. */
  async start(): Promise<void> {
    const failed = new Promise<never>((_, reject) => {
      this.reportFailure = reject
    })
    this.launch()
    await Promise.race([this.becomeReady(), failed])
    this.everReady = true
  }

  async stop(): Promise<void> {
    this.stopping = true
    clearTimeout(this.restartTimer)
    const child = this.process
    if (!child || hasEnded(child)) return
    const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()))
    signalGroup(child, 'SIGTERM')
    const hard = setTimeout(() => signalGroup(child, 'SIGKILL'), KILL_AFTER_MS)
    await gone
    clearTimeout(hard)
    // What it forked and left behind.
    signalGroup(child, 'SIGKILL')
  }

  private async becomeReady(): Promise<void> {
    const limit = this.plan.readyLimitMs ?? 60_000
    const deadline = Date.now() + limit
    while (!this.stopping) {
      if (await this.plan.isReady(this.printed)) return
      if (Date.now() > deadline) throw this.problem(`did not get ready within ${limit / 1000} s`)
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }

  private launch(): void {
    const { name, args, env, logFolder } = this.plan
    this.startedAt = Date.now()
    this.printed.clear()
    const log = openLog(path.join(logFolder, `${name}.log`))
    const child = spawn(process.execPath, ['--import', inRoot('scripts/parent-watch.mjs'), ...args], {
      cwd: ROOT,
      env: { ...(env as NodeJS.ProcessEnv), COUNTERSIGN_PARENT_FD: '3' },
      // A group of its own: Ctrl-C reaches only us, and we stop everything in order.
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    })
    this.process = child
    // The far end of the pipe that parent-watch reads; it breaks when the child dies, which 'exit' reports.
    child.stdio[3]?.on('error', () => {})
    for (const stream of [child.stdout!, child.stderr!]) {
      stream.setEncoding('utf8')
      let partial = ''
      stream.on('data', (chunk: string) => {
        log.write(chunk)
        const lines = (partial + chunk).split('\n')
        partial = lines.pop()!.slice(-10_000)
        for (const line of lines) this.heard(line)
      })
    }
    child.once('error', (error) => this.heard(error.message))
    child.once('close', (code, signal) => {
      log.end()
      this.died(signal ?? `exit ${code}`)
    })
  }

  private heard(line: string): void {
    if (!this.everReady) this.printed.add(line.trim())
    if (line.trim()) this.lastLines = [...this.lastLines, line].slice(-LAST_LINES)
    if (this.plan.echo) this.say(`[${this.plan.name}] ${line}`)
  }

  private died(how: string): void {
    if (this.stopping) return
    if (Date.now() - this.startedAt > HEALTHY_AFTER_MS) this.deaths = 0
    this.deaths += 1
    if (!this.everReady && this.deaths >= EARLY_DEATHS_ALLOWED) {
      this.reportFailure(this.problem(`does not start (${how})`))
      return
    }
    const waitMs = backOffMs(this.deaths)
    this.say(`  ${this.plan.name} stopped (${how}); starting it again in ${waitMs / 1000} s. Its log: ${this.logFile}`)
    this.restartTimer = setTimeout(() => this.launch(), waitMs)
  }

  private get logFile(): string {
    return path.join(this.plan.logFolder, `${this.plan.name}.log`)
  }

  private problem(what: string): PlainError {
    return new PlainError(
      `${this.plan.name} ${what}. Its last lines (all in ${this.logFile}):\n${this.lastLines.join('\n')}`,
    )
  }
}

const hasEnded = (child: ChildProcess) => child.exitCode !== null || child.signalCode !== null

function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  try {
    if (child.pid) process.kill(-child.pid, signal)
  } catch {
    // The whole group is gone already.
  }
}

function openLog(file: string): fs.WriteStream {
  fs.mkdirSync(path.dirname(file), { recursive: true })
  const size = fs.statSync(file, { throwIfNoEntry: false })?.size ?? 0
  if (size > LOG_LIMIT_BYTES) fs.renameSync(file, `${file}.1`)
  return fs.createWriteStream(file, { flags: 'a', mode: 0o600 })
}
