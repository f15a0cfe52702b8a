import { EVERY_TYPE, findSensitive, maskText } from '@/lib/masking/mask'

const KEY = Buffer.alloc(32, 7)
const MEASURE_MS = 1_000

/** Megabytes a second of the processor's time, best of three: what else the machine does is not the masker's fault. */
function speedOf(text: string, work: (text: string) => unknown = (each) => findSensitive(each, EVERY_TYPE)): number {
  for (let i = 0; i < 3; i++) work(text)
  let best = 0
  for (let round = 0; round < 3; round++) {
    const before = process.cpuUsage()
    const until = performance.now() + MEASURE_MS / 3
    let times = 0
    do {
      work(text)
      times++
    } while (performance.now() < until)
    const { user, system } = process.cpuUsage(before)
    best = Math.max(best, (text.length * times) / (user + system))
  }
  return best
}

const message = (value: unknown): string => JSON.stringify({ jsonrpc: '2.0', id: 7, result: value })
const quoted = (value: unknown): string => message({ content: [{ type: 'text', text: JSON.stringify(value) }] })

const order = (i: number) => ({
  id: `ord_${i}x`,
  uuid: '5f1c0f5e-8c54-4d3e-9a51-1d1f3b0a7c2e',
  status: 'active',
  plan: 'Enterprise Plus',
  created: '2026-03-04T10:11:12.123Z',
  due: '2026-04-01',
  tags: ['north', 'priority', 'renewal'],
  summary: 'Renewal is expected next quarter; the team wants a longer term, and a discount of 12.5 % on seats.',
  amount: (i * 37) % 9_973,
  nested: { region: 'eu-west-1', stage: 'negotiation', score: 0.75, path: '/srv/data/orders/current.json' },
})

const customer = (i: number) => ({
  ...order(i),
  name: 'Jane Roe',
  email: `jane.roe${i}@example.com`,
  phone: `+1 212 555 ${String(i % 10_000).padStart(4, '0')}`,
  card: '4111 1111 1111 1111',
})

const rows = <T>(count: number, row: (i: number) => T): T[] => Array.from({ length: count }, (_, i) => row(i))

const HOSTILE: [what: string, unit: string][] = [
  ['digits', '1234567890'],
  ['digits with joints', '1-2.3 '],
  ['dots', '.'],
  ['at signs', 'a@'],
  ['Base64', 'QUJDREVGR0hJSktMTU5PUA'],
  ['hyphens', '-----BEGIN '],
  ['escapes', '\\u0040\\\\"'],
  ['colons', 'ab:cd:'],
  ['capitals', 'Anna Anna '],
  ['titles', 'Dr. Anna '],
  ['key words', 'token= password: '],
  ['links with logins', 'x://a:b@'],
  ['streets', '12 Elm Street '],
  ['token heads', 'eyJhbGciOiJIUzI1NiJ9.'],
  ['key heads', 'sk-ant-ghp_AKIA'],
  ['placeholders', '[EMAIL_k7f2q9ab] '],
  ['dates', 'born 1990-01-01 '],
]
const SIZES = [100_000, 400_000, 1_600_000]

export function measureMaskSpeed(): void {
  const million = Math.ceil(1_000_000 / JSON.stringify(order(0)).length)
  const cases: [string, string][] = [
    ['clean, structured', message({ structuredContent: { orders: rows(million, order) } })],
    ['clean, JSON inside text', quoted(rows(million, order))],
    ['clean, one small message', message({ content: [{ type: 'text', text: 'Three orders are open.' }] })],
    ['typical: one row in ten is a customer', quoted(rows(million, (i) => (i % 10 === 0 ? customer(i) : order(i))))],
    ['full: every row is a customer', quoted(rows(million, customer))],
  ]
  for (const [what, text] of cases) {
    const search = speedOf(text)
    const mask = speedOf(text, (each) => maskText(each, KEY))
    console.log(`  ${what.padEnd(40)} ${mb(search)} searched, ${mb(mask)} searched and masked`)
  }
  console.log('  hostile strings, 0.1, 0.4 and 1.6 MB (the same speed at each size is linear time)')
  for (const [what, unit] of HOSTILE) {
    const speeds = SIZES.map((size) => speedOf(message(unit.repeat(size / unit.length))))
    console.log(`    ${what.padEnd(38)} ${speeds.map(mb).join('  ')}`)
  }
}

const mb = (speed: number): string => `${speed.toFixed(speed < 10 ? 1 : 0).padStart(5)} MB/s`
