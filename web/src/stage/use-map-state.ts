import { computed, onScopeDispose, shallowRef, type Ref } from 'vue'
import { useRouter } from 'vue-router'
import { useApi, type Version } from '../api'
import { arrangementOf, changed, moved, type Arrangement, type Placed } from '../layers/arrangement'
import { drawableAt, type Catalogue } from '../layers/catalogue'
import type { Drawable } from '../layers/style'
import type { Laid } from '../map/arrange'
import { keepAddress, readFragment, type MapState, type Swiped, type View } from './address'

const otherVersions = ({ layers, swipe }: MapState): Swiped[] =>
  [...layers.flatMap(({ key, label }) => (label ? [{ layer: key, label }] : [])), ...(swipe ? [swipe] : [])]

/** How the layers stand on the map and where it looks, kept in the page's address. */
export function useMapState(catalogue: Ref<Catalogue | null>) {
  const api = useApi()
  const router = useRouter()
  const state = shallowRef<MapState | null>(null)
  /** Other versions than those in force, by key and label, once their tiles are known. */
  const others = shallowRef<ReadonlyMap<string, Drawable>>(new Map())
  const versions = shallowRef<Readonly<Record<string, readonly Version[]>>>({})
  /** Where the map looks, whoever moved it. */
  let last: View | null = null

  const usual = (): Arrangement => arrangementOf(catalogue.value?.drawables ?? [])
  const drawableOf = (layer: string, label: string): Drawable | undefined =>
    (label && others.value.get(`${layer}@${label}`)) || catalogue.value?.drawables.find(({ key }) => key === layer)

  const laid = computed<Laid[]>(() => (state.value?.layers ?? []).flatMap(({ key, label, shown, opacity }) => {
    const drawable = drawableOf(key, label)
    return drawable ? [{ drawable, shown, opacity: opacity / 100 }] : []
  }))
  const visible = computed(() => new Set(state.value?.layers.flatMap(({ key, shown }) => (shown ? [key] : []))))
  const swiped = computed(() => {
    const swipe = state.value?.swipe
    const drawable = swipe && others.value.get(`${swipe.layer}@${swipe.label}`)
    return drawable && { ...swipe, drawable }
  })

  const set = (part: Partial<MapState>) => {
    if (state.value) state.value = { ...state.value, ...part }
  }

  /** Fetches what another version is drawn from; one that cannot be had is not drawn. */
  async function fetchVersion(layer: string, label: string): Promise<boolean> {
    const known = `${layer}@${label}`
    const usualOne = catalogue.value?.drawables.find(({ key }) => key === layer)
    if (others.value.has(known)) return true
    const drawable = usualOne && await drawableAt(api, usualOne, label)
    if (!drawable) return false
    others.value = new Map([...others.value, [known, drawable]])
    return true
  }

  /** Reads the state from the address, when the layers are known; the same when the address is changed by hand. */
  function read(hash = router.currentRoute.value.hash): void {
    state.value = readFragment(hash, usual())
    for (const { layer, label } of otherVersions(state.value)) void fetchVersion(layer, label)
  }

  onScopeDispose(keepAddress(router, state, usual))
  return {
    state, laid, visible, swiped, versions, read,
    view: () => state.value?.view ?? last,
    change: (key: string, part: Partial<Placed>) => state.value && set({ layers: changed(state.value.layers, key, part) }),
    move: (key: string, by: -1 | 1) => state.value && set({ layers: moved(state.value.layers, key, by) }),
    async chooseVersion(key: string, label: string) {
      if (state.value && (!label || await fetchVersion(key, label))) set({ layers: changed(state.value.layers, key, { label, shown: true }) })
    },
    async compare(swipe: Swiped | null) {
      if (!swipe) return set({ swipe: null })
      if (state.value && await fetchVersion(swipe.layer, swipe.label)) set({ swipe, layers: changed(state.value.layers, swipe.layer, { shown: true }) })
    },
    /** What a person moves stays in the address; where a view leads is the view's. */
    looked(view: View, byHand: boolean) {
      last = view
      if (byHand || state.value?.view) set({ view: byHand ? view : null })
    },
    async readVersions(key: string) {
      if (versions.value[key]) return
      const list = await api.versions(key).catch(() => null)
      versions.value = { ...versions.value, [key]: list?.versions ?? [] }
    },
  }
}
