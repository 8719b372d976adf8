import { computed, shallowRef } from 'vue'
import { asProblem, type Api, type CheckAnswer, type CheckQuestion, type Problem, type Progress } from '../api'

/** Where a check stands. */
export type CheckState =
  | { step: 'asking' }
  | { step: 'waiting'; progress: Progress }
  | { step: 'answered'; answer: CheckAnswer }
  | { step: 'failed'; problem: Problem }

/** Puts one question at a time to the server. */
export function useCheck(api: Api) {
  const state = shallowRef<CheckState>({ step: 'asking' })
  let running: AbortController | null = null

  async function ask(question: CheckQuestion): Promise<void> {
    running?.abort()
    const mine = (running = new AbortController())
    const settle = (next: CheckState) => {
      if (running === mine) state.value = next // a newer question may have taken over
    }
    settle({ step: 'waiting', progress: { phase: 'sending', sent: 0 } })
    try {
      const onProgress = (progress: Progress) => settle({ step: 'waiting', progress })
      settle({ step: 'answered', answer: await api.check(question, { signal: mine.signal, onProgress }) })
    } catch (thrown) {
      settle({ step: 'failed', problem: asProblem(thrown) })
    }
  }

  /** Drops the question under way, if any, and its answer. */
  function reset(): void {
    running?.abort()
    running = null
    state.value = { step: 'asking' }
  }

  return { state: computed(() => state.value), ask, reset }
}
