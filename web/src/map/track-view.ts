import type { Map as MapLibreMap } from 'maplibre-gl'
import type { CountyMapOptions } from './county-map'

/** Tells where the map looks. A map that became wider or narrower looks where it did. */
export function trackView(map: MapLibreMap, moved: CountyMapOptions['onMoved']): void {
  let resized = false
  map.on('resize', () => {
    resized = true // its moveend follows at once
    queueMicrotask(() => (resized = false))
  })
  map.on('moveend', (event) => {
    if (resized) return
    const [lon, lat] = map.getCenter().toArray()
    moved({ lon, lat, zoom: map.getZoom() }, Boolean(event.originalEvent))
  })
}
