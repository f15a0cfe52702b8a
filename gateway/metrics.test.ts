import fs from 'node:fs'
import { describe, expect, it } from 'vitest'
import { gatewayMetrics } from './metrics'

const metrics = gatewayMetrics({
  version: '1.2.3',
  connections: () => 4,
  runningCalls: () => 3,
  bodyBytes: () => 2,
  recorderUp: () => true,
  recordsDropped: () => 1,
  isLeaving: () => false,
  waitingRows: () => 5,
  openExchanges: () => 6,
  heldCalls: () => 0,
  openStreams: () => 7,
  policyVersion: () => 8,
  isFresh: () => false,
})
const guide = fs.readFileSync('docs/observability.md', 'utf8')

describe('metrics', () => {
  it('are all in the guide, and the guide names no others', () => {
    const named = new Set([...guide.matchAll(/`(countersign_\w+)(?:\{\w+\})?`/g)].map((match) => match[1]!))
    const exported = metrics.registry.getMetricsAsArray().map(({ name }) => name)
    expect(new Set(exported.filter((name) => !name.startsWith('countersign_gateway_')))).toEqual(named)
  })

  it('read what they are told to read, every time they are asked', async () => {
    for (let i = 0; i < 2; i++) {
      const text = await metrics.registry.metrics()
      expect(text).toContain('countersign_build_info{version="1.2.3"} 1')
      expect(text).toContain('\ncountersign_records_dropped_total 1')
      expect(text).toContain('\ncountersign_recorder_up 1')
      expect(text).toContain('\ncountersign_policy_fresh 0')
      expect(text).toContain('\ncountersign_connections 4')
    }
  })
})
