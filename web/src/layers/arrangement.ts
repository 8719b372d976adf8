import type { Drawable } from './style'
import { themeOf } from './theme'

/** How a layer stands on the map. */
export interface Placed {
  key: string
  shown: boolean
  /** 10 … 100, per cent. */
  opacity: number
  /** The version that is drawn; empty: the one in force. */
  label: string
}

/** 图层布置: the layers from top to bottom. */
export type Arrangement = readonly Placed[]

/** As the page opens: layers that cover the county lie below the others, else in the list's order. */
export function arrangementOf(layers: readonly Drawable[]): Placed[] {
  return [...layers].sort((a, b) => Number(a.tiling) - Number(b.tiling))
    .map(({ key, colour }) => ({ key, shown: themeOf(key, colour).shown, opacity: 100, label: '' }))
}

/** With one layer changed. */
export const changed = (arrangement: Arrangement, key: string, part: Partial<Placed>): Placed[] =>
  arrangement.map((placed) => (placed.key === key ? { ...placed, ...part } : placed))

/** With one layer a step up (-1) or down (1). */
export function moved(arrangement: Arrangement, key: string, by: -1 | 1): Placed[] {
  const from = arrangement.findIndex((placed) => placed.key === key)
  const to = from + by
  const [one, other] = [arrangement[from], arrangement[to]]
  if (!one || !other) return [...arrangement]
  return arrangement.map((placed, i) => (i === from ? other : i === to ? one : placed))
}

/** The arrangement as text: "red-line@2018~60,-township", from top to bottom. */
export const written = (arrangement: Arrangement): string =>
  arrangement.map(({ key, shown, opacity, label }) => `${shown ? '' : '-'}${key}${label && `@${label}`}${opacity === 100 ? '' : `~${opacity}`}`).join(',')

const entry = /^(-?)([a-z][a-z0-9-]{0,31})(?:@([0-9A-Za-z][0-9A-Za-z._-]{0,31}))?(?:~(\d{1,3}))?$/

/** Reads such a text; layers that it does not name stay as they are, below; those that are not held are left out. */
export function readArrangement(text: string, otherwise: Arrangement): Placed[] {
  const named = text.split(',').flatMap((part): Placed[] => {
    const [, hidden, key = '', label = '', opacity = '100'] = entry.exec(part) ?? []
    if (!otherwise.some((placed) => placed.key === key)) return []
    return [{ key, shown: !hidden, label, opacity: Math.min(100, Math.max(10, Number(opacity))) }]
  })
  const seen = named.filter(({ key }, i) => named.findIndex((placed) => placed.key === key) === i)
  return [...seen, ...otherwise.filter(({ key }) => !seen.some((placed) => placed.key === key))]
}
