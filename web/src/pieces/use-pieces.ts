import type { FeatureCollection } from 'geojson'
import { onActivated, onBeforeUnmount, onDeactivated, onMounted, ref, shallowRef, watch } from 'vue'
import { boundsOf } from '../site/outline'
import { useStage } from '../stage/stage'

/**
 * What a view lists, on the map while the view is open: hovering a row marks its
 * piece, hovering a piece marks its row, a press goes to the other.
 */
export function usePieces() {
  const { map, draft } = useStage()
  const pieces = shallowRef<FeatureCollection | null>(null)
  /** The number that is marked, in the list and on the map. */
  const marked = ref<number | null>(null)
  /** The number that was last pressed on the map. */
  const pressed = ref<number | null>(null)
  const open = ref(false)
  let stop: () => void = () => undefined

  function draw(): void {
    stop()
    if (!open.value || !map.value) return
    map.value.pieces.show(pieces.value)
    stop = map.value.pieces.listen({
      hovered: (no) => (marked.value = no),
      pressed: (no) => (pressed.value = marked.value = no),
    })
  }
  function close(): void {
    open.value = false
    stop()
    map.value?.pieces.show(null)
  }
  const begin = () => void (open.value = true)
  onMounted(begin)
  onActivated(begin)
  onDeactivated(close)
  onBeforeUnmount(close)
  watch([map, pieces, open], draw)
  watch(marked, (no) => open.value && map.value?.pieces.mark(no))

  /** Flies to a piece, or to all of them. */
  function zoomTo(no?: number): void {
    const wanted = no === undefined ? pieces.value : pieces.value?.features.filter(({ properties }) => properties?.['no'] === no)
    const bounds = boundsOf(Array.isArray(wanted) ? { features: wanted } : wanted)
    if (bounds) map.value?.zoomTo(bounds)
    if (no !== undefined) marked.value = no
  }
  return { pieces, marked, pressed, draft, zoomTo }
}
