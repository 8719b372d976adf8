import type { FeatureCollection } from 'geojson'
import type { Change, ChangeFigures, ChangePiece, ChangeTransition, Layer, Version } from '../api'
import type { PieceLook } from '../pieces/looks'

/** WHLX by number: 1 调入, 2 属性变更, 3 调出. */
export const kindOf = (number: ChangePiece['kind']): PieceLook => (['gained', 'reclassified', 'lost'] as const)[number - 1] ?? 'lost'

/** What can be said of one of the three requirements. */
export type Finding = 'met' | 'broken' | 'restricted' | 'judge' | 'none'

/** 面积不减少: by the net alone; ground that was lost is to be judged beside it, and never silently fine. */
export const areaFindings = (not_decreased: boolean, lost: boolean): Finding[] =>
  [not_decreased ? 'met' : 'broken', ...(lost ? ['judge' as const] : [])]

/** 性质不改变: a change of class that the plan restricts is named, any other one is to be judged. */
export function natureFinding({ verdict }: Change): Finding {
  if (verdict.restricted_m2 > 0) return 'restricted'
  return verdict.reclassified_m2 > 0 ? 'judge' : 'met'
}

/** 功能不降低: says something only where both years of every indicator are known. */
export function functionFinding({ verdict: { function: indicators } }: Change): Finding {
  if (indicators.some(({ not_decreased }) => not_decreased === false)) return 'broken'
  return indicators.length > 0 && indicators.every(({ held }) => held) ? 'met' : 'none'
}

/** The figures of the whole layer, as a row. */
export const wholeOf = ({ before_m2, after_m2, gained_m2, lost_m2, net_m2, rate, noise }: Change): ChangeFigures =>
  ({ before_m2, after_m2, gained_m2, lost_m2, net_m2, rate, noise })

/** Whether anything changed in a row, noise included. */
export const hasChanged = ({ gained_m2, lost_m2, noise, before_m2, after_m2 }: ChangeFigures): boolean =>
  gained_m2 !== 0 || lost_m2 !== 0 || noise.gained_m2 !== 0 || noise.lost_m2 !== 0 || before_m2 !== after_m2

/** The classes of common ground before (rows) and after (columns). */
export interface Matrix {
  from: string[]
  to: string[]
  cell(from: string, to: string): ChangeTransition | undefined
}

export function matrixOf(transitions: readonly ChangeTransition[]): Matrix {
  const cells = new Map(transitions.map((transition) => [`${transition.from}\n${transition.to}`, transition]))
  const distinct = (names: string[]) => [...new Set(names)]
  return {
    from: distinct(transitions.map(({ from }) => from)),
    to: distinct(transitions.map(({ to }) => to)),
    cell: (from, to) => cells.get(`${from}\n${to}`),
  }
}

/** What came to a class and what left it: over the layer's border, and from and to other classes. */
export interface ClassFlow {
  class: string
  before_m2: number
  /** From outside the layer, and to it; boundary noise included. */
  gained_m2: number
  lost_m2: number
  /** From other classes of the layer, and to them. */
  into_m2: number
  outof_m2: number
  after_m2: number
  net_m2: number
}

/** Areas carry 0.0001 m²: what a sum of them has beyond that is not theirs. */
const canonical = (m2: number): number => Math.round(m2 * 1e4) / 1e4

/** 按类别增减: before + gained − lost + into − out of = after, of every class. */
export function classFlows({ classes, transitions }: Pick<Change, 'classes' | 'transitions'>): ClassFlow[] {
  const sum = (wanted: (one: ChangeTransition) => boolean) => transitions.filter(wanted).reduce((all, { area_m2 }) => all + area_m2, 0)
  return classes.map((one) => {
    const into = sum(({ from, to }) => to === one.class && from !== to)
    const outof = sum(({ from, to }) => from === one.class && from !== to)
    const stayed = sum(({ from, to }) => from === one.class && to === one.class)
    return {
      ...one, into_m2: canonical(into), outof_m2: canonical(outof),
      gained_m2: canonical(one.after_m2 - stayed - into), lost_m2: canonical(one.before_m2 - stayed - outof),
    }
  })
}

/** The ground that changed, out of the exchange's three layers, as the map shows it. */
export function changedGround({ features }: FeatureCollection): FeatureCollection {
  const changed = features.filter(({ properties }) => String(properties?.['layer']).endsWith('WHCX'))
  return {
    type: 'FeatureCollection',
    features: changed.map(({ geometry, properties }) => ({
      type: 'Feature',
      geometry,
      properties: { no: properties?.['no'], kind: kindOf(Number(properties?.['WHLX']) as ChangePiece['kind']) },
    })),
  }
}

/** The layer that one most likely wants to compare: a protected one before others. */
export const likelyLayer = (layers: readonly Layer[]): Layer | undefined =>
  layers.find((layer) => layer.protected && layer.in_force) ?? layers.find((layer) => layer.in_force) ?? layers[0]

/** 基期 and 现状 as one most likely wants them: the version in force against a draft that waits, else the one before against it. */
export function likelyPair(versions: readonly Version[]): { from: string; to: string } {
  const comparable = versions.filter(({ digest }) => digest)
  const inForce = comparable.find(({ state }) => state === 'in_force')
  const draft = comparable.find(({ state }) => state === 'draft')
  if (draft && inForce) return { from: inForce.ref, to: draft.ref }
  const older = comparable.find(({ state }) => state === 'superseded')
  return { from: older?.ref ?? '', to: inForce?.ref ?? '' }
}
