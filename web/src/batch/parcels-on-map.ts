import type { Feature } from 'geojson'
import type { Api, ShapeList } from '../api'
import { boundsOf, type SiteOutline } from '../site/outline'

/** So many shapes are drawn; more would make the map slow. */
export const MOST_DRAWN = 20_000

/** All parcels of a batch as they lie (role parcel), page by page; null where none has a place. */
export async function parcelsOnMap(api: Api, batch: string, wanted: () => boolean): Promise<SiteOutline | null> {
  const features: Feature[] = []
  let after = 0
  for (;;) {
    const { shapes, next }: ShapeList = await api.shapes(batch, after)
    features.push(...shapes.map(({ number, name, outcome, geometry }): Feature => ({
      type: 'Feature', properties: { role: 'parcel', number, name, outcome: outcome ?? 'none' }, geometry: geometry as unknown as Feature['geometry'],
    })))
    after = shapes.at(-1)?.number ?? after
    if (!wanted() || !next || shapes.length === 0 || features.length >= MOST_DRAWN) break
  }
  const geojson = { type: 'FeatureCollection' as const, features }
  const bounds = boundsOf(geojson)
  return bounds && { geojson, bounds }
}
