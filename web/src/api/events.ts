import type { Job } from './answers'
import { asProblem, type Problem } from './problem'
import { ask } from './request'

/** Who hears how far work in the background is. */
export interface Follower {
  /** The state as it is now; after one that has ended none follows. */
  moved: (job: Job) => void
  /** The connection is lost (true), and is being made again, or stands again. */
  interrupted: (lost: boolean) => void
  /** The server does not tell any more: the session has ended, or it does not know the work. */
  gone?: (problem: Problem) => void
}

const ended: readonly Job['state'][] = ['done', 'cancelled', 'failed']

/** Whether nothing more will happen. */
export const hasEnded = (state: Job['state']): boolean => ended.includes(state)

/** After so many milliseconds the server is asked again by us; the browser does not where it was refused. */
const AGAIN = 3000

/**
 * Follows work in the background until it ends; gives how to stop before. Where the
 * connection breaks the browser asks again by itself. Where the server refuses it does
 * not: then the work itself is asked for, which tells that a session has ended, or that
 * the work is not known any more.
 */
export function follow(url: string, { moved, interrupted, gone }: Follower): () => void {
  let source: EventSource
  let timer: ReturnType<typeof setTimeout> | undefined
  let isStopped = false

  function open(): void {
    source = new EventSource(url)
    source.addEventListener('progress', (event) => {
      interrupted(false)
      const job = JSON.parse((event as MessageEvent<string>).data) as Job
      if (hasEnded(job.state)) source.close() // else the browser would ask for ever
      moved(job)
    })
    source.onerror = () => {
      interrupted(true)
      if (source.readyState === EventSource.CLOSED) timer = setTimeout(() => void look(), AGAIN)
    }
  }

  async function look(): Promise<void> {
    try {
      await ask<Job>(url.replace(/\/events$/, ''))
      if (!isStopped) open()
    } catch (thrown) {
      const problem = asProblem(thrown)
      if (isStopped) return
      if (problem.status >= 400 && problem.status < 500 && problem.status !== 429) gone?.(problem)
      else timer = setTimeout(() => void look(), AGAIN)
    }
  }

  open()
  return () => {
    isStopped = true
    clearTimeout(timer)
    source.close()
  }
}
