import { spawn } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { PlainError } from '../prepare/plain-error.mjs'
import { inRoot, ROOT } from '../prepare/root.mjs'
import { countOne, countPlaywright, countVitest } from './counts.mjs'

const VITEST = 'node_modules/vitest/vitest.mjs'

const reportFile = (name) => path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'countersign-report-')), `${name}.json`)

function takeReport(file) {
  const text = fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : undefined
  fs.rmSync(path.dirname(file), { recursive: true, force: true })
  return text
}

function vitest(...projects) {
  const file = reportFile('vitest')
  return {
    name: `${projects.join(' and ')} tests`,
    args: [
      VITEST,
      'run',
      ...projects.flatMap((project) => ['--project', project]),
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${file}`,
    ],
    count: (exitCode) => countVitest(takeReport(file), exitCode),
  }
}

export const types = () => ({ name: 'types', args: ['node_modules/typescript/bin/tsc', '--noEmit'], count: countOne })
export const lint = () => ({
  name: 'lint',
  args: ['node_modules/@biomejs/biome/bin/biome', 'ci', '--colors=off'],
  count: countOne,
})
export const importRules = () => ({
  name: 'import rules',
  args: ['scripts/verify/import-rules.mjs'],
  count: countOne,
})
export const unitTests = () => vitest('unit')
export const databaseTests = () => vitest('database')
export const protocolTests = () => vitest('protocol', 'timed')
export const conformanceTests = () => vitest('conformance')
export const longTests = () => vitest('long')

export function browserStories(chromium) {
  const file = reportFile('playwright')
  return {
    name: 'browser stories',
    args: ['node_modules/@playwright/test/cli.js', 'test', '--reporter=list,json'],
    env: { CHROMIUM_PATH: chromium, PLAYWRIGHT_JSON_OUTPUT_FILE: file, PLAYWRIGHT_JSON_OUTPUT_NAME: file },
    count: (exitCode) => countPlaywright(takeReport(file), exitCode),
  }
}

/** Whether a folder holds at least one file of that ending, at any depth. */
export function hasFiles(folder, ending) {
  const names = fs.existsSync(inRoot(folder)) ? fs.readdirSync(inRoot(folder), { recursive: true }) : []
  return names.some((name) => String(name).endsWith(ending))
}

function run({ args, env }, stdio) {
  return new Promise((resolve) => {
    let output = ''
    const child = spawn(process.execPath, args, { cwd: ROOT, env: { ...process.env, ...env }, stdio })
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (output += chunk))
    child.once('error', (error) => resolve({ exitCode: 1, output: error.message }))
    child.once('close', (code) => resolve({ exitCode: code ?? 1, output }))
  })
}

/** A step that cannot even begin is one failure, and the others still run. */
export async function orOneFailure(work) {
  try {
    return await work()
  } catch (error) {
    say(error instanceof PlainError ? error.message : error.stack)
    return [{ passed: 0, failed: 1 }]
  }
}

const say = (line) => process.stdout.write(`${line}\n`)
const verdict = (step, counts, startedAt) =>
  say(
    `${counts.failed ? 'FAILED' : 'ok'}  ${step.name} (${counts.passed} passed, ${counts.failed} failed, ${((Date.now() - startedAt) / 1000).toFixed(1)} s)`,
  )

/** Runs a step whose output is shown as it comes. */
export async function runAloud(step) {
  say(`\n== ${step.name}`)
  const startedAt = Date.now()
  const { exitCode } = await run(step, ['ignore', 'inherit', 'inherit'])
  const counts = step.count(exitCode)
  verdict(step, counts, startedAt)
  return counts
}

/** Runs steps at the same time; only what fails shows its output, whole. */
export function runTogether(steps) {
  return Promise.all(
    steps.map(async (step) => {
      const startedAt = Date.now()
      const { exitCode, output } = await run(step, ['ignore', 'pipe', 'pipe'])
      const counts = step.count(exitCode)
      if (counts.failed) say(`\n== ${step.name}\n${output.trimEnd()}`)
      verdict(step, counts, startedAt)
      return counts
    }),
  )
}
