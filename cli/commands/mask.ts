import { randomBytes } from 'node:crypto'
import { type Command, type CommandContext, UsageError } from '@/cli/command'
import { MaskType } from '@/lib/domain'
import { compileFields, type Fields } from '@/lib/masking/fields'
import { EVERY_TYPE, findSensitive, maskSpans } from '@/lib/masking/mask'
import { placesOf } from '@/lib/masking/places'

export const mask: Command = {
  name: 'mask',
  usage: '[--types EMAIL,PHONE] [--field PATH]… < file.json',
  summary: 'Replaces what the gateway would replace, with every detector on or those named, and what stands in fields',
  options: { types: { type: 'string' }, field: { type: 'string', multiple: true } },
  async run(context) {
    const types = typesIn(context)
    const fields = fieldsIn(context)
    const source = await context.readStdin()
    const spans = findSensitive(source, types, fields)
    // A key of this run: the placeholders must not be those of any session.
    const { text, redactions } = maskSpans(source, spans, randomBytes(32))
    const places = placesOf(source, spans)
    if (context.json) {
      context.show({ text, redactions, places }, '')
      return 0
    }
    process.stdout.write(text)
    const counts = places.map(
      ({ type, count, lines }) => `${count} ${type} (${lines.length === 1 ? 'line' : 'lines'} ${lines.join(', ')})`,
    )
    context.warn(counts.length > 0 ? `masked ${counts.join('; ')}` : 'nothing to mask')
    return 0
  },
}

function typesIn(context: CommandContext): readonly MaskType[] {
  const asked = context.option('types')
  if (asked === undefined) return EVERY_TYPE
  return asked
    .split(',')
    .map((word) => word.trim().toUpperCase())
    .filter((word) => word !== '')
    .map((word) => {
      const type = MaskType.safeParse(word)
      if (!type.success) throw new UsageError(`${word} is no type. There are: ${MaskType.options.join(', ')}`)
      return type.data
    })
}

function fieldsIn(context: CommandContext): Fields | null {
  const paths = context.options('field')
  if (paths.length === 0) return null
  const compiled = compileFields(paths)
  if (!compiled.ok) throw new UsageError(compiled.problem)
  return compiled.fields
}
