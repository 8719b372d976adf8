import type { VectorTileSource } from 'maplibre-gl'
import { opacitiesOf, partIds, upwards, type Drawable } from '../layers/style'
import type { MapLibreMap } from './maplibre'

/** A layer as it is to be drawn: with the tiles of the version that is wanted. */
export interface Laid {
  drawable: Drawable
  shown: boolean
  /** 0…1 */
  opacity: number
}

/** Lays the county's layers out from top to bottom, below everything that a view shows. */
export function arrange(map: MapLibreMap, laid: readonly Laid[]): void {
  for (const { drawable, shown, opacity } of laid) {
    const source = map.getSource<VectorTileSource>(drawable.key)
    if (source && source.tiles[0] !== drawable.tiles.tiles[0]) source.setTiles(drawable.tiles.tiles)
    for (const id of partIds(drawable.key)) {
      if (map.getLayer(id)) map.setLayoutProperty(id, 'visibility', shown ? 'visible' : 'none')
    }
    for (const [id, property, value] of opacitiesOf(drawable, opacity)) {
      if (map.getLayer(id)) map.setPaintProperty(id, property as 'fill-opacity', value)
    }
  }
  stack(map, upwards(laid.map(({ drawable }) => drawable)).filter((id) => map.getLayer(id)))
}

/** Puts the parts in order, if they are not. */
function stack(map: MapLibreMap, wanted: readonly string[]): void {
  const ours = new Set(wanted)
  const all = map.getStyle().layers.map(({ id }) => id)
  if (all.filter((id) => ours.has(id)).join() === wanted.join()) return
  const above = all.slice(Math.max(...wanted.map((id) => all.indexOf(id))) + 1)[0]
  for (const id of wanted) map.moveLayer(id, above)
  const firstLine = wanted.find((id) => id.endsWith(':line'))
  if (map.getLayer('choropleth') && firstLine) map.moveLayer('choropleth', firstLine)
}
