import { createServer, request as send } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface Balancer {
  url: string
  close(): Promise<void>
}

/** Gives every request to the next server in turn, as a load balancer without sticky routing does. */
export async function balance(urls: readonly string[]): Promise<Balancer> {
  let turn = 0
  const server = createServer((request, response) => {
    const url = new URL(request.url!, urls[turn++ % urls.length])
    const passed = send(url, { method: request.method, headers: { ...request.headers, host: url.host } }, (answer) => {
      response.writeHead(answer.statusCode!, answer.headers)
      response.flushHeaders()
      answer.pipe(response)
    })
    passed.on('error', () => response.destroy())
    response.on('close', () => passed.destroy())
    request.pipe(passed)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
