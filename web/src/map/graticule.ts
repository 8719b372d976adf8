import type { Feature, FeatureCollection } from 'geojson'
import type { GeoJSONSource } from 'maplibre-gl'
import { labelFonts } from '../layers/style'
import type { MapLibreMap } from './maplibre'

type Box = [west: number, south: number, east: number, north: number]

/** Steps between lines, in seconds: whole parts of a degree, a minute, a second. */
const steps = [36_000, 18_000, 7200, 3600, 1800, 900, 600, 300, 120, 60, 30, 20, 10, 5, 2, 1]

/** Meridians and parallels (经纬网) across a box, six or so either way, named where they enter it. */
export function graticuleOf([west, south, east, north]: Box): FeatureCollection {
  const span = Math.max(east - west, north - south) * 3600
  const step = (steps.find((seconds) => span / seconds >= 4) ?? 1) / 3600
  const along = (from: number, to: number) =>
    Array.from({ length: Math.max(0, Math.floor(to / step) - Math.ceil(from / step) + 1) }, (_, i) => (Math.ceil(from / step) + i) * step)
  const line = (name: string, coordinates: number[][], at: number[]): Feature[] => [
    { type: 'Feature', properties: {}, geometry: { type: 'LineString', coordinates } },
    { type: 'Feature', properties: { name }, geometry: { type: 'Point', coordinates: at } },
  ]
  const inset = (east - west) * 0.004
  return {
    type: 'FeatureCollection',
    features: [
      ...along(west, east).flatMap((lon) => line(angle(lon, 'E', 'W'), [[lon, south], [lon, north]], [lon, south + inset])),
      ...along(south, north).flatMap((lat) => line(angle(lat, 'N', 'S'), [[west, lat], [east, lat]], [west + inset, lat])),
    ],
  }
}

/** 109°52′30″E; seconds and minutes only where there are any. */
export function angle(degrees: number, positive: string, negative: string): string {
  const seconds = Math.round(Math.abs(degrees) * 3600)
  const [d, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60]
  const two = (n: number) => String(n).padStart(2, '0')
  return `${d}°${m || s ? `${two(m)}′` : ''}${s ? `${two(s)}″` : ''}${degrees < 0 ? negative : positive}`
}

/** Draws the graticule over everything, or takes it away. */
export function showGraticule(map: MapLibreMap, shown: boolean): void {
  for (const id of ['graticule:name', 'graticule:line']) if (map.getLayer(id)) map.removeLayer(id)
  if (map.getSource('graticule')) map.removeSource('graticule')
  if (!shown) return
  map.addSource('graticule', { type: 'geojson', data: here(map) })
  map.addLayer({ id: 'graticule:line', type: 'line', source: 'graticule', filter: ['==', ['geometry-type'], 'LineString'], paint: { 'line-color': '#33414B', 'line-width': 0.7, 'line-opacity': 0.7 } })
  map.addLayer({
    id: 'graticule:name', type: 'symbol', source: 'graticule', filter: ['==', ['geometry-type'], 'Point'],
    layout: { 'text-field': ['get', 'name'], 'text-font': labelFonts, 'text-size': 11, 'text-anchor': 'bottom-left', 'text-allow-overlap': true },
    paint: { 'text-color': '#1B2328', 'text-halo-color': '#FFFFFF', 'text-halo-width': 1.6 },
  })
}

/** The lines follow what is in view. */
export function followView(map: MapLibreMap): void {
  map.on('moveend', () => map.getSource<GeoJSONSource>('graticule')?.setData(here(map)))
}

const here = (map: MapLibreMap): FeatureCollection => graticuleOf(map.getBounds().toArray().flat() as Box)
