import type { Feature } from 'geojson'
import type { GeoJSONSource, MapGeoJSONFeature } from 'maplibre-gl'
import { labelPoint } from '../layers/label'
import { nameSource, type Drawable } from '../layers/style'
import type { MapLibreMap } from './maplibre'

const placed = new WeakMap<MapLibreMap, Map<string, string>>()

/**
 * Gives every feature in view one name. Tiles cut features into parts, and a
 * map would name each part; here the largest part in view carries the name.
 *
 * @returns whether a name moved, so that the map draws again
 */
export function placeNames(map: MapLibreMap, layers: readonly Drawable[]): boolean {
  const before = placed.get(map) ?? new Map<string, string>()
  placed.set(map, before)
  let moved = false
  for (const { key, tiles } of layers) {
    const source = map.getSource<GeoJSONSource>(nameSource(key))
    if (!source) continue
    const features = namesOf(map.querySourceFeatures(key, { sourceLayer: tiles.sourceLayer }))
    const text = JSON.stringify(features)
    if (before.get(key) === text) continue
    before.set(key, text)
    source.setData({ type: 'FeatureCollection', features })
    moved = true
  }
  return moved
}

/** One point a feature, in a fixed order. */
export function namesOf(parts: readonly Pick<MapGeoJSONFeature, 'id' | 'geometry' | 'properties'>[]): Feature[] {
  const largest = new Map<string, { size: number; feature: Feature }>()
  for (const { id, geometry, properties } of parts) {
    const point = labelPoint(geometry)
    const name: unknown = properties['name']
    if (!point || !name) continue
    const same = String(id ?? name)
    if ((largest.get(same)?.size ?? -1) >= point.size) continue
    const feature: Feature = { type: 'Feature', properties: { name }, geometry: { type: 'Point', coordinates: point.at } }
    largest.set(same, { size: point.size, feature })
  }
  return [...largest.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, { feature }]) => feature)
}
