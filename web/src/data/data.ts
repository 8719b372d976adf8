import type { FeatureCollection } from 'geojson'
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
export function shareOf({ staged, kept, state }: Import): number | undefined {
  if (state === 'done') return 1
  if (!staged) return undefined
  return 0.5 + (0.5 * kept) / staged
}

/** A label as the server takes it: 2026, 2026-02, v2.1 … */
export const isLabel = (text: string): boolean => /^[0-9A-Za-z][0-9A-Za-z._-]{0,31}$/.test(text)

/** The way from a file to a version in force. */
export const importSteps = ['file', 'report', 'compare', 'publish'] as const
export type ImportStep = (typeof importSteps)[number]
