export interface DiffLine {
  text: string
  change: 'same' | 'added' | 'removed'
}

/** Longer texts are compared by their beginning and end alone: the table below grows with the square. */
const MAX_COMPARED = 400

/** A text as it is now, with the lines that are new in it and those that went. */
export function diffLines(before: string, now: string): DiffLine[] {
  const [old, fresh] = [before.split('\n'), now.split('\n')]
  let start = 0
  while (start < old.length && start < fresh.length && old[start] === fresh[start]) start += 1
  let end = 0
  while (
    end < old.length - start &&
    end < fresh.length - start &&
    old[old.length - 1 - end] === fresh[fresh.length - 1 - end]
  )
    end += 1
  const same = (text: string): DiffLine => ({ text, change: 'same' })
  return [
    ...fresh.slice(0, start).map(same),
    ...middle(old.slice(start, old.length - end), fresh.slice(start, fresh.length - end)),
    ...fresh.slice(fresh.length - end).map(same),
  ]
}

/** The longest common subsequence, removed before added where both are possible. */
function middle(old: readonly string[], fresh: readonly string[]): DiffLine[] {
  const removed = (text: string): DiffLine => ({ text, change: 'removed' })
  const added = (text: string): DiffLine => ({ text, change: 'added' })
  if (old.length === 0 || fresh.length === 0 || old.length > MAX_COMPARED || fresh.length > MAX_COMPARED)
    return [...old.map(removed), ...fresh.map(added)]
  const width = fresh.length + 1
  const common = new Uint16Array((old.length + 1) * width)
  for (let i = old.length - 1; i >= 0; i -= 1)
    for (let j = fresh.length - 1; j >= 0; j -= 1)
      common[i * width + j] =
        old[i] === fresh[j]
          ? common[(i + 1) * width + j + 1]! + 1
          : Math.max(common[(i + 1) * width + j]!, common[i * width + j + 1]!)
  const lines: DiffLine[] = []
  let [i, j] = [0, 0]
  while (i < old.length && j < fresh.length) {
    if (old[i] === fresh[j]) {
      lines.push({ text: fresh[j]!, change: 'same' })
      i += 1
      j += 1
    } else if (common[(i + 1) * width + j]! >= common[i * width + j + 1]!) lines.push(removed(old[i++]!))
    else lines.push(added(fresh[j++]!))
  }
  return [...lines, ...old.slice(i).map(removed), ...fresh.slice(j).map(added)]
}
