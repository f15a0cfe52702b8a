import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import type { RefusalReason } from '@/lib/domain'
import type { HoldEnd } from './call'

export interface Readings {
  version: string
  connections(): number
  runningCalls(): number
  bodyBytes(): number
  recorderUp(): boolean
  recordsDropped(): number
  isLeaving(): boolean
  waitingRows(): number
  openExchanges(): number
  openStreams(): number
  heldCalls(): number
  policyVersion(): number
  isFresh(): boolean
}

/** What Prometheus may read. Labels are from closed lists: never a name, an address or anything a client chose. */
export function gatewayMetrics(read: Readings) {
  const registry = new Registry()
  const registers = [registry]
  collectDefaultMetrics({ register: registry, prefix: 'countersign_gateway_' })
  const refusals = new Counter({
    name: 'countersign_refusals_total',
    help: 'Requests refused, by reason',
    labelNames: ['reason'],
    registers,
  })
  const calls = new Counter({
    name: 'countersign_calls_total',
    help: 'Calls closed, by outcome',
    labelNames: ['outcome'],
    registers,
  })
  const upstream = new Histogram({
    name: 'countersign_upstream_seconds',
    help: 'From a request being recorded to its answer',
    buckets: [0.001, 0.005, 0.02, 0.1, 0.5, 2, 10, 60],
    registers,
  })
  const beforeUpstream = new Histogram({
    name: 'countersign_before_upstream_seconds',
    help: 'From the headers of a request to its being sent upstream: identified, parsed, decided, recorded',
    buckets: [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5, 2],
    registers,
  })
  const holds = new Histogram({
    name: 'countersign_hold_seconds',
    help: 'How long a held call waited at this gateway for people, by how its wait ended',
    labelNames: ['end'],
    buckets: [0.1, 1, 5, 15, 30, 45, 60, 120, 300],
    registers,
  })
  const commits = new Histogram({
    name: 'countersign_record_commit_seconds',
    help: 'One group commit',
    buckets: [0.001, 0.002, 0.005, 0.01, 0.05, 0.2, 1, 2],
    registers,
  })
  const rows = new Counter({
    name: 'countersign_recorded_messages_total',
    help: 'Messages recorded',
    registers,
  })
  const keyFetches = new Counter({
    name: 'countersign_issuer_key_fetches_total',
    help: 'Fetches of the keys of token issuers, by outcome',
    labelNames: ['outcome'],
    registers,
  })
  const gauge = (name: string, help: string, value: () => number) =>
    new Gauge({
      name: `countersign_${name}`,
      help,
      registers,
      collect() {
        this.set(value())
      },
    })
  new Gauge({
    name: 'countersign_build_info',
    help: 'Always 1; the version is its label',
    labelNames: ['version'],
    registers,
  }).set({ version: read.version }, 1)
  new Counter({
    name: 'countersign_records_dropped_total',
    help: 'Records nobody waited for, such as those of refusals, that found no room in the queue',
    registers,
    collect() {
      this.reset()
      this.inc(read.recordsDropped())
    },
  })
  gauge('connections', 'TCP connections of clients', read.connections)
  gauge('running_calls', 'Requests of known callers under way, streams aside', read.runningCalls)
  gauge('request_body_bytes', 'Request bodies in memory', read.bodyBytes)
  gauge('recorder_up', 'Whether the recorder has its connection', () => (read.recorderUp() ? 1 : 0))
  gauge('leaving', 'Whether this replica was told to end', () => (read.isLeaving() ? 1 : 0))
  gauge('record_queue_rows', 'Rows waiting to be recorded', read.waitingRows)
  gauge('open_exchanges', 'Requests and streams under way', read.openExchanges)
  gauge('open_streams', 'Standalone streams under way', read.openStreams)
  gauge('held_calls', 'Calls whose clients wait here for approval', read.heldCalls)
  gauge('policy_version', 'Version of the policy applied', read.policyVersion)
  gauge('policy_fresh', 'Whether the policy is known to be current', () => (read.isFresh() ? 1 : 0))
  return {
    registry,
    refused: (reason: RefusalReason) => refusals.inc({ reason }),
    called: (outcome: string) => calls.inc({ outcome }),
    held: (end: HoldEnd, seconds: number) => holds.observe({ end }, seconds),
    beforeUpstream: (seconds: number) => beforeUpstream.observe(seconds),
    upstreamSeconds: (seconds: number) => upstream.observe(seconds),
    keysFetched: (outcome: 'ok' | 'failed') => keyFetches.inc({ outcome }),
    batch: (messages: number, seconds: number) => {
      rows.inc(messages)
      commits.observe(seconds)
    },
  }
}
