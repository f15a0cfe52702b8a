import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface RunningServer {
  url: string
  close(): Promise<void>
}

const LOOPBACK = '127.0.0.1'

/** On loopback unless told otherwise: the demo's servers are for this machine. Port 0 picks a free one. */
export async function listen(listener: RequestListener, port: number, bind = LOOPBACK): Promise<RunningServer> {
  const server = createServer(listener)
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, bind, resolve)
  })
  return {
    url: `http://${LOOPBACK}:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        // Open event streams would keep it waiting for ever.
        server.closeAllConnections()
      }),
  }
}
