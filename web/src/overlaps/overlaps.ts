import type { FeatureCollection } from 'geojson'
import type { Layer, Overlaps, OverlapsPair, OverlapsPiece } from '../api'

/** The cell of two versions: what they have in common; of a version with itself its own area. */
export interface Cell {
  area_m2: number
  /** Of the row's version; 1 with itself. */
  share: number
}

/** 两两重叠 as a square: rows and columns run like the answer's layers. */
export function matrixOf({ layers, pairs }: Pick<Overlaps, 'layers' | 'pairs'>): Cell[][] {
  const found = (a: string, b: string): OverlapsPair | undefined => pairs.find((pair) => pair.a === a && pair.b === b)
  return layers.map((row) => layers.map((column) => {
    if (row.ref === column.ref) return { area_m2: row.area_m2, share: 1 }
    const pair = found(row.ref, column.ref)
    if (pair) return { area_m2: pair.area_m2, share: pair.share_of_a }
    const turned = found(column.ref, row.ref)
    return { area_m2: turned?.area_m2 ?? 0, share: turned?.share_of_b ?? 0 }
  }))
}

/** The pieces that features of all these layers share; none named: every piece. */
export const piecesOf = (pieces: readonly OverlapsPiece[], refs: readonly string[]): OverlapsPiece[] =>
  pieces.filter(({ members }) => refs.every((ref) => members.some((member) => member.ref === ref)))

/** The pieces of an answer's GeoJSON as the map shows them, by their numbers. */
export function sharedGround({ features }: FeatureCollection): FeatureCollection {
  const shared = features.filter(({ properties }) => properties?.['role'] === 'overlap')
  return {
    type: 'FeatureCollection',
    features: shared.map(({ geometry, properties }) => ({ type: 'Feature', geometry, properties: { no: properties?.['no'], kind: 'shared' } })),
  }
}

/** At most so many versions are laid on each other at once. */
export const MOST_LAYERS = 12

/** What one most likely asks: protected areas and the layers that must not meet them. */
const usual = ['red-line', 'protected-area', 'scenic-area']

/** The layers chosen first: the usual ones that are in force, else the first two. */
export function likelyLayers(layers: readonly Layer[]): string[] {
  const inForce = layers.filter((layer) => layer.in_force).map(({ key }) => key)
  const likely = inForce.filter((key) => usual.includes(key))
  return likely.length > 1 ? likely : inForce.slice(0, 2)
}
