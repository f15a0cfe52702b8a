import { randomBytes } from 'node:crypto'
import type { Command } from '@/cli/command'
import { maskText } from '@/lib/masking/mask'

export const mask: Command = {
  name: 'mask',
  usage: '< file.json',
  summary: 'Replaces what the gateway would replace, with every detector on',
  async run(context) {
    // A key of this run: the placeholders must not be those of any session.
    const { text, redactions } = maskText(await context.readStdin(), randomBytes(32))
    if (context.json) context.show({ text, redactions }, '')
    else process.stdout.write(text)
    const counts = Object.entries(redactions).map(([type, count]) => `${count} ${type}`)
    if (!context.json) context.warn(counts.length > 0 ? `masked ${counts.join(', ')}` : 'nothing to mask')
    return 0
  },
}
