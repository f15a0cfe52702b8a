// Runs on whatever Node is there, however old: no syntax newer than the message it has to print.
var NEEDED = [20, 19]

export function supportsNode(version) {
  var parts = version.split('.').map(Number)
  return parts[0] > NEEDED[0] || (parts[0] === NEEDED[0] && parts[1] >= NEEDED[1])
}

export function requireNode() {
  if (supportsNode(process.versions.node)) return
  process.stderr.write(
    'countersign: needs Node ' +
      NEEDED.join('.') +
      ' or newer, this is ' +
      process.versions.node +
      '. Install Node 24 from https://nodejs.org and run it again.\n',
  )
  process.exit(1)
}
