import type { FeatureCollection, LineString, Polygon } from 'geojson'
import type {
  Basemap, Batch, BatchList, CheckAnswer, CheckList, Found, Identified, Job, LayerList, Measured, Outcome, PaperFormat, ParcelList, ShapeList, Stats, TileJson, Verification, VersionList,
} from './answers'
import { openChanges, type ChangesApi } from './changes'
import { openAccount, type AccountApi } from './account'
import { openAudit, type AuditApi } from './audit'
import { follow, type Follower } from './events'
import { statsQuery, type StatsFormat, type StatsQuestion } from '../stats/question'
import { openData, type DataApi } from './data'
import { openIndicators, type IndicatorsApi } from './indicators'
import { openLedger, type LedgerApi } from './ledger'
import { openOverlaps, type OverlapsApi } from './overlaps'
import { queryOf } from './query'
import { formOf, type CheckQuestion } from './question'
import { ask, send, tell, type SendOptions } from './request'

export { queryOf }

/** What a list of kept checks is narrowed by; empty: everything. */
export interface CheckSearch {
  /** A part of the site's name. */
  name?: string
  outcome?: Outcome | ''
  /** RFC 3339: kept at this moment or later, and before that one. */
  since?: string
  before?: string
  /** Those too that were only asked for as parcels of batches. */
  parcels?: boolean
}

/** The server, as the page uses it. Every method throws ApiError and nothing else. */
export interface Api {
  layers(): Promise<LayerList>
  /** All versions of a layer, newest first. */
  versions(layer: string): Promise<VersionList>
  tileJson(layer: string): Promise<TileJson>
  /** 底图; none unless the operator named some. */
  basemaps(): Promise<Basemap[]>
  check(question: CheckQuestion, options?: SendOptions): Promise<CheckAnswer>
  /** A kept check, or a set of them. */
  kept(id: string): Promise<CheckAnswer>
  /** Kept checks, newest first; next is that of the page before. */
  keptChecks(search: CheckSearch, next?: string): Promise<CheckList>
  /** Asks a kept question of the versions in force, with other choices where some are given; the answer is kept. */
  again(id: string, choices?: Readonly<Record<string, string>>): Promise<CheckAnswer>
  /** By the printed code, or by the id. */
  verify(code: string): Promise<Verification>
  /** The site (role site) and its overlaps (role overlap) of a kept check; EPSG:4490, longitude first. */
  pieces(id: string): Promise<FeatureCollection>
  /** Where a kept check can be fetched as a paper. */
  paperAddress(id: string, format: PaperFormat): string
  /** Where what is kept under a code can be fetched as a paper, whatever its kind. */
  recordAddress(found: Pick<Verification, 'id' | 'kind'>, format: 'pdf' | 'xlsx'): string
  createBatch(question: CheckQuestion, options?: SendOptions): Promise<Batch>
  batches(next?: string): Promise<BatchList>
  batch(id: string): Promise<Batch>
  cancelBatch(id: string): Promise<Batch>
  /** The parcels after a number, in the order of the file. */
  parcels(id: string, after?: number): Promise<ParcelList>
  /** Where the parcels lie whose numbers follow after. */
  shapes(id: string, after?: number): Promise<ShapeList>
  tableAddress(id: string, format: 'csv' | 'xlsx'): string
  /** 账号. */
  account: AccountApi
  /** 审计日志. */
  audit: AuditApi
  /** 面积变化 and publishing. */
  changes: ChangesApi
  /** 数据. */
  data: DataApi
  /** 监管台账. */
  ledger: LedgerApi
  /** 范围重叠. */
  overlaps: OverlapsApi
  /** 指标. */
  indicators: IndicatorsApi
  /** Every feature at a place, of these versions; without any, of those in force. */
  identify(at: readonly [lon: number, lat: number], refs: readonly string[]): Promise<Identified>
  search(text: string, signal?: AbortSignal): Promise<Found>
  /** Figures of a drawing in degrees; nothing is kept. */
  measure(shape: LineString | Polygon): Promise<Measured>
  stats(question: StatsQuestion, signal?: AbortSignal): Promise<Stats>
  /** 留存: keeps a township table; one that takes long is a job whose result it is. */
  keepStats(question: StatsQuestion): Promise<Stats | Job>
  /** Where a township table can be fetched as a file. */
  statsAddress(question: StatsQuestion, format: StatsFormat): string
  /** Follows work in the background; gives how to stop. */
  follow(job: string, follower: Follower): () => void
}

/** How many parcels a page of them holds, at most what the server gives. */
export const PARCELS_A_PAGE = 1000

/** Where the kept answers of each kind are. */
const folders: Record<Verification['kind'], string> = {
  'check': 'checks', 'check-set': 'checks', 'change': 'changes', 'overlaps': 'overlaps', 'stats': 'stats/townships',
}

/** The API of the server the page came from; root is its address, "" for the same. */
export function openApi(root = ''): Api {
  const at = (path: string) => `${root}/api/v1/${path}`
  const id = encodeURIComponent
  const paperAddress = (check: string, format: PaperFormat) => at(`checks/${id(check)}.${format}`)
  return {
    layers: () => ask(at('layers')),
    versions: (layer) => ask(at(`layers/${id(layer)}/versions`)),
    tileJson: (layer) => ask(`${root}/tiles/${id(layer)}.json`),
    basemaps: async () => (await ask<{ basemaps: Basemap[] }>(`${root}/basemap`)).basemaps,
    check: (question, options) => send(at('checks'), formOf(question), options),
    kept: (check) => ask(at(`checks/${id(check)}`)),
    keptChecks: (search, next) => ask(next ? root + next : at(`checks${queryOf({ ...search })}`)),
    again: (check, choices = {}) => ask(at(`checks/${id(check)}/again${choicesOf(choices)}`), 'POST'),
    verify: (code) => ask(at(`verify/${id(code)}`)),
    pieces: (check) => ask(paperAddress(check, 'geojson')),
    paperAddress,
    recordAddress: (found, format) => at(`${folders[found.kind]}/${found.id}.${format}`),
    createBatch: (question, options) => send(at('batches'), formOf(question), options),
    batches: (next) => ask(next ? root + next : at('batches')),
    batch: (batch) => ask(at(`batches/${id(batch)}`)),
    cancelBatch: (batch) => ask(at(`batches/${id(batch)}`), 'DELETE'),
    parcels: (batch, after = 0) => ask(at(`batches/${id(batch)}/parcels${queryOf({ limit: PARCELS_A_PAGE, after })}`)),
    shapes: (batch, after = 0) => ask(at(`batches/${id(batch)}/shapes${queryOf({ after })}`)),
    tableAddress: (batch, format) => at(`batches/${id(batch)}.${format}`),
    account: openAccount(root),
    audit: openAudit(root),
    changes: openChanges(root),
    data: openData(root),
    ledger: openLedger(root),
    overlaps: openOverlaps(root),
    indicators: openIndicators(root),
    identify: ([lon, lat], refs) => ask(at(`identify${queryOf({ lon, lat, layers: refs.join(',') })}`)),
    search: (text, signal) => ask(at(`search${queryOf({ q: text })}`), 'GET', signal),
    measure: ({ type, coordinates }) => tell(at('measure'), { type, coordinates }),
    stats: (question, signal) => ask(at(`stats/townships${statsQuery(question)}`), 'GET', signal),
    keepStats: (question) => ask(at(`stats/townships${statsQuery(question)}`), 'POST'),
    statsAddress: (question, format) => at(`stats/townships${statsQuery(question, format)}`),
    follow: (job, follower) => follow(at(`jobs/${id(job)}/events`), follower),
  }
}

function choicesOf(choices: Readonly<Record<string, string>>): string {
  const text = new URLSearchParams(Object.entries(choices).map(([key, answer]) => ['choice', `${key}=${answer}`])).toString()
  return text && `?${text}`
}
