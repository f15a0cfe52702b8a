import {
  type Assignment,
  type Command as CommandNode,
  forEachChild,
  parse,
  type Redirection,
  type Script,
  type SyntaxNode,
  type Word,
} from 'unbash'
import { BoundExceeded } from '../limits'
import { interpret } from './interpreters'
import { judge, judgeWrite } from './judges'
import { launch } from './launchers'
import { placeOf } from './paths'
import { type Command, type Finding, found, type Input, NO_INPUT, type Step } from './reading'
import { type Argument, argument, expandText, expandWord, unknownArgument, type Variables } from './words'

const MAX_COMMANDS = 2_000
const MAX_WORDS = 20_000
const MAX_NODES = 30_000
const MAX_VALUE_LENGTH = 10_000
const MAX_WORDS_OF_COMMAND = 2_000
const MAX_SCRIPT_DEPTH = 10
const MAX_FINDINGS = 200

/** Reads a script and everything it would have other shells read. One per text; nothing is run. */
export class ScriptReader {
  readonly commands: Command[] = []
  readonly writesTo: string[] = []
  readonly findings: Finding[] = []
  parsed = true
  private readonly variables: Variables = new Map()
  private moved = false
  private depth = 0
  /** Characters that may still be parsed: scripts in scripts must not multiply. */
  private charactersLeft: number
  private wordsLeft = MAX_WORDS
  private nodesLeft = MAX_NODES

  constructor(text: string) {
    this.charactersLeft = text.length * 4 + 10_000
    this.readText(text, NO_INPUT)
  }

  private add(finding: Finding): void {
    if (this.findings.length < MAX_FINDINGS) this.findings.push(finding)
    if (finding.danger === 'unreadable') this.parsed = false
  }

  private readText(text: string, input: Input): void {
    this.charactersLeft -= text.length
    if (this.charactersLeft < 0 || this.depth >= MAX_SCRIPT_DEPTH) {
      this.add(found('unreadable', 'scripts within scripts, too many to read'))
      return
    }
    this.depth++
    this.readScript(parse(text), input)
    this.depth--
  }

  private readScript(script: Script & { errors?: readonly unknown[] | undefined }, input: Input): void {
    if (script.errors && script.errors.length > 0) this.add(found('unreadable', 'is no shell script'))
    for (const statement of script.commands) this.read(statement.command, input)
  }

  /** @returns what it prints, where that can be told */
  private read(node: SyntaxNode, input: Input): Input {
    // Loops within loops are read once for each value.
    if (--this.nodesLeft < 0) throw new BoundExceeded('shell')
    switch (node.type) {
      case 'Command':
        return this.readCommand(node, input)
      case 'Pipeline': {
        let passed = input
        for (const command of node.commands) passed = this.read(command, passed)
        return passed
      }
      case 'Redirected':
        return this.read(node.command, this.redirected(node.redirects, input))
      case 'For':
        return this.readFor(node, input)
      case 'Function':
        this.readFunction(node)
        return NO_INPUT
      default:
        return this.readChildren(node, input)
    }
  }

  /** Whatever else holds commands: loops, groups, words with substitutions. */
  private readChildren(node: SyntaxNode, input: Input): Input {
    const printed: Input[] = []
    forEachChild(node, (child) => {
      if (child.type === 'Script') this.readScript(child, NO_INPUT)
      else printed.push(this.read(child, input))
    })
    const [only] = printed
    return printed.length === 1 && only?.kind === 'text' ? only : { kind: 'pipe', from: [] }
  }

  private readFor(node: SyntaxNode & { type: 'For' }, input: Input): Input {
    const values = (node.wordlist ?? []).flatMap((word) => {
      this.readChildren(word, NO_INPUT)
      return expandWord(word, this.variables)
    })
    // Each value, where they are few and known: the harm may be in any of them.
    const known = values.length > 0 && values.length <= 8 && values.every((value) => value.known && !value.glob)
    for (const value of known ? values : [values.find(({ glob }) => glob) ?? unknownArgument(`$${node.name.value}`)]) {
      this.variables.set(node.name.value, value)
      this.read(node.body, input)
    }
    return { kind: 'pipe', from: [] }
  }

  private readFunction(node: SyntaxNode & { type: 'Function' }): void {
    const before = this.commands.length
    this.read(node.body, NO_INPUT)
    const itself = this.commands.slice(before).filter(({ name }) => name === node.name.value.toLowerCase())
    if (itself.length > 1) this.add(found('system', 'a function that starts itself twice never ends'))
  }

  private readCommand(node: CommandNode, input: Input): Input {
    const given = this.redirected(node.redirects, input)
    const words = this.expandAll(node)
    for (const part of node.prefix) if (part.type === 'Assignment') this.assign(part)
    if (words.length === 0 || node.prefix.length === 0) return words.length === 0 ? NO_INPUT : this.run(words, given)
    // `DIR=/ rm -rf $DIR` expands before it assigns; people who write it mean the other order. Both are read.
    const again = this.expandAll(node)
    if (again.length > 0 && JSON.stringify(again) !== JSON.stringify(words)) this.run(again, given)
    return this.run(words, given)
  }

  private expandAll(node: CommandNode): Argument[] {
    return [...(node.name ? [node.name] : []), ...node.args].flatMap((word) => this.expand(word))
  }

  private expand(word: Word | Assignment): Argument[] {
    this.readChildren(word, NO_INPUT)
    if (word.type === 'Word') return expandWord(word, this.variables)
    this.assign(word)
    const value =
      word.value.type === 'Word' ? (expandWord(word.value, this.variables)[0] ?? argument('')) : argument('')
    return [{ ...value, text: `${word.name}=${value.text}` }]
  }

  private assign(assignment: Assignment): void {
    this.readChildren(assignment, NO_INPUT)
    const { name, value } = assignment
    if (value.type !== 'Word') return
    const [first, ...more] = expandWord(value, this.variables)
    const isPlain = assignment.append !== true && more.length === 0 && (first?.text.length ?? 0) <= MAX_VALUE_LENGTH
    const text = !isPlain ? unknownArgument(`$${name}`) : (first ?? argument(''))
    this.variables.set(name, { ...text, glob: false })
    // Code that other programs run on their own, before or after what they are asked to do.
    if (/^(?:LD_PRELOAD|BASH_ENV|PROMPT_COMMAND|GIT_SSH_COMMAND|GIT_EXTERNAL_DIFF|PERL5OPT|NODE_OPTIONS)$/.test(name)) {
      this.add(found('code', `${name} has other programs run code`))
    }
  }

  private redirected(redirects: readonly Redirection[], input: Input): Input {
    let given = input
    for (const redirect of redirects) {
      this.readChildren(redirect, NO_INPUT)
      if (redirect.type === 'HereDoc') {
        const { parts, text } = redirect.body
        given = { kind: 'text', text: parts ? { ...expandText(parts, this.variables), text } : argument(text) }
      } else if (redirect.target === undefined) continue
      else {
        const target = expandWord(redirect.target, this.variables)[0] ?? argument('')
        if (redirect.type === 'HereString') given = { kind: 'text', text: target }
        else if (redirect.operator === '<') given = { kind: 'file', path: target }
        else if (!/^\d+$|^-$/.test(target.text)) {
          this.writesTo.push(target.text)
          for (const finding of judgeWrite(target, this.moved)) this.add(finding)
        }
      }
    }
    return given
  }

  private run(words: readonly Argument[], input: Input, elsewhere = false): Input {
    // `1A=2 rm x` is no assignment to bash, and is to others.
    if (words.length > 1 && /^[^/\s]*=/.test(words[0]!.text)) return this.run(words.slice(1), input, elsewhere)
    const [first, ...args] = words as [Argument, ...Argument[]]
    const name = first.text
      .replace(/^.*[\\/]/, '')
      .replace(/\.exe$/i, '')
      .toLowerCase()
    this.wordsLeft -= words.length
    if (this.commands.length >= MAX_COMMANDS || this.wordsLeft < 0 || words.length > MAX_WORDS_OF_COMMAND) {
      throw new BoundExceeded('shell')
    }
    const command: Command = { name, path: first.text, args, input, moved: this.moved || elsewhere }
    this.commands.push(command)
    if (!first.known || first.glob) {
      this.add(found('code', 'which command it is shows only when it runs'))
      return { kind: 'pipe', from: [] }
    }
    for (const finding of judge(command)) this.add(finding)
    if (name === 'cd' || name === 'pushd') this.move(args)
    if (name === 'unset') for (const { text } of args) this.variables.set(text, argument(''))
    if (name === 'read' || name === 'mapfile')
      for (const { text } of args) this.variables.set(text, unknownArgument(`$${text}`))
    for (const step of launch(command) ?? interpret(command) ?? []) this.take(step, elsewhere)
    return printedBy(command)
  }

  private take(step: Step, elsewhere: boolean): void {
    const isElsewhere = elsewhere || (step.kind !== 'finding' && step.elsewhere === true)
    switch (step.kind) {
      case 'finding':
        this.add(step.finding)
        return
      case 'command':
        this.depth++
        if (this.depth >= MAX_SCRIPT_DEPTH * 2) this.add(found('unreadable', 'wrappers within wrappers'))
        else if (step.words.length > 0) this.run(step.words, step.input, isElsewhere)
        this.depth--
        return
      case 'script': {
        const moved = this.moved
        this.moved ||= isElsewhere
        this.readText(step.text.text, step.input)
        this.moved = moved
      }
    }
  }

  /** Where it is from now on; into a folder below, relative paths are as harmless as before. */
  private move(args: readonly Argument[]): void {
    const target = args.find(({ text }) => !/^-[LPe@]+$/.test(text))
    if (!target || !/^(?:inside|temporary)$/.test(placeOf(target, this.moved))) this.moved = true
  }
}

/** What `echo`, `printf` and `cat` print is known when what they are given is. */
function printedBy({ name, args, input }: Command): Input {
  const pipe: Input = { kind: 'pipe', from: [name] }
  if (name === 'cat' && args.length === 0 && input.kind !== 'none') return input
  if (name === 'tee') return input
  const given = args.filter(({ text }) => name !== 'echo' || !/^-[neE]+$/.test(text))
  if ((name !== 'echo' && name !== 'printf') || given.length === 0) return pipe
  if (name === 'printf' && /%[^s%]/.test(given[0]!.text)) return pipe
  const texts = name === 'printf' && given[0]!.text.includes('%s') && given.length > 1 ? given.slice(1) : given
  const text = texts.map((one) => one.text).join(' ')
  // Escapes spell letters: `printf '\x72m'`.
  const escaped = name === 'printf' || args.some((one) => /^-[nE]*e/.test(one.text)) ? unescaped(text) : text
  if (escaped === undefined) return pipe
  return {
    kind: 'text',
    text: {
      text: escaped,
      known: texts.every(({ known }) => known),
      glob: false,
      substituted: texts.some(({ substituted }) => substituted),
    },
  }
}

function unescaped(text: string): string | undefined {
  if (/\\[xuU0-7]/.test(text)) return undefined
  return text.replace(/\\n/g, '\n').replace(/\\t/g, '\t').replace(/\\\\/g, '\\')
}
