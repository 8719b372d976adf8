import type { FeatureCollection } from 'geojson'
import type { Overlaps, OverlapsFormat } from './answers'
import { queryOf } from './query'
import { ask } from './request'

/** 范围重叠: where layers, or the features of one layer, lie on each other. */
export interface OverlapsApi {
  /** Measures the versions, or gives the kept answer of them. */
  measure(refs: readonly string[], signal?: AbortSignal): Promise<Overlaps>
  kept(id: string): Promise<Overlaps>
  /** The pieces that features share, each with its number; EPSG:4490. */
  pieces(id: string): Promise<FeatureCollection>
  paperAddress(id: string, format: OverlapsFormat): string
}

/** @param root the server's address, "" for the page's own */
export function openOverlaps(root: string): OverlapsApi {
  const at = (path: string) => `${root}/api/v1/overlaps${path}`
  const paperAddress = (id: string, format: OverlapsFormat) => at(`/${encodeURIComponent(id)}.${format}`)
  return {
    measure: (refs, signal) => ask(at(queryOf({ layers: refs.join(',') })), 'GET', signal),
    kept: (id) => ask(at(`/${encodeURIComponent(id)}`)),
    pieces: (id) => ask(paperAddress(id, 'geojson')),
    paperAddress,
  }
}
