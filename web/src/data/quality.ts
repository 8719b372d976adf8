import type { Feature, FeatureCollection } from 'geojson'
import type { Quality, QualityCheck, QualityPlace } from '../api'
import type { PieceLook } from '../pieces/looks'

/** The checks in the order they matter in: what stops the version first, what is in order last. */
const order: readonly QualityCheck['status'][] = ['blocking', 'found', 'not_checked', 'passed']

export const sorted = (checks: readonly QualityCheck[]): QualityCheck[] =>
  [...checks].sort((a, b) => order.indexOf(a.status) - order.indexOf(b.status))

/** How many checks came to each status. */
export function counts({ checks }: Pick<Quality, 'checks'>): Record<QualityCheck['status'], number> {
  const n = { blocking: 0, found: 0, not_checked: 0, passed: 0 }
  for (const { status } of checks) n[status]++
  return n
}

/** Whether the findings of a check have ground, and so an area. */
export const hasGround = ({ kind }: Pick<QualityCheck, 'kind'>): boolean => ['overlap', 'gap', 'outside', 'duplicate', 'sliver'].includes(kind)

/** A place with its number on the map. */
export interface NumberedPlace extends QualityPlace {
  no: number
  blocking: boolean
}

/** The places of what is wrong, what stops the version first, numbered after those that are numbered already. */
export function placesOf({ places, blocking }: Pick<Quality, 'places' | 'blocking'>, after: number): NumberedPlace[] {
  const stops = (place: QualityPlace) => blocking.includes(place.kind)
  return [...places.filter(stops), ...places.filter((place) => !stops(place))].map((place, i) => ({ ...place, no: after + i + 1, blocking: stops(place) }))
}

/** Places as the map shows them. */
export const onMap = (places: readonly NumberedPlace[]): FeatureCollection => ({
  type: 'FeatureCollection',
  features: places.map(({ no, blocking, position }): Feature => ({
    type: 'Feature', geometry: { type: 'Point', coordinates: position }, properties: { no, kind: (blocking ? 'lost' : 'shared') satisfies PieceLook },
  })),
})
