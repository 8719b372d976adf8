import { computed, onBeforeUnmount, ref, shallowRef } from 'vue'
import { asProblem, hasEnded, type Api, type Import, type Job, type Problem } from '../api'

/** An import that is followed until it has ended: the server tells how far it is. */
export function useImport(api: Api, ended: (job: Import) => void) {
  const job = shallowRef<Import | null>(null)
  const problem = shallowRef<Problem | null>(null)
  const interrupted = ref(false)
  const busy = computed(() => !!job.value && !hasEnded(job.value.state))
  /** The import that is followed; empty for none. */
  let following = ''
  let stop: () => void = () => undefined

  async function read(id: string): Promise<void> {
    try {
      const now = await api.data.import(id)
      if (id !== following) return
      job.value = now
      if (hasEnded(now.state)) ended(now)
    } catch (thrown) {
      if (id === following) problem.value = asProblem(thrown)
    }
  }

  async function follow(id: string): Promise<void> {
    forget()
    following = id
    await read(id)
    if (id === following && busy.value) stop = api.follow(id, { moved, interrupted: (lost) => (interrupted.value = lost), gone })
  }

  function moved({ state, total, done, what }: Job): void {
    if (!job.value) return
    if (hasEnded(state)) return void read(following)
    job.value = { ...job.value, state, staged: total, kept: done, stage: what as Import['stage'] }
  }

  /** What became of it is not known here any more. */
  function gone(why: Problem): void {
    job.value = null
    interrupted.value = false
    problem.value = why
  }

  /** Ends the work; the server tells when it has ended. */
  async function cancel(): Promise<void> {
    try {
      await api.data.cancelImport(following)
    } catch (thrown) {
      problem.value = asProblem(thrown)
    }
  }

  /** Follows none any more; its work goes on. */
  function forget(): void {
    stop()
    following = ''
    job.value = problem.value = null
    interrupted.value = false
  }
  onBeforeUnmount(() => {
    stop()
    following = ''
  })
  return { job, problem, interrupted, busy, follow, cancel, forget, isFollowing: (id: string) => id === following }
}
