import { shallowRef } from 'vue'
import { asProblem, useApi, type Identified, type Problem } from '../api'
import type { LonLat } from '../map/spot'

/** Asks what lies at a place of the map; a later place takes an earlier one's place. */
export function useIdentify() {
  const api = useApi()
  const at = shallowRef<LonLat | null>(null)
  const found = shallowRef<Identified | null>(null)
  const problem = shallowRef<Problem | null>(null)

  /** @param refs the versions that show; empty: those in force */
  async function identify(place: LonLat, refs: readonly string[]): Promise<void> {
    at.value = place
    found.value = problem.value = null
    try {
      const answer = await api.identify(place, refs)
      if (at.value === place) found.value = answer
    } catch (thrown) {
      if (at.value === place) problem.value = asProblem(thrown)
    }
  }

  const close = () => void (at.value = found.value = problem.value = null)
  return { at, found, problem, identify, close }
}
