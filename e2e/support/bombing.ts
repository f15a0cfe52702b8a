import { setPriority } from 'node:os'
import { bombs, slowloris } from './bombs'

/** Every bomb over and over until stdin ends, in a process of its own. One line when it begins, and one about what it did. */
const { url, key } = JSON.parse(process.argv[2]!) as { url: string; key: string }

// An attacker's machine is not ours: it must not win by taking the processor from the gateway's neighbours.
setPriority(19)
const SLOW = 200
let isOver = false
let exploded = 0
process.stdin.resume().on('end', () => {
  isOver = true
})
process.stdout.write('begun\n')
const slow = slowloris(Number(new URL(url).port), SLOW)
await Promise.all(
  bombs(url, key).map(async ({ send }) => {
    while (!isOver) {
      await send()
      exploded++
    }
  }),
)
// Whoever was told the reason has to be heard, however little of the processor is left for it.
for (let i = 0; slow.refused() < SLOW && i < 600; i++) await new Promise((resolve) => setTimeout(resolve, 50))
process.stdout.write(`${JSON.stringify({ exploded, slowRefused: slow.refused() })}\n`)
slow.stop()
process.exit(0)
