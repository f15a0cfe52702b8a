import { expect } from 'vitest'
import { CANARY } from '../support/upstreams'
import { type MatrixClient, unmasked, type Visit } from './visit'
import type { Matrix, Server } from './world'

/** Whatever a client says of what is refused: the gateway's own sentence, or its own for a tool it was not shown. */
const REFUSED = /No grant allows this|not found/

/** One client at one server, directly and then through the gateway. @returns whether the two can talk at all. */
export async function compare(matrix: Matrix, client: MatrixClient, server: Server): Promise<boolean> {
  const { url, ran } = matrix.upstream(server)
  const directly = await attempt(client, url, 'none')
  const deletions = () => ran.filter((tool) => tool === 'delete_customer').length
  const before = deletions()
  const governed = await attempt(client, matrix.through(server), matrix.key)
  if (directly instanceof Error) {
    // A client of one era at a server of the other: no more and no less than without us.
    expect(governed).toBeInstanceOf(Error)
    return false
  }
  if (governed instanceof Error) throw governed
  expect(directly.deletion).toContain('deleted c1')
  expect(governed.tools).toEqual(directly.tools.filter((tool) => GRANTED.test(tool)))
  expect(governed.customer).not.toContain(CANARY.email)
  expect(governed.customer).not.toContain(CANARY.card)
  expect(unmasked(governed.customer)).toBe(directly.customer)
  expect(governed.deletion).toMatch(REFUSED)
  expect(deletions()).toBe(before)
  return true
}

const GRANTED = /^(get_|count$)/

const attempt = (client: MatrixClient, url: string, key: string): Promise<Visit | Error> =>
  client.visit(url, key).catch((error: Error) => error)
