import fs from 'node:fs'
import { inRoot } from '@/scripts/prepare/root.mjs'

export interface AccessValues {
  CRM_URL: string
  CRM_TOKEN: string
  EVERYTHING_URL: string
}

/** The demo's access.yaml with this instance's addresses. @throws Error when the file asks for what nobody gave. */
export function fillIn(template: string, values: AccessValues): string {
  const given: Record<string, string> = { ...values }
  return template.replace(/\$\{([A-Z_]+)\}/g, (_, name: string) => {
    const value = given[name]
    if (value === undefined) throw new Error(`access.yaml asks for \${${name}}, which the demo does not know.`)
    return value
  })
}

export const readTemplate = (): string => fs.readFileSync(inRoot('demo/access.yaml'), 'utf8')
