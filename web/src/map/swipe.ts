import type { VectorSourceSpecification } from 'maplibre-gl'
import type { Drawable } from '../layers/style'
import { MapLibreMap } from './maplibre'

/** The same map with another version of one layer, which follows it. */
export interface Swipe {
  close(): void
}

/** Opens it in a container that lies over the map; the container shows as much of it as it is clipped to. */
export function openSwipe(map: MapLibreMap, container: HTMLElement, { key, tiles }: Drawable): Swipe {
  const style = map.getStyle()
  const source = style.sources[key] as VectorSourceSpecification | undefined
  if (source) style.sources[key] = { ...source, tiles: tiles.tiles }
  const over = new MapLibreMap({
    container, style, center: map.getCenter(), zoom: map.getZoom(), interactive: false, attributionControl: false, fadeDuration: 0,
    localIdeographFontFamily: 'Microsoft YaHei, Noto Sans CJK SC, sans-serif', maxZoom: map.getMaxZoom(),
  })
  over.getCanvas().tabIndex = -1
  copyImages(map, over)
  const follow = () => void over.jumpTo({ center: map.getCenter(), zoom: map.getZoom() })
  map.on('move', follow)
  return {
    close() {
      map.off('move', follow)
      over.remove()
    },
  }
}

/** Patterns are no part of a style: a copy of the map needs its own. */
export function copyImages(from: MapLibreMap, to: MapLibreMap): void {
  to.on('style.load', () => {
    for (const id of from.listImages()) {
      const image = from.getImage(id)
      if (image && !to.hasImage(id)) to.addImage(id, image.data, { pixelRatio: image.pixelRatio })
    }
  })
}
