import diagnostics from 'node:diagnostics_channel'
import http from 'node:http'

// The suites have no option for a credential. Node's own fetch and the undici they bring announce each request; a few
// scenarios send with node:http.
const { CONFORMANCE_ORIGIN: origin, CONFORMANCE_BEARER: token } = process.env
const authorization = `Bearer ${token}`

diagnostics.subscribe('undici:request:create', ({ request }) => {
  if (String(request.origin) === origin) request.addHeader('authorization', authorization)
})

const send = http.request
http.request = (options, ...more) => {
  const isOurs = `http://${options.hostname}:${options.port}` === origin
  return send(isOurs ? { ...options, headers: { ...options.headers, authorization } } : options, ...more)
}
