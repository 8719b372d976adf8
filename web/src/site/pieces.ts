import type { Feature, FeatureCollection, GeoJSON } from 'geojson'
import type { Api } from '../api'
import { boundsOf, type SiteOutline } from './outline'

/**
 * An answered site and its overlaps as the server knows them, whatever format
 * the file had. Null when they cannot be had: the answer stands without a map.
 */
export async function piecesOf(api: Api, id: string): Promise<SiteOutline | null> {
  try {
    const geojson = await api.pieces(id)
    const bounds = boundsOf(geojson)
    return bounds && { geojson, bounds }
  } catch {
    return null
  }
}

/**
 * An answered site beside the place that its file wrote (role written): the two
 * differ where the degrees had been shifted by a web map.
 */
export function besideWritten(site: SiteOutline, written: SiteOutline): SiteOutline {
  const marked = featuresOf(written.geojson).map((feature) => ({ ...feature, properties: { ...feature.properties, role: 'written' } }))
  const geojson: FeatureCollection = { type: 'FeatureCollection', features: [...featuresOf(site.geojson), ...marked] }
  return { geojson, bounds: boundsOf(geojson) ?? site.bounds }
}

function featuresOf(geojson: GeoJSON): Feature[] {
  if (geojson.type === 'FeatureCollection') return geojson.features
  return geojson.type === 'Feature' ? [geojson] : [{ type: 'Feature', properties: {}, geometry: geojson }]
}
