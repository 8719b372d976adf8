import { flushPromises } from '@vue/test-utils'
import { describe, expect, it } from 'vitest'
import type { Change, ChangePiece, Version } from '../../src/api'
import { areaFindings, changedGround, classFlows, functionFinding, likelyPair, matrixOf, natureFinding } from '../../src/changes/change'
import ChangesView from '../../src/changes/ChangesView.vue'
import ChangeView from '../../src/changes/ChangeView.vue'
import { layerList } from './fake-api'
import { open } from './mounting'

const none = { gained_m2: 0, lost_m2: 0 }
const still = { before_m2: 10_000, after_m2: 10_000, gained_m2: 0, lost_m2: 0, net_m2: 0, rate: 0, noise: none }
const piece = (number: number, kind: ChangePiece['kind'], unapproved_m2 = 0): ChangePiece => ({
  number, kind, area_m2: 12_345.675, mean_width_m: 5, townships: [{ code: '500237101', name: '庙宇镇', area_m2: 12_345.675 }],
  features: [{ code: 'A', name: '甲', class: '水源涵养', area_m2: 12_345.675 }], approved_m2: 12_345.675 - unapproved_m2, unapproved_m2, approvals: [],
})

/** One township lost 2 ha and gained 1, another stayed; one class went to another by a restricted transition. */
const change: Change = {
  id: 'c'.repeat(64), created_at: '2026-11-26T00:00:00Z', schematic: true, layer: 'red-line', title: '生态保护红线', title_en: 'Red line',
  county: { code: '500237', name: '巫山县', area_m2: 40_000, share_before: 0.75, share_after: 0.5 },
  from: '500237.red-line@2018', to: '500237.red-line@2022', versions: [], tolerance: { area_m2: 1, width_m: 0.02, decrease_m2: 3, match_rate: 0.9 },
  before_m2: 30_000, after_m2: 20_000, gained_m2: 10_000, lost_m2: 20_000, net_m2: -10_000, rate: -0.33333333, noise: none,
  townships: [
    { code: '500237101', name: '庙宇镇', before_m2: 20_000, after_m2: 10_000, gained_m2: 10_000, lost_m2: 20_000, net_m2: -10_000, rate: -0.5, noise: none },
    { code: '500237102', name: '大昌镇', ...still },
  ],
  outside: { ...still, before_m2: 0, after_m2: 0 }, multiply_covered: { ...still, before_m2: 0, after_m2: 0 },
  pieces: [piece(1, 3, 200), piece(2, 2), piece(3, 1)],
  features: [], kept: 4, fates: { lost: 1 }, classes: [],
  transitions: [
    { from: '优先', to: '优先', area_m2: 500 },
    { from: '优先', to: '一般', area_m2: 12_345.675, restricted: { title: '优先保护单元调为其他单元', source: '规划第三章' } },
  ],
  approvals: { count: 0, area_m2: 0, basis: '' },
  verdict: {
    not_decreased: false, tolerance_m2: 3, swapped: false, lost_without_approval_m2: 200, lost_without_approval_pieces: 1,
    reclassified_m2: 12_345.675, restricted_m2: 12_345.675, natural_land: { held: false, reason: '没有土地利用' }, activity: { held: false }, function: [],
  },
}

const square = { type: 'Polygon', coordinates: [[[109, 31], [109.1, 31], [109.1, 31.1], [109, 31]]] } as const
const ground = (no: number, WHLX: string, layer = 'STBHHXWHCX') =>
  ({ type: 'Feature', geometry: structuredClone(square) as never, properties: { no, WHLX, layer } }) as const

const version = (label: string, state: Version['state'], digest = 'd'): Version => ({
  ref: `500237.red-line@${label}`, layer: 'red-line', label, state, schematic: true, crs: 'EPSG:4490', source: '', basis: '', digest, features: 1, area_m2: 1, created_at: '',
})

describe('the classes of a comparison', () => {
  it('close: what came and what left makes of before what is after', () => {
    const classes = [{ class: '优先', before_m2: 20_000.1, after_m2: 900.3, net_m2: -19_099.8 }, { class: '一般', before_m2: 0, after_m2: 13_000, net_m2: 13_000 }]
    const [first, second] = classFlows({ classes, transitions: change.transitions })
    expect(first).toMatchObject({ gained_m2: 400.3, lost_m2: 7154.425, into_m2: 0, outof_m2: 12_345.675 })
    expect(second).toMatchObject({ gained_m2: 654.325, lost_m2: 0, into_m2: 12_345.675, outof_m2: 0 })
    for (const flow of [first, second]) {
      if (!flow) throw new Error('a class is missing')
      expect(flow.before_m2 + flow.gained_m2 - flow.lost_m2 + flow.into_m2 - flow.outof_m2).toBeCloseTo(flow.after_m2, 6)
    }
  })
})

describe('what is said of a comparison', () => {
  it('is by the net for the area, and never silently fine where ground was lost', () => {
    expect(areaFindings(true, false)).toEqual(['met'])
    expect(areaFindings(true, true)).toEqual(['met', 'judge'])
    expect(areaFindings(false, true)).toEqual(['broken', 'judge'])
  })

  it('names a restricted transition before any other change of class', () => {
    const by = (restricted_m2: number, reclassified_m2: number) => natureFinding({ ...change, verdict: { ...change.verdict, restricted_m2, reclassified_m2 } })
    expect([by(0, 0), by(0, 1), by(1, 1)]).toEqual(['met', 'judge', 'restricted'])
  })

  it('is nothing of the function until both years of all indicators are held', () => {
    const one = { key: 'k', title: 't', unit: '', source: '', base_year: 2018, year: 2022 }
    const by = (...indicators: Change['verdict']['function']) => functionFinding({ ...change, verdict: { ...change.verdict, function: indicators } })
    expect(by()).toBe('none')
    expect(by({ ...one, held: true, not_decreased: true })).toBe('met')
    expect(by({ ...one, held: true, not_decreased: true }, { ...one, held: false })).toBe('none')
    expect(by({ ...one, held: false }, { ...one, held: true, not_decreased: false })).toBe('broken')
  })
})

describe('what the page makes of an answer', () => {
  it('proposes the version before against the one in force, and a draft that waits before both', () => {
    const [old, now, draft] = [version('2018', 'superseded'), version('2022', 'in_force'), version('2026', 'draft')]
    expect(likelyPair([now, old])).toEqual({ from: old.ref, to: now.ref })
    expect(likelyPair([draft, now, old])).toEqual({ from: now.ref, to: draft.ref })
    expect(likelyPair([version('2026', 'draft', ''), now])).toEqual({ from: '', to: now.ref })
  })

  it('draws the ground that changed, not the features', () => {
    const drawn = changedGround({ type: 'FeatureCollection', features: [ground(1, '', 'STBHHXWHQX'), ground(1, '3'), ground(2, '1'), ground(3, '2')] })
    expect(drawn.features.map(({ properties }) => properties)).toEqual([
      { no: 1, kind: 'lost' }, { no: 2, kind: 'gained' }, { no: 3, kind: 'reclassified' },
    ])
  })

  it('lays transitions out as a matrix', () => {
    const matrix = matrixOf(change.transitions)
    expect([matrix.from, matrix.to]).toEqual([['优先'], ['优先', '一般']])
    expect(matrix.cell('优先', '一般')?.area_m2).toBe(12_345.675)
    expect(matrix.cell('一般', '优先')).toBeUndefined()
  })
})

describe('the changes view', () => {
  it('compares what it proposes with one press', async () => {
    const asked: string[][] = []
    const view = open(ChangesView, {
      layers: () => Promise.resolve({ ...layerList, layers: layerList.layers.map((layer) => ({ ...layer, protected: layer.key === 'red-line' })) }),
      versions: () => Promise.resolve({ layer: 'red-line', versions: [version('2022', 'in_force'), version('2018', 'superseded')] }),
      changes: {
        list: () => Promise.resolve({ changes: [] }),
        compare: (...pair) => {
          asked.push(pair)
          return Promise.resolve(change)
        },
      },
    })
    await flushPromises()
    expect(view.find('[data-test=empty]').exists()).toBe(true)
    await view.get('form').trigger('submit')
    await flushPromises()
    expect(asked).toEqual([['500237.red-line@2018', '500237.red-line@2022']])
    expect(view.router.currentRoute.value.fullPath).toBe(`/changes/${change.id}`)
    view.unmount()
  })

  it('says that one version cannot be compared', async () => {
    const view = open(ChangesView, {
      layers: () => Promise.resolve(layerList),
      versions: () => Promise.resolve({ layer: 'red-line', versions: [version('2022', 'in_force')] }),
      changes: { list: () => Promise.resolve({ changes: [] }) },
    })
    await flushPromises()
    expect(view.find('[data-test=too-few]').exists()).toBe(true)
    expect(view.get('form button').attributes('disabled')).toBeDefined()
    view.unmount()
  })
})

describe('a kept comparison', () => {
  const shown = (pieces = () => Promise.resolve({ type: 'FeatureCollection' as const, features: [ground(1, '3')] })) =>
    open(ChangeView, { changes: { kept: () => Promise.resolve(change), pieces } }, { id: change.id })

  it('gives the verdict first, with its thresholds', async () => {
    const view = shown()
    await flushPromises()
    const verdict = view.get('[data-test=verdict]')
    expect(verdict.attributes('data-finding')).toBe('broken')
    for (const part of ['不符合', '净变化 -1.0000 公顷', 'τ = 3.0000 m²', '无批准文件的调出 1 处，0.0200 公顷', '有受限转移', '1.2346 公顷', '无数据', '没有土地利用']) {
      expect(verdict.text()).toContain(part)
    }
    view.unmount()
  })

  it('lists the townships that changed, and all of them when asked', async () => {
    const view = shown()
    await flushPromises()
    const codes = () => view.findAll('[data-test=figures] tbody tr').map((row) => row.attributes('data-code'))
    expect(codes()).toEqual(['500237101'])
    expect(view.get('[data-test=figures] tbody tr').findAll('td').map((cell) => cell.text())).toEqual(
      ['2.0000', '1.0000', '1.0000', '2.0000', '0.0000', '0.0000', '-1.0000', '-50.00 %'])
    await view.get('[data-test=all-townships]').setValue(true)
    expect(codes()).toEqual(['500237101', '500237102'])
    expect(view.findAll('[data-test=figures] tfoot tr').map((row) => row.attributes('data-code'))).toEqual(['outside', 'multiply', 'total'])
    view.unmount()
  })

  it('narrows the pieces by kind and by approval', async () => {
    const view = shown()
    await flushPromises()
    const numbers = () => view.findAll('[data-test=pieces] tbody tr').map((row) => row.attributes('data-no'))
    expect(numbers()).toEqual(['1', '2', '3'])
    await view.get('#piece-kind').setValue('gained')
    expect(numbers()).toEqual(['3'])
    await view.get('#piece-kind').setValue('')
    await view.findAll('input[type=checkbox]')[0]?.setValue(true)
    expect(numbers()).toEqual(['1'])
    view.unmount()
  })

  it('marks the restricted cell in words and names its source', async () => {
    const view = shown()
    await flushPromises()
    expect(view.get('[data-test=transitions] td.restricted').text()).toContain('受限')
    expect(view.get('[data-test=restricted]').text()).toContain('规划第三章')
    view.unmount()
  })

  it('stands without its shapes, and says so', async () => {
    const view = shown(() => Promise.reject(new Error('no shapes')))
    await flushPromises()
    expect(view.find('[data-test=change]').exists()).toBe(true)
    expect(view.text()).toContain('变化图斑的图形未能取得')
    view.unmount()
  })
})
