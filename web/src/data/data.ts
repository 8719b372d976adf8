import type { FeatureCollection } from 'geojson'
import type { RouteLocationRaw } from 'vue-router'
import type { Import, IntakeReport } from '../api'

/** The fates of records, the worst first. */
export const fates = ['refused', 'repaired', 'noted'] as const

/** The places of findings, as the map shows them: numbered as they are listed. */
export function placesOf({ findings }: IntakeReport): FeatureCollection {
  return {
    type: 'FeatureCollection',
    features: findings.flatMap(({ fate, position }, i) => position
      ? [{ type: 'Feature' as const, geometry: { type: 'Point' as const, coordinates: position }, properties: { no: i + 1, kind: fate === 'refused' ? 'lost' : fate === 'repaired' ? 'reclassified' : 'encroached' } }]
      : []),
  }
}

/** How far an import is, 0…1: reading is one half, keeping the other; undefined while nothing is known. */
export function shareOf({ staged, kept, state, stage }: Import): number | undefined {
  if (state === 'done') return 1
  if (!staged || stage === 'examining') return undefined
  return 0.5 + (0.5 * kept) / staged
}

/** A label as the server takes it: 2026, 2026-02, v2.1 … */
export const isLabel = (text: string): boolean => /^[0-9A-Za-z][0-9A-Za-z._-]{0,31}$/.test(text)

/** The way from a file to a version in force. */
export const importSteps = ['file', 'fields', 'report', 'compare', 'publish'] as const
export type ImportStep = (typeof importSteps)[number]

/** The layer and the label that an import becomes a draft of: 500237.red-line@2026. */
export function placeOf({ ref }: Pick<Import, 'ref'>): { layer: string; label: string } {
  const [layer = '', label = ''] = ref.slice(ref.indexOf('.') + 1).split('@')
  return { layer, label }
}

/** Where an import is looked at: its draft, once there is one. */
export function addressOf(job: Import): RouteLocationRaw {
  const { layer, label } = placeOf(job)
  return job.state === 'done' ? { name: 'version', params: { layer, label } } : { name: 'import', params: { layer, id: job.id } }
}
