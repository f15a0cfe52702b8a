import { found, NO_INPUT, type Step } from './reading'
import { argument } from './words'

/** Calls that run a command line, in the languages people pass to `-c` and `-e`. */
const RUNS_COMMANDS =
  /\b(?:os\.(?:system|popen|exec[lv]p?e?|spawn\w*)|subprocess|commands\.get\w*|pty\.spawn|system|popen|shell_exec|passthru|proc_open|pcntl_exec|exec(?:Sync|File|FileSync)?|spawn(?:Sync)?|child_process|Open3|IO\.popen|Kernel\.|do shell script|os\.execute|io\.popen|getline)\b|`|%x[{([]|\bqx\b/
/** Calls that delete files themselves. */
const DELETES =
  /\b(?:rmtree|os\.(?:remove|unlink|rmdir|removedirs|truncate)|unlink(?:Sync)?|rmSync|rmdirSync|rmdir|rimraf|fs\.(?:promises\.)?(?:rm|unlink)|rm_rf|rm_r|FileUtils\.(?:rm|remove)\w*|File\.(?:delete|unlink)|Dir\.(?:rmdir|delete|unlink)|remove_tree|send2trash|\.unlink\(\)|\.rmdir\(\))/
/** Ways to reach a function without naming it. */
const HIDES =
  /\b(?:eval|exec|compile|__import__|importlib|getattr|globals|fromCharCode|b64decode|atob|base64|marshal|pickle\.loads|codecs\.decode|unhexlify|decode64|unpack|Function)\b/
const SENDS =
  /\b(?:requests\.(?:post|put|patch)|urlopen|urllib\.request|http\.client|socket\.(?:socket|create_connection)|fetch|XMLHttpRequest|net\.(?:connect|createConnection|Socket)|Net::HTTP|TCPSocket|IO::Socket|smtplib|ftplib|paramiko|https?\.(?:request|post)|fsockopen|curl_exec)\b/
const READS_SECRETS =
  /\b(?:os\.environ|process\.env|ENV\b|getenv)|\.ssh\/|\.env\b|\.aws\/|\/etc\/(?:shadow|passwd)|id_rsa|169\.254\.169\.254|readFile|open\(|File\.read|file_get_contents/

/** What a piece of code would do, as far as the calls it names tell. */
export function readEmbedded(code: string, language: string): Step[] {
  const steps: Step[] = []
  const add = (...finding: Parameters<typeof found>) => steps.push({ kind: 'finding', finding: found(...finding) })
  // No language, but what people mean by it is plain, and a wrapper may well hand it to a shell.
  if (/^\s*(?:sudo\s+)?rm\s+-[a-z]*[rf]/i.test(code))
    steps.push({ kind: 'script', text: argument(code), input: NO_INPUT })
  if (DELETES.test(code)) add('files', `${language} code deletes files`)
  if (SENDS.test(code) && READS_SECRETS.test(code)) add('exfiltration', `${language} code reads and sends`)
  else if (/\bsocket\.socket\b|TCPSocket|IO::Socket|fsockopen/.test(code) && /dup2|\/bin\/(?:ba)?sh|exec/.test(code)) {
    add('exfiltration', `${language} code connects a shell to another machine`)
  }
  // `exec` of Python and PHP runs code of its own language, `eval` everywhere.
  if (HIDES.test(code) && !/^\s*print/.test(code)) add('code', `${language} code is put together when it runs`)
  if (RUNS_COMMANDS.test(code)) {
    const texts = stringsOf(code)
    if (texts.length === 0) add('code', `${language} code runs a command that is not written in it`)
    // Each string alone, and all in a row as an argument list: `["rm", "-rf", "/"]`.
    for (const text of texts) steps.push({ kind: 'script', text: argument(text), input: NO_INPUT })
    if (texts.length > 1) steps.push({ kind: 'command', words: texts.slice(0, 50).map(argument), input: NO_INPUT })
    for (let start = 1; start < Math.min(texts.length - 1, 8); start++) {
      steps.push({ kind: 'command', words: texts.slice(start, start + 50).map(argument), input: NO_INPUT })
    }
  }
  return steps
}

const MAX_STRINGS = 100

/** String literals and commands in backticks, escapes resolved the simple way. One pass. */
function stringsOf(code: string): string[] {
  const strings: string[] = []
  for (let at = 0; at < code.length && strings.length < MAX_STRINGS; at++) {
    const quote = code[at]!
    if (quote !== '"' && quote !== "'" && quote !== '`') continue
    let text = ''
    let end = at + 1
    for (; end < code.length && code[end] !== quote; end++) {
      if (code[end] === '\\' && end + 1 < code.length) end++
      text += code[end]
    }
    if (text.trim() !== '') strings.push(text)
    at = end
  }
  return strings
}
