import type { FeatureCollection } from 'geojson'
import type { LedgerEntry, LedgerState, LedgerStep } from '../api'

/** 办理状态, in order. */
export const states: readonly LedgerState[] = ['discovered', 'verified', 'rectifying', 'closed']

/** The state that follows; undefined after the last. */
export const nextOf = (state: LedgerState): LedgerState | undefined => states[states.indexOf(state) + 1]

/** Whether a move must say why: every one but to the next state. */
export const needsReason = (from: LedgerState, to: LedgerState | undefined): boolean => to !== undefined && to !== nextOf(from)

/** What a person fills in of a step. */
export interface TypedStep {
  to: LedgerState | ''
  who: string
  note: string
  attachment: string
  office: string
  deadline: string
}

/** The step as it is asked for: only what was said, and of office and deadline only what changes. */
export function stepOf(entry: LedgerEntry, typed: TypedStep): LedgerStep {
  const said = (text: string) => text.trim() || undefined
  return {
    to: typed.to || undefined,
    who: said(typed.who),
    note: said(typed.note),
    attachment: said(typed.attachment),
    office: typed.office.trim() !== entry.office ? typed.office.trim() : undefined,
    deadline: typed.deadline && typed.deadline !== entry.deadline ? typed.deadline : undefined,
  }
}

/** Whether a step says anything but who takes it. */
export const saysSomething = ({ to, note, attachment, office, deadline }: LedgerStep): boolean =>
  [to, note, attachment, office, deadline].some((part) => part !== undefined)

/** The places of entries, as the map shows them. */
export function placesOf(entries: readonly LedgerEntry[]): FeatureCollection {
  return {
    type: 'FeatureCollection',
    features: entries.flatMap(({ id, kind, point }) =>
      point ? [{ type: 'Feature' as const, geometry: { type: 'Point' as const, coordinates: point }, properties: { no: id, kind } }] : []),
  }
}

/** The piece of a comparison that an entry is about, as the map shows it; null where it is not among them. */
export function placeIn({ features }: FeatureCollection, { id, kind, piece }: LedgerEntry): FeatureCollection | null {
  const found = features.filter(({ properties }) => String(properties?.['layer']).endsWith('WHCX') && properties?.['no'] === piece)
  if (!found.length) return null
  return { type: 'FeatureCollection', features: found.map(({ geometry }) => ({ type: 'Feature', geometry, properties: { no: id, kind } })) }
}
