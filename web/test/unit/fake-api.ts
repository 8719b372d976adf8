import type { AccountApi, Api, AuditApi, ChangesApi, DataApi, IndicatorsApi, LayerList, LedgerApi, OverlapsApi, TileJson, Version } from '../../src/api'
import { check as canned } from '../e2e/fixture/county.mjs'

/** What a test gives; of a group of questions a part will do. */
export type FakeAnswers = Omit<Partial<Api>, 'account' | 'audit' | 'changes' | 'data' | 'ledger' | 'overlaps' | 'indicators'> & {
  account?: Partial<AccountApi>; audit?: Partial<AuditApi>
    changes?: Partial<ChangesApi>; data?: Partial<DataApi>; ledger?: Partial<LedgerApi>; overlaps?: Partial<OverlapsApi>; indicators?: Partial<IndicatorsApi>
}

/** A server that answers only what a test gives it. */
export function fakeApi(answers: FakeAnswers): Api {
  const unasked = () => Promise.reject(new Error('not expected to be asked'))
  return {
    basemaps: () => Promise.resolve([]), layers: unasked, versions: unasked, stats: unasked, keepStats: unasked, identify: unasked, search: unasked, measure: unasked, shapes: unasked, tileJson: unasked, check: unasked, pieces: unasked, kept: unasked, keptChecks: unasked, again: unasked, verify: unasked,
    createBatch: unasked, batches: unasked, batch: unasked, cancelBatch: unasked, parcels: unasked,
    follow: () => () => undefined,
    paperAddress: (id, format) => `/api/v1/checks/${id}.${format}`,
    recordAddress: (found, format) => `/api/v1/${found.kind}/${found.id}.${format}`,
    statsAddress: (_, format) => `/api/v1/stats/townships?format=${format}`,
    tableAddress: (id, format) => `/api/v1/batches/${id}.${format}`,
    ...answers,
    changes: {
      compare: unasked, kept: unasked, list: unasked, pieces: unasked, publish: unasked,
      paperAddress: (id, format) => `/api/v1/changes/${id}.${format}`,
      ...answers.changes,
    },
    account: { session: unasked, signIn: unasked, signOut: unasked, setPassword: unasked, people: unasked, add: unasked, change: unasked, reset: unasked, tokens: unasked, addToken: unasked, revokeToken: unasked, ...answers.account },
    audit: { list: unasked, verify: unasked, exportAddress: () => '/api/v1/audit/export', ...answers.audit },
    data: {
      propose: unasked, deliver: unasked, imports: unasked, import: unasked, cancelImport: unasked, intake: unasked, quality: unasked,
      qualityAddress: (layer, label, format) => `/api/v1/layers/${layer}/versions/${label}/quality.${format}`, ...answers.data,
    },
    ledger: { list: unasked, entry: unasked, add: unasked, move: unasked, exportAddress: (format) => `/api/v1/ledger/export.${format}`, ...answers.ledger },
    overlaps: { measure: unasked, kept: unasked, pieces: unasked, paperAddress: (id, format) => `/api/v1/overlaps/${id}.${format}`, ...answers.overlaps },
    indicators: { list: unasked, enter: unasked, ...answers.indicators },
  }
}

const version = (layer: string): Version => ({
  ref: `500237.${layer}@2022`, layer, label: '2022', state: 'in_force', schematic: true, crs: 'EPSG:4490', source: '',
  basis: '', digest: '', features: 1, area_m2: 1, created_at: '2026-11-01T00:00:00Z',
})

const layer = (key: string, inForce: boolean) => ({
  key, title: key, title_en: key, checked: true, tiles: false, overlaps: false, protected: false,
  ...(inForce ? { in_force: version(key) } : {}),
})

export const layerList: LayerList = {
  county: { code: '500237', name: '巫山县' },
  schematic: true,
  layers: [layer('red-line', true), layer('farmland', true), layer('heritage', false)],
}

export const tileJson = (key: string): TileJson => ({
  tilejson: '3.0.0', name: key, scheme: 'xyz', tiles: [`/tiles/${key}@2022/{z}/{x}/{y}.mvt`], minzoom: 0, maxzoom: 14,
  bounds: [109, 30, 111, 32], vector_layers: [{ id: key, fields: {} }], schematic: true,
})

/** The fixture server's answer: three layers concerned, four not, one not checked. */
export const check = canned('地块')
