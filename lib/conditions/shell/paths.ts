import type { Argument } from './words'

/** Where a path leads, for whoever would remove or overwrite what is there. */
export type Place =
  | 'inside' // somewhere below the folder one works in
  | 'here' // all of that folder
  | 'outside'
  | 'home'
  | 'system'
  | 'temporary'
  | 'unknown'

const TEMPORARY = ['/tmp/', '/var/tmp/', '/private/tmp/', '/private/var/tmp/', '/var/folders/', '/dev/shm/']
const SYSTEM =
  /^\/(?:etc|bin|sbin|usr|lib|lib64|boot|dev|sys|proc|root|var|opt|System|Library|Applications|Windows|nix|snap|run)(?:\/|$)/
const HARMLESS_DEVICES = /^\/dev\/(?:null|zero|stdout|stderr|stdin|tty|fd\/\d+|full|u?random)$/

/** @param moved after `cd` to who knows where, a relative path is anywhere */
export function placeOf({ text, known, glob }: Argument, moved = false): Place {
  if (!known) return unknownPlace(text, moved)
  const path = normalise(text)
  if (HARMLESS_DEVICES.test(path)) return 'temporary'
  if (path.startsWith('~')) return 'home'
  if (path.startsWith('/')) {
    if (TEMPORARY.some((folder) => path.startsWith(folder) && path.length > folder.length)) return 'temporary'
    return path === '/' || SYSTEM.test(path) || (glob && /^\/[^/]*$/.test(path)) ? 'system' : 'outside'
  }
  if (/^[A-Za-z]:[\\/]?/.test(path)) return 'outside'
  if (path.startsWith('..')) return 'outside'
  if (moved) return 'unknown'
  // Without its history a checkout is only files.
  if (path === '.git' || path.startsWith('.git/')) return 'outside'
  if (path === '.' || (glob && /^\.?\*+(?:\.\*+)?$|^\.\[|^\.\?/.test(path))) return 'here'
  return 'inside'
}

/** `$(mktemp -d)/x` and `build/$NAME` can still be placed. */
function unknownPlace(text: string, moved: boolean): Place {
  if (/^(?:\$\(|`)\s*mktemp\b[^;&|$`()]*(?:\)|`)/.test(text)) return 'temporary'
  const here = /^(?:\$\(\s*pwd\s*\)|`pwd`)(?=\/|$)/.exec(text)
  if (here && !/[$`]/.test(text.slice(here[0].length))) {
    return placeOf({ text: `.${text.slice(here[0].length)}`, known: true, glob: false, substituted: false }, moved)
  }
  const start = /^[^$`{]*/.exec(text)![0]
  const folder = start.slice(0, start.lastIndexOf('/') + 1)
  if (folder === '' || folder === './' || folder === '/' || text.includes('..')) return 'unknown'
  const place = placeOf({ text: `${folder}x`, known: true, glob: false, substituted: false }, moved)
  return place === 'system' ? 'system' : place
}

/** Without empty and dot segments; `..` goes as far up as it can. */
function normalise(text: string): string {
  const isAbsolute = text.startsWith('/')
  const parts: string[] = []
  for (const part of text.split('/')) {
    if (part === '' || part === '.') continue
    if (part === '..' && parts.length > 0 && parts.at(-1) !== '..' && !parts.at(-1)!.startsWith('~')) parts.pop()
    else if (part !== '..' || !isAbsolute) parts.push(part)
  }
  const path = parts.join('/')
  if (path.includes('~/..')) return '/'
  return isAbsolute ? `/${path}` : path === '' ? '.' : path
}

/** Losing everything there would hurt. */
export const isPrecious = (place: Place): boolean => place !== 'inside' && place !== 'temporary'

// What opens other doors: keys, tokens, passwords.
const SECRET_FILE = new RegExp(
  [
    String.raw`(?:^|/)\.ssh(?:/(?!known_hosts|config\b|.*\.pub$)|$)`,
    '(?:^|/)id_(?:rsa|dsa|ecdsa|ed25519)$',
    String.raw`(?:^|/)\.env(?:\.(?!example|sample|template|dist)[\w.-]+)?$`,
    String.raw`(?:^|/)\.aws(?:/credentials|/config|$)`,
    String.raw`(?:^|/)\.kube(?:/config|$)`,
    String.raw`(?:^|/)\.docker/config\.json$`,
    String.raw`(?:^|/)\.(?:netrc|pgpass|npmrc|pypirc|git-credentials|vault-token|my\.cnf)$`,
    String.raw`(?:^|/)\.gnupg(?:/|$)`,
    String.raw`(?:^|/)\.config/(?:gcloud|gh)(?:/|$)`,
    String.raw`^/etc/(?:shadow|gshadow|sudoers|master\.passwd|ssl/private)`,
    '^/proc/[^/]+/environ$',
    '^/(?:var/)?run/secrets(?:/|$)',
    String.raw`(?:^|/)[\w.-]*(?:credentials|service-account|serviceaccount)[\w.-]*\.json$`,
    String.raw`\.(?:pem|p12|pfx|keystore|jks|kdbx)$`,
  ].join('|'),
)

export const isSecretFile = (path: string): boolean => path.length < 1_000 && SECRET_FILE.test(path)
