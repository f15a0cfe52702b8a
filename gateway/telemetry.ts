import type { IncomingMessage } from 'node:http'
import type { NodeTracerProvider } from '@opentelemetry/sdk-trace-node'
import type { Logger } from 'pino'
import type { Env } from '@/lib/env'
import { NO_TRACE, type RequestTrace } from './call'

export interface Telemetry {
  begin(request: IncomingMessage, reference: string): RequestTrace
  stop(): Promise<void>
}

const OFF: Telemetry = { begin: () => NO_TRACE, stop: async () => {} }

const STOP_MS = 2_000
const COMPLAIN_MS = 60_000

type Resource = NonNullable<NonNullable<ConstructorParameters<typeof NodeTracerProvider>[0]>['resource']>

/**
 * Traces over OTLP/HTTP, where a collector is named. Sampler, batching and the exporter's own settings are read from the
 * `OTEL_…` variables by OpenTelemetry's SDK, which is not even loaded otherwise.
 */
export async function startTelemetry(settings: Env, replicaId: string, log: Logger): Promise<Telemetry> {
  const collector = settings.OTEL_EXPORTER_OTLP_ENDPOINT ?? settings.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT
  if (collector === undefined || settings.OTEL_SDK_DISABLED) return OFF
  const { BatchSpanProcessor, NodeTracerProvider } = await import('@opentelemetry/sdk-trace-node')
  const { OTLPTraceExporter } = await import('@opentelemetry/exporter-trace-otlp-http')
  const { diag, DiagLogLevel } = await import('@opentelemetry/api')
  const { RecordedTrace } = await import('./request-trace')

  // What the SDK says quotes what the collector answered. That something is wrong is enough, and once a minute.
  let complainedAt = -Infinity
  const complain = () => {
    if (performance.now() - complainedAt < COMPLAIN_MS) return
    complainedAt = performance.now()
    log.warn('traces cannot be exported, or not all of them')
  }
  const nothing = () => {}
  const logger = { error: complain, warn: complain, info: nothing, debug: nothing, verbose: nothing }
  diag.setLogger(logger, { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true })

  const provider = new NodeTracerProvider({
    resource: resourceOf(settings, replicaId),
    spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter())],
  })
  const tracer = provider.getTracer('countersign')
  return {
    begin(request, reference) {
      const trace = new RecordedTrace(tracer, request.headers.traceparent)
      trace.note({ reference, httpMethod: knownMethod(request.method) })
      return trace
    },
    stop: () =>
      Promise.race([
        provider.shutdown().catch(nothing),
        new Promise<void>((resolve) => setTimeout(resolve, STOP_MS).unref()),
      ]),
  }
}

const knownMethod = (method = ''): string => (['POST', 'GET', 'DELETE'].includes(method) ? method : '_OTHER')

function resourceOf({ OTEL_SERVICE_NAME, OTEL_RESOURCE_ATTRIBUTES }: Env, replicaId: string): Resource {
  const attributes = {
    ...OTEL_RESOURCE_ATTRIBUTES,
    'service.name': OTEL_SERVICE_NAME,
    'service.instance.id': replicaId,
  }
  const resource: Resource = {
    attributes,
    asyncAttributesPending: false,
    merge: () => resource,
    getRawAttributes: () => Object.entries(attributes),
  }
  return resource
}
