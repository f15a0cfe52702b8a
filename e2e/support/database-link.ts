import net from 'node:net'

export interface DatabaseLink {
  url: string
  /** Connections whose application name contains it: `cut` ends them and refuses new ones, `freeze` lets nothing through. */
  cut(applicationName?: string): void
  freeze(applicationName?: string): void
  /** What is sent still arrives, but no answer comes back: nobody here can know what was committed. */
  deafen(applicationName?: string): void
  /** Everything passes again; what was frozen goes on. */
  heal(): void
  close(): Promise<void>
}

interface Pair {
  name: string
  client: net.Socket
  server: net.Socket
}

/** Stands between a gateway and PostgreSQL, so that a test can take the database away as networks do. */
export async function linkDatabase(databaseUrl: string): Promise<DatabaseLink> {
  const target = new URL(databaseUrl)
  const pairs = new Set<Pair>()
  let fault: { kind: 'cut' | 'freeze'; name: string } | null = null
  const hit = (name: string, kind: 'cut' | 'freeze') => fault?.kind === kind && name.includes(fault.name)

  const listener = net.createServer((client) => {
    client.on('error', () => client.destroy())
    client.once('data', (startup) => {
      // The startup packet carries its parameters as plain text.
      const fields = startup.subarray(8).toString('utf8').split('\0')
      const name = fields[fields.indexOf('application_name') + 1] ?? ''
      if (hit(name, 'cut')) return client.destroy()
      const server = net.connect(Number(target.port), target.hostname)
      const pair = { name, client, server }
      pairs.add(pair)
      const end = () => {
        pairs.delete(pair)
        client.destroy()
        server.destroy()
      }
      for (const socket of [client, server]) socket.on('error', end).on('close', end)
      server.write(startup)
      client.pipe(server)
      server.pipe(client)
      if (hit(name, 'freeze')) stall(pair)
    })
  })
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve))
  const url = new URL(databaseUrl)
  url.port = String((listener.address() as net.AddressInfo).port)

  const stalled = new Set<Pair>()
  const stall = (pair: Pair) => {
    const { client, server } = pair
    stalled.add(pair)
    client.unpipe(server)
    server.unpipe(client)
    client.pause()
    server.pause()
  }
  return {
    url: url.toString(),
    cut(name = '') {
      fault = { kind: 'cut', name }
      for (const pair of pairs) if (pair.name.includes(name)) pair.client.destroy()
    },
    freeze(name = '') {
      fault = { kind: 'freeze', name }
      for (const pair of pairs) if (pair.name.includes(name)) stall(pair)
    },
    deafen(name = '') {
      for (const { name: theirs, server, client } of pairs) {
        if (!theirs.includes(name)) continue
        server.unpipe(client)
        server.resume()
      }
    },
    heal() {
      fault = null
      for (const { client, server } of stalled) {
        client.pipe(server)
        server.pipe(client)
      }
      stalled.clear()
    },
    close: () =>
      new Promise<void>((resolve) => {
        for (const { client } of pairs) client.destroy()
        listener.close(() => resolve())
      }),
  }
}
