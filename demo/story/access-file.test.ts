import { describe, expect, it } from 'vitest'
import { MACHINES, PEOPLE, VENDOR_AGENT } from '@/demo/cast'
import { readDocument } from '@/lib/apply/document'
import { fillIn, readTemplate } from './access-file'

const values = {
  CRM_URL: 'http://127.0.0.1:4101/mcp',
  CRM_TOKEN: 'the-token',
  EVERYTHING_URL: 'http://127.0.0.1:4102/mcp',
}
const { document, problems } = readDocument(fillIn(readTemplate(), values), {})

describe('the demo’s access.yaml', () => {
  it('is a file that apply accepts as it is', () => {
    expect(problems).toEqual([])
    expect(document.connections.map(({ slug, upstreamUrl }) => [slug, upstreamUrl])).toEqual([
      ['crm', values.CRM_URL],
      ['everything', values.EVERYTHING_URL],
    ])
    expect(document.connections[0]!.credential).toEqual({
      kind: 'header',
      header: 'Authorization',
      value: 'Bearer the-token',
    })
  })

  it('names exactly the people of the identity provider and the machines of the story', () => {
    const people = document.identities.filter(({ kind }) => kind === 'human')
    expect(people.map(({ name, displayName }) => [name, displayName]).sort()).toEqual(
      PEOPLE.map(({ email, name }) => [email, name]).sort(),
    )
    const machines = document.identities.filter(({ kind }) => kind !== 'human')
    expect(machines.map(({ name }) => name).sort()).toEqual([...MACHINES].sort())
    expect(machines.every(({ owner }) => people.some(({ name }) => name === owner))).toBe(true)
  })

  it('ends whoever the provider no longer signs in, and nobody else', () => {
    const ended = document.identities.flatMap(({ name, endsAt }) => (endsAt ? [name] : []))
    expect(ended).toEqual(PEOPLE.flatMap(({ email, left }) => (left ? [email] : [])))
  })

  it('leads the vendor’s agent to the CRM by two ways, without an end', () => {
    const groups = document.groups
      .filter(({ members }) => members.includes(VENDOR_AGENT))
      .map(({ name }) => `group:${name}`)
    const ways = document.grants.filter(({ subject }) => subject === VENDOR_AGENT || groups.includes(subject))
    expect(ways.map(({ connection, tools, until }) => [connection, tools, until ?? null])).toEqual([
      ['crm', ['*'], null],
      ['crm', ['get_*', 'search_*'], null],
    ])
  })

  it('is not filled in by halves', () => {
    expect(() => fillIn(readTemplate().replace('{CRM_URL}', '{SOMETHING_ELSE}'), values)).toThrow(/SOMETHING_ELSE/)
  })
})
