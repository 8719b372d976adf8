import type { Job } from './answers'

/** Who hears how far work in the background is. */
export interface Follower {
  /** The state as it is now; after one that has ended none follows. */
  moved: (job: Job) => void
  /** The connection is lost (true), and is being made again, or stands again. */
  interrupted: (lost: boolean) => void
}

const ended: readonly Job['state'][] = ['done', 'cancelled', 'failed']

/** Whether nothing more will happen. */
export const hasEnded = (state: Job['state']): boolean => ended.includes(state)

/**
 * Follows work in the background until it ends; gives how to stop before. The
 * browser asks again by itself where the connection breaks.
 */
export function follow(url: string, { moved, interrupted }: Follower): () => void {
  const source = new EventSource(url)
  source.addEventListener('progress', (event) => {
    interrupted(false)
    const job = JSON.parse((event as MessageEvent<string>).data) as Job
    if (hasEnded(job.state)) source.close() // else the browser would ask for ever
    moved(job)
  })
  source.onerror = () => interrupted(true)
  return () => source.close()
}
