import type { LedgerAdded, LedgerAddition, LedgerEntry, LedgerKind, LedgerList, LedgerState, LedgerStep } from './answers'
import { queryOf } from './query'
import { ask, tell } from './request'

/** What the ledger is narrowed by; empty: everything. */
export interface LedgerFilter {
  state?: LedgerState | ''
  kind?: LedgerKind | ''
  /** Code of a township. */
  township?: string
  layer?: string
  overdue?: boolean
}

export type LedgerFormat = 'xlsx' | 'csv' | 'json' | 'geojson'

/** 监管台账: what was found, and how far it is settled. */
export interface LedgerApi {
  list(filter: LedgerFilter, next?: string): Promise<LedgerList>
  entry(id: number): Promise<LedgerEntry>
  add(addition: LedgerAddition): Promise<LedgerAdded>
  move(id: number, step: LedgerStep): Promise<LedgerEntry>
  exportAddress(format: LedgerFormat): string
}

/** @param root the server's address, "" for the page's own */
export function openLedger(root: string): LedgerApi {
  const at = (path: string) => `${root}/api/v1/ledger${path}`
  return {
    list: (filter, next) => ask(next ? root + next : at(queryOf({ ...filter, limit: 50 }))),
    entry: (id) => ask(at(`/${id}`)),
    add: (addition) => tell(at(''), addition),
    move: (id, step) => tell(at(`/${id}/transitions`), step),
    exportAddress: (format) => at(`/export.${format}`),
  }
}
