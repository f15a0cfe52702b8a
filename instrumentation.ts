/** Compiled for every runtime and sometimes called more than once: jobs start once, in Node only. */
export async function register() {
  if (process.env.NEXT_RUNTIME !== 'nodejs') return
  const { startJobs } = await import('@/lib/jobs')
  startJobs()
}
