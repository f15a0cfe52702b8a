import { createElement } from 'react'
import { renderToStaticMarkup } from 'react-dom/server'
import { describe, expect, it } from 'vitest'
import { CodeBlock } from '@/components/ui/code-block'
import { JsonTree } from '@/components/ui/json-tree'
import { TooltipProvider } from '@/components/ui/tooltip'
import { DecisionPanel } from './decision-panel'
import { MessageCard } from './message-card'
import type { ReplayMessage } from './recording'
import { RenderedBody } from './rendered-body'

const HOSTILE = '<img src=x onerror="alert(1)"></span><script>alert(2)</script>\u001b[31m\u202egnp'

const message: ReplayMessage = {
  id: 'w/1',
  atMicros: 0,
  seq: 1,
  callId: 'call_1',
  direction: 'server',
  frame: 'sse',
  kind: 'response',
  rpcId: HOSTILE,
  method: HOSTILE,
  tool: HOSTILE,
  bytes: 1,
  summary: HOSTILE,
  redactions: {},
  decision: { effect: 'deny', reason: HOSTILE, reasons: [HOSTILE] },
  outcome: 'refused',
  reason: null,
  reference: null,
  masked: {},
  held: null,
}

const render = (element: React.ReactElement) => renderToStaticMarkup(createElement(TooltipProvider, null, element))

const body = JSON.stringify({
  result: {
    content: [{ type: 'text', text: HOSTILE }, { type: HOSTILE, data: 'AAAA', mimeType: HOSTILE }, { type: HOSTILE }],
    structuredContent: { [HOSTILE]: HOSTILE },
    tools: [{ name: HOSTILE, description: HOSTILE }],
    serverInfo: { name: HOSTILE },
  },
})
const failure = JSON.stringify({ error: { code: HOSTILE, message: HOSTILE, data: HOSTILE } })

describe('what an attacker said in a recording', () => {
  it.each<[string, React.ReactElement]>([
    [
      'a card of the transcript',
      createElement(MessageCard, {
        message,
        title: HOSTILE,
        index: 0,
        startMicros: 0,
        grants: {},
        selected: true,
        found: true,
        answered: true,
        continues: false,
        broken: HOSTILE,
        onChoose: () => {},
      }),
    ],
    ['the rendered body', createElement(RenderedBody, { body })],
    ['a rendered error', createElement(RenderedBody, { body: failure })],
    ['a body that is no JSON', createElement(RenderedBody, { body: HOSTILE })],
    ['the tree', createElement(JsonTree, { source: body, label: 'Message', depth: 9 })],
    ['the raw text', createElement(CodeBlock, { code: HOSTILE })],
    ['the decision', createElement(DecisionPanel, { message, counterpart: null, grants: { call_1: HOSTILE } })],
  ])('is text in %s', (_name, element) => {
    const html = render(element)
    expect(html).toContain('&lt;img src=x onerror=')
    expect(html).not.toMatch(/<(img|script)/)
    // Neither a terminal's sequences nor a change of direction reach the page as themselves.
    for (const hidden of ['\u001b', '\u202e']) expect(html).not.toContain(hidden)
  })
})
