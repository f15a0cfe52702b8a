import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface RunningServer {
  url: string
  close(): Promise<void>
}

/** Loopback only: the demo's servers are for this machine. Port 0 picks a free one. */
export async function listenOnLoopback(listener: RequestListener, port: number): Promise<RunningServer> {
  const server = createServer(listener)
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', resolve)
  })
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        // Open event streams would keep it waiting for ever.
        server.closeAllConnections()
      }),
  }
}
