import { request } from 'node:http'
import net from 'node:net'

/** What a hostile client sends, or does not (attack 19). */
export interface Bomb {
  name: string
  /** What it must be answered with; 0 where the connection may be gone before the answer is read. */
  statuses: number[]
  send(): Promise<number>
}

export const envelope = (args: string): string =>
  `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"count","arguments":${args}}}`

/** Keys like any other to whoever reads them with care: upstream gets them byte for byte. */
export const PROTO = '{"__proto__":{"isAdmin":true},"constructor":{"prototype":{"isAdmin":true}}}'

const GIGABYTE = 1024 ** 3

export function bombs(url: string, key: string): Bomb[] {
  const whole = (body: string) => () => send(url, key, { 'content-length': String(body.length) }, body)
  const stream = (headers: Record<string, string>, pieceBytes: number) => () => {
    return send(url, key, headers, null, Buffer.alloc(pieceBytes, 0x20))
  }
  const manyKeys = Array.from({ length: 1_000_000 }, (_, i) => `"${i.toString(36)}":0`).join(',')
  return [
    { name: 'a depth of 100,000', statuses: [413], send: whole(envelope('['.repeat(100_000) + ']'.repeat(100_000))) },
    {
      name: 'a depth of 100,000 objects',
      statuses: [413],
      send: whole(envelope(`${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`)),
    },
    { name: 'a million keys', statuses: [413], send: whole(envelope(`{${manyKeys}}`)) },
    { name: 'a million elements', statuses: [413], send: whole(envelope(`{"a":[${'1,'.repeat(1_000_000)}1]}`)) },
    { name: 'a gigabyte, announced', statuses: [413], send: stream({ 'content-length': String(GIGABYTE) }, 1024 ** 2) },
    { name: 'a gigabyte, in chunks', statuses: [413], send: stream({}, 1024 ** 2) },
    { name: 'a body in single bytes', statuses: [413, 0], send: stream({}, 1) },
    { name: 'keys named __proto__', statuses: [200], send: whole(envelope(PROTO)) },
  ]
}

/** Sends the body, or pieces of one until it hears an answer. Resolves with its status; 0 when there was none. */
function send(url: string, key: string, headers: Record<string, string>, body: string | null, piece?: Buffer) {
  return new Promise<number>((resolve) => {
    let sent = 0
    let status = 0
    const outgoing = request(url, {
      method: 'POST',
      agent: false,
      headers: {
        authorization: `Bearer ${key}`,
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
        ...headers,
      },
    })
    outgoing.on('response', (response) => {
      status = response.statusCode!
      response.resume().on('close', () => outgoing.destroy())
    })
    outgoing.on('error', () => {})
    outgoing.on('close', () => resolve(status))
    if (body !== null || piece === undefined) return outgoing.end(body)
    const more = () => {
      while (status === 0 && sent < GIGABYTE && !outgoing.destroyed) {
        sent += piece.length
        if (!outgoing.write(piece)) return outgoing.once('drain', more)
      }
    }
    more()
  })
}

/** Clients that send a byte of a header now and then, and never its end. */
export function slowloris(port: number, count: number) {
  let refused = 0
  const sockets = Array.from({ length: count }, () => {
    const socket = net.connect(port, '127.0.0.1')
    socket.on('error', () => {})
    socket.on('data', (data) => {
      if (`${data}`.startsWith('HTTP/1.1 408')) refused++
    })
    socket.write('POST /crm/mcp HTTP/1.1\r\nHost: 127.0.0.1\r\nX: ')
    return socket
  })
  const timer = setInterval(() => {
    for (const socket of sockets) if (!socket.destroyed && socket.writable) socket.write('y')
  }, 200)
  return {
    refused: () => refused,
    stop() {
      clearInterval(timer)
      for (const socket of sockets) socket.destroy()
    },
  }
}
