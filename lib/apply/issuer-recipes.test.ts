import { readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { fitProblem, readBearerClaims } from '@/lib/identities/bearer-claims'
import type { Issuer } from '@/lib/identities/issuer'
import { UNLESS_TOLD, whatIsSaid } from '@/lib/identities/issuer-settings'
import { sharedIssuerProblem } from '@/lib/identities/shared-issuers'
import { readDocument } from './document'

/** What docs/issuers.md tells people to write is what this build reads, and accepts the tokens it shows. */

const NOW = new Date('2026-11-27T12:00:00Z')
const HERE = ['https://gateway.acme.test/crm/mcp']

const recipes = readFileSync(path.resolve('docs/issuers.md'), 'utf8')
  .split('\n## Recipes\n')[1]!
  .split('\n### ')
  .slice(1)
  .map((section) => {
    const block = (language: string) => new RegExp(`\`\`\`${language}\n(.*?)\`\`\``, 's').exec(section)![1]!
    return { name: section.split('\n', 1)[0]!, yaml: block('yaml'), claims: JSON.parse(block('json')) as object }
  })

describe.each(recipes)('the recipe for $name', ({ name, yaml, claims }) => {
  const { document, problems } = readDocument(yaml, {})
  const entry = document.issuers[0]!
  const issuer: Issuer = { id: '', issuer: entry.issuer, ...UNLESS_TOLD, ...whatIsSaid(entry.settings) }
  const token = { ...claims, iat: NOW.getTime() / 1000, exp: NOW.getTime() / 1000 + 600 }

  it('is an access.yaml without a problem', () => {
    expect(problems).toEqual([])
    expect(sharedIssuerProblem(issuer.issuer, issuer.requiredClaims)).toBeNull()
  })

  it('accepts its token, and not one from elsewhere', () => {
    const result = readBearerClaims(token, issuer, NOW)
    if (!result.ok) throw new Error(`${name}: ${result.detail}`)
    expect(fitProblem(result.bearer, issuer, HERE)).toBeNull()
    expect(result.bearer.kind).toBe(issuer.kind)
    if (issuer.kind === 'human') expect(result.bearer.verifiedEmail).toBe('dana@acme.test')
    expect((claims as { iss: string }).iss).toBe(issuer.issuer)
    for (const claim of Object.keys(issuer.requiredClaims)) {
      expect(readBearerClaims({ ...token, [claim]: 'system:serviceaccount:other:x' }, issuer, NOW).ok).toBe(false)
    }
  })
})

it('there is one for each of the seven', () => {
  expect(recipes.map(({ name }) => name)).toEqual([
    'Okta',
    'Microsoft Entra ID',
    'Google Workspace',
    'Keycloak',
    'GitHub Actions',
    'GitLab',
    'Kubernetes',
  ])
})
