import type { GeoJSON } from 'geojson'

/** A site's coordinates in degrees: of a picked file, or with its overlaps (role overlap) of an answer. */
export interface SiteOutline {
  geojson: GeoJSON
  bounds: [west: number, south: number, east: number, north: number]
}

/** Above this the page does not parse a file just to draw its outline. */
const LARGEST_DRAWN = 8 << 20

/**
 * The outline of a GeoJSON file in degrees, to be drawn and zoomed to. Null for
 * every other file: the server reads those, and judges all of them.
 */
export async function outlineOf(file: File): Promise<SiteOutline | null> {
  if (!/\.(geo)?json$/i.test(file.name) || file.size > LARGEST_DRAWN) return null
  try {
    const geojson = JSON.parse(await file.text()) as GeoJSON
    const bounds = boundsOf(geojson)
    return bounds && inDegrees(bounds) ? { geojson, bounds } : null
  } catch {
    return null // the server will say what is wrong with it
  }
}

/** West, south, east, north of all positions; null when there are none. */
export function boundsOf(geojson: unknown): SiteOutline['bounds'] | null {
  const bounds: SiteOutline['bounds'] = [Infinity, Infinity, -Infinity, -Infinity]
  for (const [x, y] of positions(geojson)) {
    bounds[0] = Math.min(bounds[0], x)
    bounds[1] = Math.min(bounds[1], y)
    bounds[2] = Math.max(bounds[2], x)
    bounds[3] = Math.max(bounds[3], y)
  }
  return bounds[0] <= bounds[2] ? bounds : null
}

function* positions(value: unknown): Generator<[number, number]> {
  if (typeof value !== 'object' || value === null) return
  if (Array.isArray(value)) {
    if (typeof value[0] === 'number' && typeof value[1] === 'number') yield [value[0], value[1]]
    else for (const member of value) yield* positions(member)
    return
  }
  const { coordinates, geometry, geometries, features } = value as Record<string, unknown>
  for (const member of [coordinates, geometry, geometries, features]) yield* positions(member)
}

const inDegrees = ([west, south, east, north]: SiteOutline['bounds']): boolean =>
  west >= -180 && east <= 180 && south >= -90 && north <= 90
