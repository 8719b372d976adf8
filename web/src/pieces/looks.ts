import type { PatternKind } from '../layers/pattern'

/** 类型: what happened to a piece of ground. */
export type PieceLook = 'gained' | 'reclassified' | 'lost' | 'encroached' | 'shared'

/** How each kind is drawn: by pattern first, by colour (Okabe-Ito and neighbours) second. */
export const kindLooks: Record<PieceLook, { fill: PatternKind; colour: string }> = {
  lost: { fill: 'cross', colour: '#8F1A10' },
  reclassified: { fill: 'dots', colour: '#5B3A8C' },
  encroached: { fill: 'hatch', colour: '#9A5200' },
  shared: { fill: 'cross', colour: '#5B3A8C' },
  gained: { fill: 'level', colour: '#00674D' },
}

export const kindNames = Object.keys(kindLooks) as PieceLook[]

/** What a comparison of versions finds. */
export const changeKinds: readonly PieceLook[] = ['lost', 'reclassified', 'gained']
