/** `crm, ware*` as it is typed; each name once. */
export const parseGlobs = (text: string): string[] => [...new Set(text.split(/[\s,]+/).filter(Boolean))]

export const printGlobs = (globs: readonly string[]): string => globs.join(', ')
