import type { FeatureCollection } from 'geojson'
import type { FilterSpecification } from 'maplibre-gl'
import { outcomeColours } from '../batch/outcome-colours'
import type { MapLibreMap } from './maplibre'

export const empty: FeatureCollection = { type: 'FeatureCollection', features: [] }

/** Adds what draws the site and its overlaps, above the county's layers. */
export function addSiteLayers(map: MapLibreMap): void {
  // Without tolerance 0 parcels smaller than a pixel are left out of the tiles, and a batch looks empty.
  map.addSource('site', { type: 'geojson', data: empty, tolerance: 0 })
  const isOverlap: FilterSpecification = ['==', ['get', 'role'], 'overlap']
  const isWritten: FilterSpecification = ['==', ['get', 'role'], 'written']
  const isSite: FilterSpecification = ['!', ['in', ['get', 'role'], ['literal', ['overlap', 'written', 'parcel']]]]
  map.addLayer({ id: 'site:fill', type: 'fill', source: 'site', filter: isSite, paint: { 'fill-color': '#FFD43B', 'fill-opacity': 0.22 } })
  map.addLayer({ id: 'overlap:fill', type: 'fill', source: 'site', filter: isOverlap, paint: { 'fill-color': '#C8281E', 'fill-opacity': 0.3 } })
  map.addLayer({ id: 'overlap:line', type: 'line', source: 'site', filter: isOverlap, paint: { 'line-color': '#8F1A10', 'line-width': 1.4 } })
  map.addLayer({ id: 'written:line', type: 'line', source: 'site', filter: isWritten, paint: { 'line-color': '#1D4ED8', 'line-width': 2, 'line-dasharray': [3, 2] } })
  addParcelLayers(map)
  map.addLayer({ id: 'site:casing', type: 'line', source: 'site', filter: isSite, paint: { 'line-color': '#FFFFFF', 'line-width': 5 } })
  map.addLayer({ id: 'site:line', type: 'line', source: 'site', filter: isSite, paint: { 'line-color': '#111827', 'line-width': 2.2 } })
}

/** All parcels of a batch, in the colours of their outcomes; small ones stay visible as points. */
function addParcelLayers(map: MapLibreMap): void {
  const isParcel: FilterSpecification = ['==', ['get', 'role'], 'parcel']
  const colour = ['match', ['get', 'outcome'], ...Object.entries(outcomeColours).flat(), outcomeColours.none] as unknown as string
  map.addLayer({ id: 'parcel:fill', type: 'fill', source: 'site', filter: isParcel, paint: { 'fill-color': colour, 'fill-opacity': 0.45 } })
  map.addLayer({ id: 'parcel:line', type: 'line', source: 'site', filter: isParcel, paint: { 'line-color': colour, 'line-width': ['interpolate', ['linear'], ['zoom'], 8, 4, 13, 1.6] } })
  map.addLayer({ id: 'parcel:point', type: 'circle', source: 'site', filter: ['all', isParcel, ['==', ['geometry-type'], 'Point']], paint: { 'circle-color': colour, 'circle-radius': 4 } })
}

/** Shows the overlaps of these layers only: one that tiles the county covers every site. */
export function showOverlaps(map: MapLibreMap, layers: readonly string[]): void {
  const filter: FilterSpecification = ['all', ['==', ['get', 'role'], 'overlap'], ['in', ['get', 'layer'], ['literal', [...layers]]]]
  for (const id of ['overlap:fill', 'overlap:line']) map.setFilter(id, filter)
}
