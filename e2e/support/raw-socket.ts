import net from 'node:net'

/** What came back over one TCP connection, byte for byte, until it was closed. */
export interface Heard {
  text: string
  /** Of every answer, in order; interim ones left out. */
  statuses: number[]
  /** Whether the other side closed, and we did not have to. */
  closed: boolean
}

/** How the pieces of what is sent follow each other: at once but in packets of their own, or each when the last is answered. */
type Pace = 'packets' | 'answers'

/**
 * Sends exactly these bytes. Resolves once the connection was closed, or has been silent after an answer for as long as
 * `quietMs`: a server that keeps the connection open is waiting for more.
 */
export function sendRaw(
  port: number,
  bytes: string | readonly string[],
  quietMs = 1_500,
  pace: Pace = 'packets',
): Promise<Heard> {
  return new Promise((resolve) => {
    let text = ''
    let closed = true
    const socket = net.connect({ port, host: '127.0.0.1', noDelay: true })
    let timer: NodeJS.Timeout | undefined
    const waitQuietly = (ms: number) => {
      clearTimeout(timer)
      timer = setTimeout(() => {
        closed = false
        socket.destroy()
      }, ms)
    }
    socket.on('connect', async () => {
      for (const [i, piece] of [bytes].flat().entries()) {
        if (i > 0) await new Promise((next) => setTimeout(next, 20))
        while (pace === 'answers' && statusesIn(text).length < i && !socket.destroyed) {
          await new Promise((next) => setTimeout(next, 5))
        }
        if (!socket.destroyed) socket.write(Buffer.from(piece, 'latin1'))
      }
      waitQuietly(10_000)
    })
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1')
      waitQuietly(quietMs)
    })
    socket.on('error', () => {})
    socket.on('close', () => {
      clearTimeout(timer)
      resolve({ text, statuses: statusesIn(text), closed })
    })
  })
}

const statusesIn = (text: string): number[] =>
  [...text.matchAll(/HTTP\/1\.[01] (\d{3}) /g)].map((match) => Number(match[1])).filter((status) => status >= 200)
