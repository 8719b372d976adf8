import { onBeforeUnmount, ref, shallowRef, watch } from 'vue'
import { asProblem, hasEnded, type Api, type Batch, type Job, type Parcel, type Problem } from '../api'
import { allParcels } from './rows'

/** A batch as it goes on: its state, and its parcels once more are answered. */
export function useBatch(api: Api, id: () => string) {
  const batch = shallowRef<Batch | null>(null)
  const parcels = shallowRef<Parcel[]>([])
  const problem = shallowRef<Problem | null>(null)
  const interrupted = ref(false)
  let stop = () => {}

  /** Runs work for the batch that is wanted; what comes too late is dropped. */
  async function during(work: (mine: string, wanted: () => boolean) => Promise<void>): Promise<void> {
    const mine = id()
    const wanted = () => mine === id()
    try {
      await work(mine, wanted)
    } catch (thrown) {
      if (wanted()) problem.value = asProblem(thrown)
    }
  }

  const open = () => during(async (mine, wanted) => {
    stop()
    batch.value = problem.value = null
    parcels.value = []
    const found = await api.batch(mine)
    if (!wanted()) return
    batch.value = found
    if (!hasEnded(found.state)) stop = api.follow(mine, { moved, interrupted: (lost) => (interrupted.value = lost), gone: (why) => (problem.value = why) })
    await readParcels()
  })

  /** The parcels as far as they are answered, the first page at once. */
  const readParcels = () => during((mine, wanted) => allParcels(api, mine, (read) => {
    if (wanted()) parcels.value = read
    return wanted()
  }))

  function moved({ state, total, done, failed }: Job): void {
    if (!batch.value) return
    batch.value = { ...batch.value, state, total, done, failed }
    if (hasEnded(state)) void finish()
  }

  const finish = () => during(async (mine, wanted) => {
    const ended = await api.batch(mine)
    if (wanted()) batch.value = ended
    await readParcels()
  })

  const cancel = () => during(async (mine, wanted) => {
    const now = await api.cancelBatch(mine)
    if (wanted()) batch.value = now
  })

  watch(id, open, { immediate: true })
  onBeforeUnmount(() => stop())
  return { batch, parcels, problem, interrupted, open, readParcels, cancel }
}
