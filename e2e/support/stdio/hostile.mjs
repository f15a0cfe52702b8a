import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'

// An MCP server over stdio that does whatever a bad one does. It ignores that it should go: SIGTERM, and the end of stdin.
process.on('SIGTERM', () => {})
process.on('SIGHUP', () => {})
setInterval(() => {}, 1_000)

const CANARY = 'zofia.canary@planted.test 4556737586899855'
const say = (message) => process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`)
const text = (value) => ({ content: [{ type: 'text', text: value }] })
const waiting = new Map()

const TOOLS = {
  echo: (args) => text(JSON.stringify(args)),
  environment: () => text(Object.keys(process.env).sort().join(' ')),
  pid: () => text(String(process.pid)),
  secret: () => text(`my key is ${process.env.API_KEY}, ${Buffer.from(process.env.API_KEY ?? '').toString('base64')}`),
  exit: ({ status = 3 }) => {
    process.stderr.write(`going down, said ${CANARY}\n`)
    process.exit(status)
  },
  killed: () => process.kill(process.pid, 'SIGKILL'),
  flood: ({ lines = 20_000 }) => {
    for (let i = 0; i < lines; i++) process.stderr.write(`${i} ${CANARY} ${process.env.API_KEY}\n`)
    return text('flooded')
  },
  garbage: () => {
    process.stdout.write(`listening on ${CANARY}\n{"not":"a message"}\n[]\n\n\u0001\ufffd{"jsonrpc":\n`)
    process.stdout.write(Buffer.from([0xff, 0xfe, 0x7b, 0x7d, 0x0a]))
    say({ id: 'nobody asked', result: text(CANARY) })
    say({ method: 'notifications/progress', params: { progressToken: 'nobody', progress: 1, message: CANARY } })
    return text('after garbage')
  },
  split: (_args, id) => {
    const whole = Buffer.from(`${JSON.stringify({ jsonrpc: '2.0', id, result: text('é in pieces') })}\r\n`)
    let at = 0
    const next = () => {
      if (at < whole.length) process.stdout.write(whole.subarray(at, ++at), () => setImmediate(next))
    }
    next()
  },
  endless: () => {
    const more = () => {
      while (process.stdout.write('x'.repeat(65_536)));
    }
    process.stdout.on('drain', more)
    more()
  },
  // In its group, in a session of its own, and without the environment it was given.
  children: () => {
    const pids = [
      spawn('/bin/sleep', ['3607'], { stdio: 'ignore' }),
      spawn('/bin/sleep', ['3607'], { stdio: 'ignore', detached: true }),
      spawn('/bin/sleep', ['3607'], { stdio: 'ignore', env: {} }),
    ].map((child) => {
      child.unref()
      return child.pid
    })
    return text([process.pid, process.ppid, ...pids].join(' '))
  },
  ask: (_args, id) => {
    say({ id: 'question', method: 'sampling/createMessage', params: { messages: [], maxTokens: 1 } })
    waiting.set('question', (answer) => say({ id, result: text(`you said ${JSON.stringify(answer)}`) }))
  },
  progress: ({ steps = 3 }, _id, meta) => {
    for (let i = 1; i <= steps; i++) {
      say({
        method: 'notifications/progress',
        params: { progressToken: meta?.progressToken, progress: i, message: CANARY },
      })
    }
    say({ method: 'notifications/message', params: { level: 'info', data: CANARY } })
    return text('done')
  },
  unasked: () => {
    setTimeout(() => say({ method: 'notifications/tools/list_changed' }), 20)
    return text('soon')
  },
  hold: (_args, id) => void waiting.set('hold', () => say({ id, result: text('released') })),
  release: () => {
    waiting.get('hold')?.()
    return text('ok')
  },
  deaf: () => void process.stdin.pause(),
}

createInterface({ input: process.stdin }).on('line', (line) => {
  const { id, method, params, result, error } = JSON.parse(line)
  if (method === undefined) return waiting.get(id)?.(result ?? error)
  if (id === undefined) return
  if (method === 'initialize') {
    const capabilities = { tools: { listChanged: true }, logging: {} }
    const { protocolVersion } = params
    return say({ id, result: { protocolVersion, capabilities, serverInfo: { name: 'hostile', version: '1' } } })
  }
  if (method === 'tools/list') return say({ id, result: { tools: Object.keys(TOOLS).map((name) => ({ name })) } })
  if (method === 'ping') return say({ id, result: {} })
  if (method !== 'tools/call') return say({ id, error: { code: -32601, message: 'Method not found' } })
  const answer = TOOLS[params.name](params.arguments ?? {}, id, params._meta)
  if (answer !== undefined) say({ id, result: answer })
})
