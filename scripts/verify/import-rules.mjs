import { createRequire } from 'node:module'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

const require = createRequire(import.meta.url)
const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..')
const FOLDERS = ['app', 'components', 'gateway', 'lib', 'cli', 'demo', 'bench', 'e2e', 'scripts']

// TypeScript 7 has no JavaScript API for dependency-cruiser to parse with, and its other parser, swc, it never tells
// that a file is TSX.
const swc = require('@swc/core')
const parseFileSync = swc.parseFileSync
swc.parseFileSync = (file, options) => parseFileSync(file, { ...options, tsx: file.endsWith('.tsx') })

/**
 * Checks .dependency-cruiser.cjs on the checkout, or on another folder laid out like it.
 * @returns {Promise<{ report: string, violations: { rule: string, from: string, to: string }[], files: number }>}
 */
export async function checkImportRules(baseDir = root, folders = FOLDERS) {
  const { cruise } = await import('dependency-cruiser')
  const { forbidden, options } = require('../../.dependency-cruiser.cjs')
  // The `@/` alias is given here: reading it from tsconfig.json would need an older TypeScript too.
  const alias = { '@': baseDir }
  const result = await cruise(
    folders,
    { ...options, baseDir, validate: true, ruleSet: { forbidden }, outputType: 'json' },
    { alias },
  )
  const { summary } = JSON.parse(result.output)
  const violations = summary.violations.map((found) => ({
    rule: found.rule.name,
    from: found.from,
    to: found.cycle ? found.cycle.map((file) => file.name).join(' → ') : found.to,
  }))
  const reasons = new Map(forbidden.map((rule) => [rule.name, rule.comment]))
  const lines = violations.map(({ rule, from, to }) => `${from} → ${to}\n    ${rule}: ${reasons.get(rule)}`)
  return { report: lines.join('\n'), violations, files: summary.totalCruised }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { report, violations, files } = await checkImportRules()
  if (report) process.stdout.write(`${report}\n`)
  process.stdout.write(`${files} files, ${violations.length} wrong imports\n`)
  process.exit(violations.length > 0 ? 1 : 0)
}
