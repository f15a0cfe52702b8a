import { spawn } from 'node:child_process'
import { PlainError } from './plain-error.mjs'

const KEPT_LINES = 25

/**
 * Runs a command whose output matters only when it fails: then its last lines, or its first ones where the reason
 * comes before the help text.
 * @param {string} command @param {string[]} args
 * @param {{ cwd: string, env?: Record<string, string>, failure: string, tell?: 'first' | 'last' }} options
 */
export function runQuietly(command, args, { cwd, env, failure, tell = 'last' }) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] })
    let output = ''
    const keep = (chunk) => {
      const lines = (output + chunk).split('\n')
      output = (tell === 'last' ? lines.slice(-KEPT_LINES) : lines.slice(0, KEPT_LINES)).join('\n')
    }
    child.stdout.on('data', keep)
    child.stderr.on('data', keep)
    child.once('error', (error) => reject(new PlainError(`${failure}: ${error.message}`)))
    child.once('close', (code, signal) => {
      if (code === 0) resolve(undefined)
      else reject(new PlainError(`${failure} (${signal ?? `exit ${code}`}). It says:\n${output.trim()}`))
    })
  })
}
