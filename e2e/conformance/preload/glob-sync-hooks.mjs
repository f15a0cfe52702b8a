const WITH_GLOB_SYNC = `export * from 'node:fs'
export { default } from 'node:fs'
export const globSync = () => { throw new Error('This Node has no globSync.') }`
const url = `data:text/javascript,${encodeURIComponent(WITH_GLOB_SYNC)}`

/** The exports of a built-in module are fixed once it is loaded, so the suites are given another one. */
export function resolve(specifier, context, next) {
  const isFs = specifier === 'fs' || specifier === 'node:fs'
  return isFs && context.parentURL?.includes('/conformance-') ? { url, shortCircuit: true } : next(specifier, context)
}
