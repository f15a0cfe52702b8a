import { createRequire } from 'node:module'
import { pino } from 'pino'
import { expect, it } from 'vitest'
import { readEnv } from '@/lib/env'
import { NO_TRACE } from './call'
import { startTelemetry } from './telemetry'

const isLoaded = () => Object.keys(createRequire(import.meta.url).cache).some((file) => /opentelemetry.sdk/.test(file))
const log = pino({ level: 'silent' })
const request = { headers: {}, method: 'POST' } as never

it('costs nothing where no collector is named: the libraries are not even loaded', async () => {
  for (const settings of [{}, { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1', OTEL_SDK_DISABLED: 'true' }]) {
    const telemetry = await startTelemetry(readEnv(settings), 'replica', log)
    expect(telemetry.begin(request, 'ref_1')).toBe(NO_TRACE)
    await telemetry.stop()
  }
  expect(isLoaded()).toBe(false)
  const on = await startTelemetry(readEnv({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1' }), 'replica', log)
  expect(on.begin(request, 'ref_1').isOn).toBe(true)
  expect(isLoaded()).toBe(true)
})
