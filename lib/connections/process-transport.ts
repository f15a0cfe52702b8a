import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js'
import { type JSONRPCMessage, JSONRPCMessageSchema } from '@modelcontextprotocol/sdk/types.js'
import { describeEnding, type ServerCommand, ServerProcess } from '@/lib/stdio/server-process'
import { StderrTail } from '@/lib/stdio/stderr-tail'

/** The SDK's client over a process of ours: bounded, guarded, and with its environment only as listed. */
export class ProcessTransport implements Transport {
  onclose?: () => void
  onerror?: (error: Error) => void
  onmessage?: (message: JSONRPCMessage) => void
  /** Why it ended, once it has. */
  ending: string | null = null
  private readonly tail: StderrTail
  private process: ServerProcess | null = null

  constructor(
    private readonly command: ServerCommand,
    mask: (text: string) => string,
  ) {
    this.tail = new StderrTail(mask)
  }

  /** What it logged last, masked. */
  get log(): string {
    return this.tail.text
  }

  async start(): Promise<void> {
    this.process = new ServerProcess(this.command, {
      line: (line) => this.heard(line.toString('utf8')),
      stderr: (lines) => this.tail.add(lines),
      ended: (ending) => {
        this.ending = describeEnding(ending)
        this.onclose?.()
      },
    })
  }

  async send(message: JSONRPCMessage): Promise<void> {
    if (!this.process?.write(JSON.stringify(message))) throw new Error('The process does not read.')
  }

  async close(): Promise<void> {
    this.process?.stop(500)
  }

  private heard(text: string): void {
    try {
      this.onmessage?.(JSONRPCMessageSchema.parse(JSON.parse(text)))
    } catch {
      this.tail.add([`(stdout) ${text.slice(0, 4_096)}`])
    }
  }
}
