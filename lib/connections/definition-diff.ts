/** One place at which two definitions differ. Undefined: it is not there. */
export interface DefinitionChange {
  /** `description`, `inputSchema.properties.id.type`, `annotations.readOnlyHint`. */
  path: string
  before: unknown
  after: unknown
}

const MOST_CHANGES = 200

/** Where two JSON values differ, leaf by leaf in the order of the newer one; what is only in the older comes last in each object. */
export function definitionDiff(before: unknown, after: unknown): DefinitionChange[] {
  const changes: DefinitionChange[] = []
  compare(before, after, '', changes)
  return changes
}

function compare(before: unknown, after: unknown, path: string, changes: DefinitionChange[]): void {
  if (changes.length >= MOST_CHANGES || JSON.stringify(before) === JSON.stringify(after)) return
  if (!isContainer(before) || !isContainer(after) || Array.isArray(before) !== Array.isArray(after)) {
    changes.push({ path, before, after })
    return
  }
  const keys = new Set([...Object.keys(after), ...Object.keys(before)])
  for (const key of keys) compare(own(before, key), own(after, key), joined(path, key, Array.isArray(after)), changes)
}

const isContainer = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null

const own = (value: Record<string, unknown>, key: string): unknown =>
  Object.hasOwn(value, key) ? value[key] : undefined

function joined(path: string, key: string, isIndex: boolean): string {
  if (isIndex) return `${path}[${key}]`
  return path === '' ? key : `${path}.${key}`
}
