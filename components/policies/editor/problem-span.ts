/** From where to where a problem is underlined: the word, the text in quotes or the sign that stands at its place. */
export function problemSpan(source: string, line: number, column: number): { start: number; end: number } {
  const lines = source.split('\n')
  const before = lines.slice(0, line - 1).reduce((sum, each) => sum + each.length + 1, 0)
  const start = Math.min(before + column - 1, source.length)
  const [token] = /^(?:[\w$]+|"[^"\n]*"?|'[^'\n]*'?|\S)/.exec(source.slice(start)) ?? []
  if (token !== undefined) return { start, end: start + token.length }
  // It ends where more was expected: underline what came last.
  const last = source.slice(0, start).trimEnd().length
  const from = /\S+$/.exec(source.slice(0, last))?.index ?? 0
  return { start: from, end: last }
}
