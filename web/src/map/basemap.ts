import type { Basemap } from '../api'
import type { MapLibreMap } from './maplibre'

export type { Basemap }

const ID = 'basemap'

/**
 * Draws pictures of the ground under all layers, or takes them away. They come from
 * the page's own service: whatever host an address names is not asked.
 */
export function showBasemap(map: MapLibreMap, basemap: Basemap | null): void {
  if (map.getLayer(ID)) map.removeLayer(ID)
  if (map.getSource(ID)) map.removeSource(ID)
  if (!basemap) return
  map.addSource(ID, { type: 'raster', tiles: [window.location.origin + basemap.tiles], tileSize: 256, maxzoom: basemap.maxzoom })
  const lowest = map.getStyle().layers.find(({ type }) => type !== 'background')
  map.addLayer({ id: ID, type: 'raster', source: ID, paint: { 'raster-fade-duration': 0 } }, lowest?.id)
}
