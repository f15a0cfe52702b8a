import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { MaskType } from '@/lib/domain'
import { findSensitive } from './mask'

interface Labelled {
  text: string
  values: { type: string; start: number; end: number }[]
}

/** Texts with `{{TYPE:value}}` around what a reader would want masked. */
function readLabelled(name: string): Labelled[] {
  const lines = readFileSync(join(import.meta.dirname, 'labelled', name), 'utf8').split('\n')
  return lines.filter((line) => line !== '').map(readLine)
}

function readLine(line: string): Labelled {
  let text = ''
  const values: Labelled['values'] = []
  let from = 0
  for (const match of line.matchAll(/\{\{([A-Z_]+):(.+?)\}\}/g)) {
    text += line.slice(from, match.index)
    const [, type, value] = match as unknown as [string, string, string]
    values.push({ type, start: text.length, end: text.length + value.length })
    text += value
    from = match.index + match[0].length
  }
  return { text: text + line.slice(from), values }
}

/** By value: one counts as found when its very type covers most of it, so that nothing readable is left. */
function scoreOf(texts: readonly Labelled[], type: string) {
  let [right, missed, wrong] = [0, 0, 0]
  const mistakes: string[] = []
  for (const { text, values } of texts) {
    const wanted = values.filter((value) => value.type === type)
    const found = findSensitive(text, MaskType.options).filter((span) => span.type === type)
    for (const value of wanted) {
      const covered = found.some(({ start, end }) => start <= value.start + 1 && end >= value.end - 1)
      if (covered) right++
      else {
        missed++
        mistakes.push(`missed in: ${text}`)
      }
    }
    for (const span of found) {
      if (wanted.some((value) => span.start < value.end && span.end > value.start)) continue
      wrong++
      mistakes.push(`wrong: ${text.slice(span.start, span.end)} in: ${text}`)
    }
  }
  const precision = right / Math.max(1, right + wrong)
  const recall = right / Math.max(1, right + missed)
  return {
    f2: (5 * precision * recall) / Math.max(1e-9, 4 * precision + recall),
    precision,
    total: right + missed,
    mistakes,
  }
}

const BEST_EFFORT: MaskType[] = ['PERSON_NAME', 'ADDRESS']
const structured = readLabelled('structured.txt')
const bestEffort = readLabelled('best-effort.txt')
const everything = [...structured, ...bestEffort]

describe('how well values are found in labelled texts does not drop', () => {
  test.each(MaskType.options.filter((type) => !BEST_EFFORT.includes(type)))('%s: F2 of 0.97 at least', (type) => {
    const { f2, total, mistakes } = scoreOf(everything, type)
    expect(total).toBeGreaterThan(0)
    expect(f2, mistakes.join('\n')).toBeGreaterThanOrEqual(0.97)
  })

  test.each(BEST_EFFORT)('%s: F2 of 0.85 at least, and hardly ever wrong', (type) => {
    const { f2, precision, mistakes } = scoreOf(everything, type)
    expect(f2, mistakes.join('\n')).toBeGreaterThanOrEqual(0.85)
    expect(precision, mistakes.join('\n')).toBeGreaterThanOrEqual(0.95)
  })
})
