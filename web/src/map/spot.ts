import type { FeatureCollection } from 'geojson'
import type { GeoJSONSource, MapMouseEvent } from 'maplibre-gl'
import type { MapLibreMap } from './maplibre'

/** Longitude and latitude, degrees (EPSG:4490). */
export type LonLat = [lon: number, lat: number]

const at = (spot: LonLat | null): FeatureCollection => ({
  type: 'FeatureCollection',
  features: spot ? [{ type: 'Feature', properties: {}, geometry: { type: 'Point', coordinates: spot } }] : [],
})

/** Adds what marks a place, above everything. */
export function addSpotLayers(map: MapLibreMap): void {
  map.addSource('spot', { type: 'geojson', data: at(null) })
  map.addLayer({ id: 'spot:ring', type: 'circle', source: 'spot', paint: { 'circle-radius': 9, 'circle-opacity': 0, 'circle-stroke-color': '#FFFFFF', 'circle-stroke-width': 5 } })
  map.addLayer({ id: 'spot', type: 'circle', source: 'spot', paint: { 'circle-radius': 9, 'circle-opacity': 0, 'circle-stroke-color': '#E8590C', 'circle-stroke-width': 2.5 } })
}

export const showSpot = (map: MapLibreMap, spot: LonLat | null): void => void map.getSource<GeoJSONSource>('spot')?.setData(at(spot))

/**
 * Tells which place is pressed, also by Enter at the map's middle, and over which
 * place the pointer is. Presses on what a view has put on the map are that view's.
 */
export function trackPlaces(map: MapLibreMap, heard: { pressed: (at: LonLat) => void; pointed: (at: LonLat | null) => void }): void {
  const taken = ['pieces:fill', 'pieces:points']
  map.on('click', ({ point, lngLat }: MapMouseEvent) => {
    const layers = taken.filter((id) => map.getLayer(id))
    if (map.queryRenderedFeatures(point, { layers }).length === 0) heard.pressed(lngLat.toArray() as LonLat)
  })
  map.getCanvas().addEventListener('keydown', ({ key }) => {
    if (key === 'Enter') heard.pressed(map.getCenter().toArray() as LonLat)
  })
  map.on('mousemove', ({ lngLat }: MapMouseEvent) => heard.pointed(lngLat.toArray() as LonLat))
  map.on('mouseout', () => heard.pointed(null))
}
