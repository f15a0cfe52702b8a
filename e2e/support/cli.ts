import { execFileSync } from 'node:child_process'

/** The operator's command on the running product of the stories. */
export function cli(...args: string[]): { status: number; stdout: string } {
  const { STORY_DATA, STORY_WEB_URL } = process.env
  const env = { ...process.env, COUNTERSIGN_DATA: STORY_DATA, PUBLIC_WEB_URL: STORY_WEB_URL }
  const options = { env, encoding: 'utf8' as const }
  try {
    return { status: 0, stdout: execFileSync(process.execPath, ['cli/countersign.mjs', ...args], options) }
  } catch (error) {
    const { status, stdout } = error as { status: number; stdout: string }
    return { status, stdout }
  }
}
