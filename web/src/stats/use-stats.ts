import { onScopeDispose, ref, shallowRef, type Ref } from 'vue'
import { asProblem, useApi, type Problem, type Stats } from '../api'
import type { StatsQuestion } from './question'

/** Asks for a table; a question that comes before the answer takes its place. */
export function useStats(question: Ref<StatsQuestion>) {
  const api = useApi()
  const stats = shallowRef<Stats | null>(null)
  const problem = shallowRef<Problem | null>(null)
  const busy = ref(false)
  /** Seconds the server has worked on the question. */
  const seconds = ref(0)
  let asking: AbortController | null = null
  let clock = 0

  function stop(): void {
    asking?.abort()
    asking = null
    busy.value = false
    window.clearInterval(clock)
  }

  async function read(): Promise<void> {
    stop()
    const mine = (asking = new AbortController())
    busy.value = true
    seconds.value = 0
    problem.value = null
    clock = window.setInterval(() => seconds.value++, 1000)
    try {
      const table = await api.stats(question.value, mine.signal)
      if (mine === asking) stats.value = table
    } catch (thrown) {
      if (mine === asking) problem.value = asProblem(thrown)
    } finally {
      if (mine === asking) stop()
    }
  }

  onScopeDispose(stop)
  return { stats, problem, busy, seconds, read, stop }
}
