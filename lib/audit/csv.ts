/** One line of CSV (RFC 4180), made so that a spreadsheet takes no cell for a formula. */
export const csvLine = (cells: readonly (string | number | null)[]): string =>
  `${cells.map((cell) => csvCell(cell === null ? '' : String(cell))).join(',')}\r\n`

/**
 * A cell that begins with one of these is run as a formula when the file is opened: `=HYPERLINK(…)` in a tool's name would
 * send what stands beside it to whoever chose the name. An apostrophe makes it text.
 */
const FORMULA = /^[\s\0]*[=+\-@＝＋－＠\t\r]/

function csvCell(text: string): string {
  const safe = FORMULA.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(safe) || safe !== text ? `"${safe.replaceAll('"', '""')}"` : safe
}
