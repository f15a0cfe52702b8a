import { benchBombs } from './bombs'
import { benchGateway } from './gateway'
import { benchHolds } from './holds'
import { benchMask } from './mask'
import { benchRevocation } from './revocation'
import { benchRules } from './rules'
import { benchStreams } from './streams'

const BENCHMARKS: Record<string, () => Promise<void>> = {
  bombs: benchBombs,
  gateway: benchGateway,
  holds: benchHolds,
  mask: benchMask,
  revocation: benchRevocation,
  rules: benchRules,
  streams: benchStreams,
}

const asked = process.argv.slice(2)
const unknown = asked.find((name) => !(name in BENCHMARKS))
if (unknown) {
  console.error(`There is no benchmark ${unknown}. There are: ${Object.keys(BENCHMARKS).join(', ')}.`)
  process.exit(2)
}
for (const name of asked.length > 0 ? asked : Object.keys(BENCHMARKS)) {
  console.log(`\n${name}`)
  await BENCHMARKS[name]!()
}
process.exit(0)
