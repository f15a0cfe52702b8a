import type { OpenedProcess } from '@/lib/connections/opened-process'
import { PROTOCOL_VERSION_META } from '@/lib/mcp/revisions'
import { ServerProcess } from '@/lib/stdio/server-process'

const PROBE_MS = 10_000
const MODERN = '2026-07-28'
const ID = 'countersign-probe'

const QUESTION = JSON.stringify({
  jsonrpc: '2.0',
  id: ID,
  method: 'server/discover',
  params: {
    _meta: {
      [PROTOCOL_VERSION_META]: MODERN,
      'io.modelcontextprotocol/clientCapabilities': {},
      'io.modelcontextprotocol/clientInfo': { name: 'countersign', version: '0.1.0' },
    },
  },
})

export type Spoken = 'modern' | 'legacy' | { problem: string }

/**
 * What a server speaks, asked of a process of its own: the first message decides what a process speaks for as long as it
 * lives, so no client's may be spent on it. One that says nothing, or ends at the question, is of the time before it.
 */
export async function spokenBy({ command }: OpenedProcess): Promise<Spoken> {
  return new Promise((resolve) => {
    const decide = (spoken: Spoken) => {
      clearTimeout(timer)
      resolve(spoken)
      probe.stop(0)
    }
    const timer = setTimeout(() => decide('legacy'), PROBE_MS)
    const probe = new ServerProcess(command, {
      line: (line) => {
        const answer = answerIn(line)
        if (answer !== null) decide(isModern(answer) ? 'modern' : 'legacy')
      },
      stderr: () => {},
      ended: (ending) => decide(ending.kind === 'not-started' ? { problem: ending.problem } : 'legacy'),
    })
    probe.write(QUESTION)
  })
}

function answerIn(line: Buffer): Record<string, unknown> | null {
  try {
    const message = JSON.parse(line.toString('utf8')) as Record<string, unknown> | null
    return message?.id === ID ? message : null
  } catch {
    return null
  }
}

function isModern({ result }: Record<string, unknown>): boolean {
  const supported = (result as { supportedVersions?: unknown } | null | undefined)?.supportedVersions
  return Array.isArray(supported) && supported.includes(MODERN)
}
