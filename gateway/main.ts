import { readEnv } from '@/lib/env'
import { startGateway } from './start'

const settings = readEnv()
const gateway = await startGateway(settings)

let stopping = false
for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.on(signal, () => {
    if (stopping) return
    stopping = true
    void gateway.stop().finally(() => process.exit(0))
  })
}
// A fault in one exchange must not end all others; what it was is logged, and it passes nothing on.
process.on('unhandledRejection', (reason) => gateway.fault('unhandled rejection', reason))
process.on('uncaughtException', (error) => gateway.fault('uncaught exception', error))
