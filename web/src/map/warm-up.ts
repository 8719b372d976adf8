import type { FeatureCollection } from 'geojson'
import type { AddLayerObject, LayerSpecification, StyleSpecification } from 'maplibre-gl'
import type { MapLibreMap } from './maplibre'

const SOURCE = 'warm'
/** Too faint for any of 255 steps of colour, and yet drawn: what is wholly transparent a map leaves out. */
const FAINT = 0.001
/** What of a layer kind says how much of it is seen. */
const opacities: Partial<Record<LayerSpecification['type'], readonly string[]>> = {
  fill: ['fill-opacity'], line: ['line-opacity'], circle: ['circle-opacity', 'circle-stroke-opacity'], symbol: ['text-opacity', 'icon-opacity'],
}

/**
 * Draws every layer once, unseen, whether it shows or not: the browser waits while a
 * kind of layer is drawn for the first time (its shaders are compiled then, which takes
 * a weak or software GPU a second), and a person should not meet that wait in the
 * middle of the work. Gives what takes the layers away again.
 */
export function warmUp(map: MapLibreMap): () => void {
  const { layers } = map.getStyle()
  map.addSource(SOURCE, { type: 'geojson', data: speck(map.getCenter().toArray(), 1440 / (512 * 2 ** map.getZoom())), tolerance: 0 })
  const ids = warmed(layers).map((layer) => {
    map.addLayer(layer)
    return layer.id
  })
  return () => {
    for (const id of ids) map.removeLayer(id)
    map.removeSource(SOURCE)
  }
}

/** The layers of a style as they are drawn once: what they are painted with decides which shaders they need, so that stays. */
export function warmed(layers: StyleSpecification['layers']): AddLayerObject[] {
  return layers.flatMap((layer) => {
    const faded = opacities[layer.type]
    if (!faded || !('source' in layer)) return []
    const paint: Record<string, unknown> = { ...layer.paint }
    for (const property of faded) paint[property] = faint(paint[property])
    // Names must not push those aside that are there to be read.
    const layout = layer.type === 'symbol' ? { ...layer.layout, 'text-allow-overlap': true, 'text-ignore-placement': true } : layer.layout
    return [{ id: `${SOURCE}:${layer.id}`, type: layer.type, source: SOURCE, paint, layout: { ...layout, visibility: 'visible' } } as AddLayerObject]
  })
}

/** An opacity that depends on the feature goes on doing so: it needs another shader than one that does not. */
const faint = (opacity: unknown): unknown => (Array.isArray(opacity) ? ['*', FAINT, opacity] : FAINT)

/** An area, a line and a point, each with a name, four pixels large: smaller ones are dropped before they are drawn. */
function speck([lon = 0, lat = 0]: readonly number[], size: number): FeatureCollection {
  const at = [lon, lat]
  const beside = [lon + size, lat]
  const properties = { name: '·', no: 0, kind: 'lost' }
  return {
    type: 'FeatureCollection',
    features: [
      { type: 'Feature', properties, geometry: { type: 'Polygon', coordinates: [[at, beside, [lon, lat + size], at]] } },
      { type: 'Feature', properties, geometry: { type: 'LineString', coordinates: [at, beside] } },
      { type: 'Feature', properties, geometry: { type: 'Point', coordinates: at } },
    ],
  }
}
