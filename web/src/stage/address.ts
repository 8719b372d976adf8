import { watch, type Ref } from 'vue'
import type { Router } from 'vue-router'
import { readArrangement, written, type Arrangement, type Placed } from '../layers/arrangement'

/** Where the map looks: the middle in degrees, and the zoom. */
export interface View {
  lon: number
  lat: number
  zoom: number
}

/** 版本卷帘: a layer's other version beside the one that is drawn. */
export interface Swiped {
  layer: string
  label: string
}

/** What of the map is in the page's address, behind #. */
export interface MapState {
  /** Where a person has moved the map to; null while the open view decides. */
  view: View | null
  layers: Arrangement
  swipe: Swiped | null
}

/** The state as a fragment; what is as the page opens it is not written. */
export function fragmentOf({ view, layers, swipe }: MapState, usual: Arrangement): string {
  const parts = [
    view && `map=${view.zoom.toFixed(2)}/${view.lat.toFixed(5)}/${view.lon.toFixed(5)}`,
    written(layers) !== written(usual) && `layers=${written(layers)}`,
    swipe && `swipe=${swipe.layer}@${swipe.label}`,
  ].filter(Boolean)
  return parts.length ? `#${parts.join('&')}` : ''
}

/** Reads a fragment; what cannot be read is as the page opens it. */
export function readFragment(hash: string, usual: Arrangement): MapState {
  const parts = new Map(hash.replace(/^#/, '').split('&').map((part) => [part.split('=')[0], part.slice(part.indexOf('=') + 1)]))
  const layers: Placed[] = readArrangement(parts.get('layers') ?? '', usual)
  const [, layer, label] = /^([a-z][a-z0-9-]*)@([0-9A-Za-z._-]+)$/.exec(parts.get('swipe') ?? '') ?? []
  const swipe = layer && label && usual.some(({ key }) => key === layer) ? { layer, label } : null
  return { view: viewOf(parts.get('map') ?? ''), layers, swipe }
}

function viewOf(text: string): View | null {
  if (!/^-?[\d.]+\/-?[\d.]+\/-?[\d.]+$/.test(text)) return null
  const [zoom = NaN, lat = NaN, lon = NaN] = text.split('/').map(Number)
  return zoom >= 0 && zoom <= 22 && Math.abs(lat) <= 85 && Math.abs(lon) <= 180 ? { lon, lat, zoom } : null
}

/** Keeps the address beside the state, and the state when one goes to another view. */
export function keepAddress(router: Router, state: Ref<MapState | null>, usual: () => Arrangement): () => void {
  const fragment = () => (state.value ? fragmentOf(state.value, usual()) : router.currentRoute.value.hash)
  const stopGuard = router.beforeEach((to) => {
    const hash = fragment()
    return to.hash || !hash ? true : { ...to, name: to.name ?? undefined, hash }
  })
  const stopWatch = watch(state, () => {
    const { hash, path, query } = router.currentRoute.value
    if (state.value && hash !== fragment()) void router.replace({ path, query, hash: fragment(), force: true })
  })
  return () => {
    stopGuard()
    stopWatch()
  }
}
