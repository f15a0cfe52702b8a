import { hostOf, isInternal, isMetadata } from './hosts'
import { readOptions } from './options'
import { isSecretFile } from './paths'
import { type Command, type Finding, found } from './reading'
import type { Argument } from './words'

const CURL_VALUED = new Set(
  'd F T X H A b c e o u x m w K E r t y Y z data data-raw data-binary data-urlencode data-ascii json form form-string upload-file request header user-agent cookie output user proxy max-time url url-query config cert resolve connect-to retry'.split(
    ' ',
  ),
)
const WGET_VALUED = new Set(
  'O o P U header user-agent post-data post-file body-data body-file method output-document'.split(' '),
)

/** Commands that send something to where it may not go: what, and when. */
const SENDERS: Record<string, (command: Command) => string | false> = {
  curl,
  wget,
  http: httpie,
  https: httpie,
  xh: httpie,
  nc: netcat,
  ncat: netcat,
  netcat,
  socat: netcat,
  telnet: (command) => isFed(command) && 'is fed over a raw connection',
  openssl: (command) => command.args[0]?.text === 's_client' && isFed(command) && 'is fed over a raw connection',
  scp: copies,
  sftp: (command) => isFed(command) && 'is given a list of commands',
  rsync: copies,
  ftp: (command) => isFed(command) && 'uploads',
  tftp: (command) => command.args.some(({ text }) => text === 'put') && 'uploads',
  lftp: (command) => command.args.some(({ text }) => /\bm?put\b|\bmirror\b.*-R/.test(text)) && 'uploads',
  ssh: (command) =>
    (command.args.some(({ text }) => /^-[a-zA-Z]*R/.test(text)) && 'opens a way in from outside') ||
    (isFed(command) && 'is fed what other commands print'),
  mail: (command) => isFed(command) && 'sends what other commands print',
  mailx: (command) => isFed(command) && 'sends what other commands print',
  sendmail: (command) => isFed(command) && 'sends what other commands print',
  mutt: (command) => (isFed(command) || readOptions(command.args).short.has('a')) && 'sends files',
  dig: dns,
  nslookup: dns,
  host: dns,
  drill: dns,
  ping: dns,
  resolvectl: dns,
  python: serves,
  python3: serves,
  python2: serves,
  php: (command) => command.args.some(({ text }) => text === '-S') && 'serves files to whoever asks',
  ngrok: () => 'opens a way in from outside',
  cloudflared: (command) => command.args[0]?.text === 'tunnel' && 'opens a way in from outside',
  localtunnel: () => 'opens a way in from outside',
  lt: (command) => command.args.some(({ text }) => text === '--port') && 'opens a way in from outside',
  gh: ({ args }) => args[0]?.text === 'gist' && args[1]?.text === 'create' && 'publishes files',
  git: gitRemote,
}

export function judgeExfiltration(command: Command): Finding[] {
  const sends = Object.hasOwn(SENDERS, command.name) ? SENDERS[command.name]!(command) : false
  const findings: Finding[] = sends ? [found('exfiltration', `${command.name} ${sends}`)] : []
  if (command.args.some(({ text }) => namesMetadata(text))) {
    findings.push(found('exfiltration', 'asks the cloud for the credentials of the machine'))
  }
  const secret = readsSecret(command)
  if (secret) findings.push(found('exfiltration', `${command.name} reads keys or passwords`))
  return findings
}

// Programs whose business is with the content of a file.
const READERS = new Set(
  `cat tac nl less more head tail bat strings xxd od hexdump base64 base32 gzip bzip2 xz zip tar 7z gpg openssl grep egrep fgrep rg
  ag awk gawk sed cut sort uniq tr rev paste diff cmp cp mv scp rsync curl wget nc ncat dd tee install jq yq python python3 perl ruby node
  vi vim nano emacs code pbcopy xclip xsel split column fold iconv ssh-add`.split(/\s+/),
)

const TARGET_LAST = new Set(['cp', 'mv', 'install', 'tee'])

/** `ls ~/.ssh` and `chmod 600 .env` look at no secret; `cat .env` does. */
function readsSecret({ name, args, input }: Command): boolean {
  if (input.kind === 'file' && isSecretFile(input.path.text)) return true
  if (name === 'git') return args[0]?.text === 'add' && args.some(({ text }) => isSecretFile(text))
  if (!READERS.has(name)) return false
  // The last one is where it goes.
  const read = TARGET_LAST.has(name) ? args.slice(0, -1) : args
  return read.some(({ text }) =>
    isSecretFile(text.replace(/^(?:-[a-zA-Z]|--?[\w-]+=)?[@<]/, '').replace(/^(?:--?[\w-]+|if)=/, '')),
  )
}

function namesMetadata(text: string): boolean {
  if (/169\.254\.169\.254|metadata\.google\.internal|fd00:ec2::254|100\.100\.100\.200|169\.254\.170\.2/i.test(text))
    return true
  return text.length < 2_000 && isMetadata(text)
}

/** Something is put into it by a pipe, a file or a here-document. */
const isFed = ({ input }: Command): boolean => input.kind === 'pipe' || input.kind === 'file' || input.kind === 'text'

const isAway = (url: Argument): boolean => !isInternal(hostOf(url.text))

function curl(command: Command): string | false {
  const options = readOptions(command.args, CURL_VALUED)
  const urls = [...options.operands, ...(options.values.get('url') ?? [])]
  if (urls.some(({ text, substituted }) => substituted && /^(?:https?:\/\/)?[\w.-]+/.test(text)))
    return 'puts what another command prints into an address'
  if (urls.length > 0 && !urls.some(isAway)) return false
  const given = (...names: string[]) => names.flatMap((name) => options.values.get(name) ?? [])
  if (given('T', 'upload-file').length > 0) return 'uploads a file'
  const bodies = given('d', 'data', 'data-binary', 'data-urlencode', 'data-ascii', 'json')
  const forms = given('F', 'form')
  if (bodies.some(({ text }) => /^(?:[\w.-]+)?@./.test(text))) return 'uploads a file'
  if (forms.some(({ text }) => /=[@<]./.test(text))) return 'uploads a file'
  const written = [
    ...bodies,
    ...forms,
    ...given('data-raw', 'form-string', 'H', 'header', 'b', 'cookie', 'A', 'user-agent'),
  ]
  return written.some(({ substituted }) => substituted) && 'sends what another command prints'
}

function wget({ args }: Command): string | false {
  const options = readOptions(args, WGET_VALUED)
  if (options.operands.some(({ substituted }) => substituted)) return 'puts what another command prints into an address'
  if (options.operands.length > 0 && !options.operands.some(isAway)) return false
  if (options.values.has('post-file') || options.values.has('body-file')) return 'uploads a file'
  return (
    ['post-data', 'body-data', 'header'].some((name) =>
      options.values.get(name)?.some(({ substituted }) => substituted),
    ) && 'sends what another command prints'
  )
}

function httpie(command: Command): string | false {
  const { operands } = readOptions(command.args, new Set(['a', 'auth', 'session']))
  const url = operands.find(({ text }) => !/^[A-Z]+$/.test(text))
  if (url && !isAway(url)) return false
  return (operands.some(({ text }) => /^[\w.-]+(?::?=)?@./.test(text)) || isFed(command)) && 'uploads a file'
}

function netcat(command: Command): string | false {
  const { args } = command
  if (args.some(({ text }) => /^-[a-zA-Z]*[ec]$|^--(?:exec|sh-exec|lua-exec)$|^(?:exec|system):/i.test(text)))
    return 'connects a shell to another machine'
  const options = readOptions(args, new Set(['p', 's', 'w', 'i', 'q', 'X', 'x']))
  if (options.short.has('z')) return false
  const host = options.operands.find(({ text }) => !/^\d+$/.test(text))
  if (host && /^(?:localhost|127\.|::1)/.test(host.text)) return false
  return isFed(command) && 'is fed over a raw connection'
}

/** To another machine: the last operand is `host:path`. */
function copies({ args }: Command): string | false {
  const { operands } = readOptions(
    args,
    new Set(['i', 'P', 'o', 'F', 'c', 'l', 'J', 'S', 'e', 'rsh', 'exclude', 'include', 'port']),
  )
  const target = operands.at(-1)
  if (operands.length < 2 || !target) return false
  if (!/^(?:[^/\s:]+@)?[^/\s:]+:(?!\\)|^(?:rsync|scp|sftp):\/\//.test(target.text) || /^[A-Za-z]:\\/.test(target.text))
    return false
  const host = target.text.replace(/^.*@/, '').replace(/:.*$/, '')
  return !isInternal(host) && 'copies files to another machine'
}

function dns({ args }: Command): string | false {
  return (
    args.some(
      ({ text, substituted, known }) =>
        substituted ||
        (!known && text.includes('.')) ||
        text.split('.').some((label) => /^[A-Za-z0-9+/=_-]{40,}$/.test(label)),
    ) && 'hides data in a name it looks up'
  )
}

function serves({ args }: Command): string | false {
  const at = args.findIndex(({ text }) => text === '-m')
  const isServer =
    at !== -1 && /^(?:http\.server|SimpleHTTPServer|pyftpdlib|uploadserver)$/.test(args[at + 1]?.text ?? '')
  return (
    isServer && !args.some(({ text }) => /^(?:127\.0\.0\.1|localhost)$/.test(text)) && 'serves files to whoever asks'
  )
}

// Where code usually goes; every other host is named with the push, or added for it.
const FORGES = /^(?:github\.com|gitlab\.com|bitbucket\.org|ssh\.dev\.azure\.com|dev\.azure\.com|codeberg\.org)$/

function gitRemote({ args }: Command): string | false {
  const words = args.map(({ text }) => text).filter((text) => !text.startsWith('-'))
  const [verb, second] = words
  const urls = words.filter((text) => /^(?:https?|ssh|git):\/\/|^[^/\s@]+@[^/\s:]+:/.test(text))
  if (urls.length === 0) return false
  const isForeign = urls.some((url) => !FORGES.test(hostOf(url)) && !isInternal(hostOf(url)))
  if (verb === 'push') return 'pushes to an address that is not a remote'
  return (
    isForeign && verb === 'remote' && (second === 'add' || second === 'set-url') && 'adds a remote on a foreign host'
  )
}

/** `> /dev/tcp/host/port`: bash's own way to connect. */
export const judgeSendingRedirect = ({ text }: Argument): Finding[] =>
  /^\/dev\/(?:tcp|udp)\//.test(text) ? [found('exfiltration', 'writes to a connection to another machine')] : []
