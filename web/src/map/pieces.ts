import type { FeatureCollection } from 'geojson'
import type { ExpressionSpecification, GeoJSONSource, MapGeoJSONFeature, MapMouseEvent } from 'maplibre-gl'
import { pattern } from '../layers/pattern'
import { kindLooks, kindNames } from '../pieces/looks'
import type { MapLibreMap } from './maplibre'

/** Ground that a view lists, each feature with its property `no` and `kind`; told apart without colour. */
export interface MapPieces {
  show(pieces: FeatureCollection | null): void
  /** Marks the piece of this number; null clears. */
  mark(no: number | null): void
  /** Who hears which piece is under the pointer, and which is pressed; gives how to stop. */
  listen(listener: PieceListener): () => void
}

export interface PieceListener {
  hovered: (no: number | null) => void
  pressed: (no: number) => void
}

const SOURCE = 'pieces'
const fills = ['pieces:fill', 'pieces:points']
const empty: FeatureCollection = { type: 'FeatureCollection', features: [] }
const marked: ExpressionSpecification = ['boolean', ['feature-state', 'marked'], false]

/** Adds what draws pieces; below the site, above the county's layers. */
export function addPieceLayers(map: MapLibreMap): void {
  for (const kind of kindNames) map.addImage(`piece-${kind}`, pattern(kindLooks[kind].fill, kindLooks[kind].colour), { pixelRatio: 2 })
  const byKind = (of: (kind: (typeof kindNames)[number]) => string): ExpressionSpecification =>
    ['match', ['get', 'kind'], ...kindNames.flatMap((kind) => [kind, of(kind)]), of('lost')] as unknown as ExpressionSpecification
  const colour = byKind((kind) => kindLooks[kind].colour)
  map.addSource(SOURCE, { type: 'geojson', data: empty, promoteId: 'no' })
  const isArea: ExpressionSpecification = ['!=', ['geometry-type'], 'Point']
  map.addLayer({ id: 'pieces:fill', type: 'fill', source: SOURCE, filter: isArea, paint: { 'fill-pattern': byKind((kind) => `piece-${kind}`) } }, 'site:fill')
  map.addLayer({ id: 'pieces:casing', type: 'line', source: SOURCE, filter: isArea, paint: { 'line-color': '#FFFFFF', 'line-width': ['case', marked, 9, 4] } }, 'site:fill')
  map.addLayer({ id: 'pieces:line', type: 'line', source: SOURCE, filter: isArea, paint: { 'line-color': ['case', marked, '#E8590C', colour], 'line-width': ['case', marked, 5, 2] } }, 'site:fill')
  map.addLayer({
    id: 'pieces:points', type: 'circle', source: SOURCE, filter: ['==', ['geometry-type'], 'Point'],
    paint: { 'circle-radius': ['case', marked, 10, 7], 'circle-color': colour, 'circle-stroke-color': ['case', marked, '#E8590C', '#FFFFFF'], 'circle-stroke-width': 3 },
  }, 'site:fill')
}

/** @param loaded resolves when addPieceLayers has been called */
export function piecesOn(map: MapLibreMap, loaded: Promise<void>): MapPieces {
  let last: number | null = null
  return {
    show: (pieces) => void loaded.then(() => {
      last = null
      map.removeFeatureState({ source: SOURCE })
      map.getSource<GeoJSONSource>(SOURCE)?.setData(pieces ?? empty)
    }),
    mark: (no) => void loaded.then(() => {
      if (last !== null) map.removeFeatureState({ source: SOURCE, id: last })
      if (no !== null) map.setFeatureState({ source: SOURCE, id: no }, { marked: true })
      last = no
    }),
    listen: (listener) => listen(map, loaded, listener),
  }
}

function listen(map: MapLibreMap, loaded: Promise<void>, { hovered, pressed }: PieceListener): () => void {
  let over: number | null = null
  const at = (event: MapMouseEvent): number | null =>
    numberOf(map.queryRenderedFeatures(event.point, { layers: fills })[0])
  const move = (event: MapMouseEvent) => {
    const no = at(event)
    if (no === over) return
    over = no
    map.getCanvas().style.cursor = no === null ? '' : 'pointer'
    hovered(no)
  }
  const press = (event: MapMouseEvent) => {
    const no = at(event)
    if (no !== null) pressed(no)
  }
  let stopped = false
  void loaded.then(() => {
    if (stopped) return
    map.on('mousemove', move)
    map.on('click', press)
  })
  return () => {
    stopped = true
    map.off('mousemove', move)
    map.off('click', press)
  }
}

function numberOf(feature: MapGeoJSONFeature | undefined): number | null {
  const no: unknown = feature?.properties['no']
  return typeof no === 'number' ? no : null
}
