import { flushPromises } from '@vue/test-utils'
import { describe, expect, it } from 'vitest'
import type { Overlaps } from '../../src/api'
import { matrixOf, piecesOf, sharedGround } from '../../src/overlaps/overlaps'
import OverlapsView from '../../src/overlaps/OverlapsView.vue'
import OverlapView from '../../src/overlaps/OverlapView.vue'
import { layerList } from './fake-api'
import { open } from './mounting'

const member = (ref: string, code: string) => ({ ref, code, name: code, class: '', area_m2: 1 })
const layer = (key: string, area_m2: number) => ({ layer: key, title: key, title_en: key, ref: `500237.${key}@2022`, area_m2, feature_sum_m2: area_m2, depths: [], pairs: [] })
const [a, b, c] = ['red-line', 'farmland', 'heritage'].map((key) => `500237.${key}@2022`) as [string, string, string]
const piece = (no: number, refs: string[], area_m2: number) =>
  ({ no, members: refs.map((ref, i) => member(ref, `${no}.${i}`)), area_m2, sliver_m2: 0, polygons: 1, townships: [], outside_m2: 0, multiply_covered_m2: 0 })

/** Three squares: a and b share 20 000 m², b and c 10 000; a and c do not meet. */
const overlaps: Overlaps = {
  id: 'e'.repeat(64), created_at: '2026-11-26T00:00:00Z', schematic: true, county: { code: '500237', name: '巫山县' }, tolerance: { area_m2: 1, width_m: 0.02 },
  layers: [layer('red-line', 40_000), layer('farmland', 80_000), layer('heritage', 10_000)],
  pairs: [{ a, b, area_m2: 20_000, share_of_a: 0.5, share_of_b: 0.25 }, { a: b, b: c, area_m2: 10_000, share_of_a: 0.125, share_of_b: 1 }, { a, b: c, area_m2: 0, share_of_a: 0, share_of_b: 0 }],
  depths: [{ k: 1, area_m2: 70_000 }, { k: 2, area_m2: 30_000 }], union_m2: 100_000, shared_m2: 30_000, divided: false, townships: [], outside_m2: 30_000, multiply_covered_m2: 0,
  pieces: [piece(1, [a, b], 20_000), piece(2, [b, c], 10_000)], unlisted: { pieces: 0, area_m2: 0 }, versions: [],
}
const square = { type: 'Polygon' as const, coordinates: [[[109, 31], [109.1, 31], [109.1, 31.1], [109, 31]]] }
const ground = { type: 'FeatureCollection' as const, features: [1, 2].map((no) => ({ type: 'Feature' as const, geometry: square, properties: { no, role: 'overlap' } })) }

describe('layers on each other', () => {
  it('are a square of pairs, each with the share of its row', () => {
    expect(matrixOf(overlaps).map((row) => row.map(({ area_m2, share }) => [area_m2, share]))).toEqual([
      [[40_000, 1], [20_000, 0.5], [0, 0]],
      [[20_000, 0.25], [80_000, 1], [10_000, 0.125]],
      [[0, 0], [10_000, 1], [10_000, 1]],
    ])
    expect(piecesOf(overlaps.pieces, [c, b]).map(({ no }) => no)).toEqual([2])
    expect(sharedGround(ground).features.map(({ properties }) => properties)).toEqual([{ no: 1, kind: 'shared' }, { no: 2, kind: 'shared' }])
  })

  it('are asked for by version, and the answer opens at its own address', async () => {
    const asked: string[][] = []
    const versions = (key: string) => Promise.resolve({ county: layerList.county, layer: key, versions: layerList.layers.flatMap((one) => (one.key === key && one.in_force ? [{ ...one.in_force, digest: 'd' }] : [])) })
    const panel = open(OverlapsView, {
      layers: () => Promise.resolve(layerList), versions: versions as never,
      overlaps: { measure: (refs) => { asked.push([...refs]); return Promise.resolve(overlaps) } },
    })
    await flushPromises()
    await panel.get('form').trigger('submit')
    await flushPromises()
    expect(asked).toEqual([[a, b]])
    expect(panel.router.currentRoute.value).toMatchObject({ name: 'overlap', params: { id: overlaps.id } })
  })

  it('list the pieces of a pair when its figure is pressed', async () => {
    const panel = open(OverlapView, { overlaps: { kept: () => Promise.resolve(overlaps), pieces: () => Promise.resolve(ground) } }, { id: overlaps.id })
    await flushPromises()
    const rows = () => panel.findAll('[data-test=shared-pieces] tbody tr').map((row) => row.attributes('data-no'))
    expect(rows()).toEqual(['1', '2'])
    await panel.findAll('[data-test=matrix] button').at(-1)?.trigger('click')
    expect(rows()).toEqual(['2'])
    expect(panel.get('[data-test=shared]').text()).toContain('3.0000')
  })
})
