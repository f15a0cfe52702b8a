import net from 'node:net'

/**
 * Preloaded into a published server that would listen on every interface of the machine, with no setting to stop it.
 */
const { listen } = net.Server.prototype

net.Server.prototype.listen = function listenOnLoopback(port, ...rest) {
  const isPort = typeof port === 'number' || (typeof port === 'string' && /^\d+$/.test(port))
  if (!isPort) throw new Error('This process listens on a loopback port and on nothing else.')
  return listen.call(this, Number(port), '127.0.0.1', ...rest.filter((value) => typeof value === 'function'))
}
