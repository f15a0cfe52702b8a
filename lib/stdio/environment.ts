import { homedir, tmpdir } from 'node:os'

/** What a program needs to find others and its own files. Of everything else in our environment much is secret. */
const INHERITED = ['PATH', 'HOME', 'TMPDIR', 'LANG', 'TZ'] as const

/** The environment of a server's process: what is listed for it, over the little it gets from us. */
export function processEnvironment(
  listed: Readonly<Record<string, string>>,
  ours: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  const environment: Record<string, string> = {}
  for (const name of INHERITED) {
    const value = ours[name]
    if (value !== undefined) environment[name] = value
  }
  return { ...environment, ...listed }
}

/** Where a process runs that is told nothing: not in our folder, where it would find our files by their names. */
export const defaultFolder = (): string => homedir() || tmpdir()
