import type { TileSet } from '../layers/style'
import type { MapLibreMap } from './maplibre'

/** What a draft is drawn from: its tiles are made as they are asked for, and kept nowhere. */
export interface Preview {
  layer: string
  tiles: TileSet
}

const ID = 'preview'
const COLOUR = '#C2410C' // no layer's own

/** Draws a draft (草稿) over the layers in force, dashed so that both are told apart; null takes it away. */
export function showPreview(map: MapLibreMap, preview: Preview | null): void {
  if (!map.getContainer().isConnected) return // the map is closed, and what it drew with it
  for (const part of ['fill', 'line']) if (map.getLayer(`${ID}:${part}`)) map.removeLayer(`${ID}:${part}`)
  if (map.getSource(ID)) map.removeSource(ID)
  if (!preview) return
  const { tiles, sourceLayer, minzoom, maxzoom, bounds } = preview.tiles
  map.addSource(ID, { type: 'vector', tiles, minzoom, maxzoom, bounds })
  const from = { source: ID, 'source-layer': sourceLayer } as const
  map.addLayer({ id: `${ID}:fill`, type: 'fill', ...from, paint: { 'fill-color': COLOUR, 'fill-opacity': 0.16 } }, 'pieces:fill')
  map.addLayer({ id: `${ID}:line`, type: 'line', ...from, paint: { 'line-color': COLOUR, 'line-width': 2.4, 'line-dasharray': [2.4, 1.4] } }, 'pieces:fill')
}
