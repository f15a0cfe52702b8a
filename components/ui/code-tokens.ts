export type CodeLanguage = 'sql' | 'shell'

/** `danger` is what takes something away: DELETE, DROP, rm. It never stands for the colour alone. */
export type CodeTokenKind = 'keyword' | 'danger' | 'string' | 'number' | 'comment' | 'variable' | 'plain'

export interface CodeToken {
  kind: CodeTokenKind
  text: string
}

const words = (text: string) => new Set(text.split(' '))

const SQL_DANGER = words('alter delete drop grant merge replace revoke truncate update')
const SQL_KEYWORDS = words(
  'add all analyze and any as asc begin between by cascade case cast check column commit conflict constraint copy create ' +
    'cross current database default desc distinct do else end escape except execute exists explain false fetch first for ' +
    'foreign from full function group having if ilike in index inner insert intersect into is join key lateral left like ' +
    'limit local lock materialized natural not null nulls of offset on only or order outer over partition primary ' +
    'procedure recursive references returning right rollback row rows schema select set show some table temporary then to ' +
    'transaction trigger true union unique using values view when where window with',
)
const SHELL_DANGER = words(
  'chmod chown dd doas eval fdisk halt kill killall mkfs mv pkill poweroff reboot rm rmdir shred shutdown sudo su truncate ' +
    'unlink userdel wipefs',
)
const SHELL_KEYWORDS = words('case do done elif else esac fi for function if in select then time until while')

/** Each pattern reads one token where it stands and cannot backtrack over more than that token. */
interface Pattern {
  kind: CodeTokenKind
  at: RegExp
}

// A masked value is one word whatever is around it, so that it shows as one chip.
const MASKED: Pattern = { kind: 'plain', at: /\[[A-Z][A-Z0-9_]{0,30}_[a-z0-9]{8}\]/y }

const SQL: readonly Pattern[] = [
  MASKED,
  { kind: 'plain', at: /\s+/y },
  { kind: 'comment', at: /--[^\n]*/y },
  { kind: 'comment', at: /\/\*(?:[^*]|\*(?!\/))*(?:\*\/|$)/y },
  { kind: 'string', at: /'(?:[^']|'')*(?:'|$)/y },
  { kind: 'string', at: /\$\$(?:[^$]|\$(?!\$))*(?:\$\$|$)/y },
  { kind: 'plain', at: /"[^"]*(?:"|$)/y },
  { kind: 'plain', at: /`[^`]*(?:`|$)/y },
  { kind: 'variable', at: /[$:@][A-Za-z0-9_]+/y },
  { kind: 'number', at: /\d[\d_.]*(?:[eE][+-]?\d+)?/y },
  { kind: 'plain', at: /[\p{L}_][\p{L}\p{N}_$]*/uy },
]

const SHELL: readonly Pattern[] = [
  MASKED,
  { kind: 'plain', at: /\s+/y },
  { kind: 'string', at: /'[^']*(?:'|$)/y },
  { kind: 'string', at: /"(?:[^"\\]|\\[\s\S])*(?:"|\\?$)/y },
  { kind: 'variable', at: /\$\{[^}\s]*\}?|\$[A-Za-z0-9_@*#?!-]+/y },
  { kind: 'plain', at: /\\[\s\S]/y },
  { kind: 'keyword', at: /&&|\|\||;;|[|;&<>]+|\$?\(|\)/y },
  { kind: 'plain', at: /[^\s'"$\\|;&<>()[\]]+/y },
]

/** The same text, cut where a reader's eye would. It colours, and decides nothing. */
export function codeTokens(code: string, language: CodeLanguage): CodeToken[] {
  return language === 'sql' ? sqlTokens(code) : shellTokens(code)
}

function sqlTokens(code: string): CodeToken[] {
  return scan(code, SQL, (text, kind) => {
    if (kind !== 'plain') return kind
    const word = text.toLowerCase()
    if (SQL_DANGER.has(word)) return 'danger'
    return SQL_KEYWORDS.has(word) ? 'keyword' : 'plain'
  })
}

function shellTokens(code: string): CodeToken[] {
  let commandNext = true
  let lineStart = true
  return scan(code, SHELL, (text, kind) => {
    if (/^\s+$/.test(text)) {
      if (text.includes('\n')) commandNext = true
      lineStart = true
      return 'plain'
    }
    const wordStart = lineStart
    lineStart = false
    if (kind === 'keyword') {
      // A redirection goes on with the same command; everything else begins another.
      commandNext = !/^[<>]/.test(text)
      lineStart = true
      return 'keyword'
    }
    if (kind !== 'plain' || !wordStart) return kind
    if (text.startsWith('-') && !commandNext) return 'variable'
    if (/^[A-Za-z_][A-Za-z0-9_]*=/.test(text)) return 'variable'
    const isCommand = commandNext
    commandNext = SHELL_KEYWORDS.has(text) || SHELL_WRAPPERS.has(text)
    if (SHELL_DANGER.has(text)) return isCommand ? 'danger' : 'plain'
    return isCommand ? 'keyword' : 'plain'
  })
}

/** What runs the next word. */
const SHELL_WRAPPERS = words('sudo doas env exec nice nohup time xargs command')

function scan(
  code: string,
  patterns: readonly Pattern[],
  kindOf: (text: string, kind: CodeTokenKind) => CodeTokenKind,
): CodeToken[] {
  const tokens: CodeToken[] = []
  const push = (kind: CodeTokenKind, text: string) => {
    const last = tokens.at(-1)
    if (last && last.kind === kind && kind === 'plain') last.text += text
    else tokens.push({ kind, text })
  }
  for (let at = 0; at < code.length; ) {
    const found = patterns.find(({ at: pattern }) => {
      pattern.lastIndex = at
      return pattern.test(code)
    })
    // `test` has moved the sticky pattern to the end of what it read.
    const end = found ? found.at.lastIndex : at + 1
    const text = code.slice(at, Math.max(end, at + 1))
    push(found ? kindOf(text, found.kind) : 'plain', text)
    at += text.length
  }
  return tokens
}

const SQL_START =
  /^(?:\s|--[^\n]*\n|\/\*[^*]*\*\/)*(?:alter|create|delete|drop|grant|insert|merge|revoke|select|truncate|update|with)\s/i
const SQL_GOES_ON = /\s(?:as|from|into|on|set|table|to|values|where|database|schema|index|view)\s/i
const SHELL_NAME = /^(?:bash|cmd|command|script|sh|shell|shell_command|run)$/i
const SQL_NAME = /^(?:sql|sql_query|statement)$/i

/** What a string argument is written in, by the name of the argument and by how it begins. */
export function codeLanguageOf(name: string | null, text: string): CodeLanguage | null {
  if (name !== null && SQL_NAME.test(name)) return 'sql'
  const head = text.slice(0, 2_000)
  if (SQL_START.test(head) && SQL_GOES_ON.test(`${head} `)) return 'sql'
  return name !== null && SHELL_NAME.test(name) ? 'shell' : null
}
