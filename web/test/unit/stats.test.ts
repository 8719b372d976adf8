import { flushPromises } from '@vue/test-utils'
import { validateStyleMin } from '@maplibre/maplibre-gl-style-spec'
import { describe, expect, it } from 'vitest'
import { ApiError, type Stats, type StatsRow } from '../../src/api'
import { areaColour, classOf, quantiles } from '../../src/map/choropleth'
import StatsView from '../../src/stats/StatsView.vue'
import { choroplethOf } from '../../src/stats/choropleth'
import { barsOf, groupsOf, linesOf } from '../../src/stats/figures'
import { statsQuery, type StatsQuestion } from '../../src/stats/question'
import { layerList } from './fake-api'
import { open } from './mounting'

const row = (code: string, name: string, texts: string[], shares: (number | null)[]): StatsRow => ({
  code, name, type: code && '镇', area: 10, area_printed: { text: '10.00', balanced: false }, values: texts.map(Number),
  printed: texts.map((text) => ({ text, balanced: text === '2.01' })), shares, layer_shares: shares, counts: [1, null, null], sums: [null, null, null],
})
const column = (kind: 'layer' | 'class' | 'pair', name = '') => ({
  layer: 'red-line', class: name, kind, ref: '500237.red-line@2022', title: kind === 'pair' ? '红线 ∩ 农田' : '红线', title_en: kind, adjusted: false, counted: true,
})
const stats: Stats = {
  id: 'a'.repeat(64), created_at: '2026-11-26T00:00:00Z', schematic: true, county: { code: '500237', name: '巫山县' }, unit: 'ha', decimals: 2,
  by_class: true, adjusted: false, zones: false, plan: false, townships: '500237.township@2023', columns: [column('layer'), column('class', '水源涵养'), column('pair')],
  rows: [row('1', '甲镇', ['1.00', '1.00', '0.00'], [0.1, 0.1, 0]), row('2', '乙镇', ['2.01', '2.01', '0.00'], [0.2, 0.2, 0]), row('3', '丙乡', ['0.00', '0.00', '0.00'], [0, 0, 0])],
  subtotals: [row('', '镇', ['3.01', '3.01', '0.00'], [0.15, 0.15, 0])], outside: row('', '乡镇范围外', ['0.50', '0.50', '0.00'], [null, null, null]),
  multiply_covered: row('', '减：重复覆盖', ['0.25', '0.25', '0.00'], [null, null, null]), total: row('', '合计', ['3.26', '3.26', '0.00'], [0.16, 0.16, 0]),
  figures: [], findings: ['一句说明。'], computed: ['500237.red-line@2022'], versions: [{ ref: '500237.red-line@2022', title: '红线', digest: 'd', schematic: true }],
}
const held = (key: string) => ({ layer: key, versions: ['2022', '2018'].map((label, i) => ({
  ref: `500237.${key}@${label}`, layer: key, label, state: i ? 'superseded' as const : 'in_force' as const, schematic: true, crs: 'EPSG:4490', source: '', basis: '', digest: '', features: 1, area_m2: 1, created_at: '',
})) })
const everything: StatsQuestion = { refs: ['a@1', 'b@2'], byClass: true, within: true, unit: 'mu', decimals: 0, townships: '2023' }

describe('the township table', () => {
  it('is asked for with what was said only, and as a file', () => {
    expect(statsQuery({ ...everything, refs: [], byClass: false, within: false, decimals: '', townships: '' })).toBe('?unit=mu')
    expect(new URLSearchParams(statsQuery(everything, 'xlsx'))).toEqual(
      new URLSearchParams('layers=a@1,b@2&by=class&within=true&townships=2023&unit=mu&decimals=0&format=xlsx'))
  })

  it('has its rows in the printed order, and closes', () => {
    const lines = linesOf(stats)
    expect(lines.map(({ kind }) => kind)).toEqual(['township', 'township', 'township', 'subtotal', 'outside', 'multiply', 'total'])
    const sign = { township: 1, outside: 1, multiply: -1, subtotal: 0, total: 0 }
    expect(lines.reduce((sum, { row: { values }, kind }) => sum + sign[kind] * (values[0] ?? 0), 0)).toBeCloseTo(3.26, 9)
  })

  it('heads classes with their layer', () => {
    expect(groupsOf(stats.columns, ({ title }) => title).map(({ title, span }) => [title, span])).toEqual([['红线', 2], ['红线 ∩ 农田', 1]])
  })

  it('shows bars by size or by code', () => {
    expect(barsOf(stats, 0, true).map(({ name, length }) => [name, Number(length.toFixed(3))])).toEqual([['乙镇', 1], ['甲镇', 0.498], ['丙乡', 0]])
    expect(barsOf(stats, 2, false).map(({ code, length }) => [code, length])).toEqual([['1', 0], ['2', 0], ['3', 0]])
  })
})

describe('a choropleth', () => {
  it('parts figures into classes of equal number, never equal figures', () => {
    expect(quantiles([0, 5, 1, 3, 2, 4, 6, 7, 8, 9, 10])).toEqual([2, 4, 6, 8, 10])
    expect(quantiles([1, 1, 1, 1, 2])).toEqual([1, 2])
    expect(quantiles([0, 0])).toEqual([])
    expect([0, 2, 2.1, 10].map((value) => classOf(value, [2, 4, 10]))).toEqual([-1, 0, 1, 2])
  })

  it('colours townships by their share, as the map can read it', () => {
    const choropleth = choroplethOf(stats, 0, '红线占乡镇')
    expect(choropleth.classes.map(({ label }) => label)).toEqual(['10.00 %', '10.00 % – 20.00 %'])
    expect(choropleth.areas.map(({ class: n }) => n)).toEqual([0, 1, -1])
    expect(validateStyleMin({
      version: 8, sources: { township: { type: 'vector', tiles: ['http://x/{z}/{x}/{y}'] } },
      layers: [{ id: 'c', type: 'fill', source: 'township', 'source-layer': 't', paint: { 'fill-color': areaColour(choropleth) } }],
    })).toEqual([])
  })
})

describe('the statistics view', () => {
  const openView = (answer: (question: StatsQuestion) => Promise<Stats>) => open(StatsView, {
    layers: () => Promise.resolve(layerList), versions: (key) => Promise.resolve(held(key)), stats: answer,
  })

  it('shows the table with its closing terms and what was balanced, and colours the map', async () => {
    const view = openView(() => Promise.resolve(stats))
    await flushPromises()
    const names = view.findAll('[data-test=stats] tbody th').map((head) => head.text())
    expect(names).toEqual(['甲镇', '乙镇', '丙乡', '镇小计', '乡镇范围外', '减：重复覆盖', '合计'])
    expect(view.get('[data-row="2"]').text()).toContain('2.01*')
    expect(view.text()).toContain('示意数据')
    expect(view.text()).toContain('未预先准备、本次计算的版本：500237.red-line@2022。')
    expect(view.coloured()?.title).toBe('红线占乡镇面积')
    await view.findAll('[data-test=stats] thead button')[1]?.trigger('click')
    expect(view.coloured()?.title).toBe('红线 · 水源涵养占乡镇面积')
    view.unmount()
  })

  it('puts versions side by side, and links the files of what is asked', async () => {
    const asked: StatsQuestion[] = []
    const view = openView((question) => {
      asked.push(question)
      return Promise.resolve(stats)
    })
    await flushPromises()
    await view.get('input[aria-label="red-line 2018"]').setValue(true)
    await flushPromises()
    expect(asked.at(-1)?.refs).toEqual(['500237.red-line@2018', '500237.red-line@2022', '500237.farmland@2022'])
    expect(view.findAll('.exports a').map((link) => link.attributes('href'))).toContain('/api/v1/stats/townships?format=xlsx')
    view.unmount()
  })

  it('shows that it works, and can be stopped', async () => {
    let signal: AbortSignal | undefined
    const view = open(StatsView, {
      layers: () => Promise.resolve(layerList), versions: (key) => Promise.resolve(held(key)),
      stats: (_, given) => {
        signal = given
        return new Promise(() => undefined)
      },
    })
    await flushPromises()
    expect(view.get('[data-test=working]').text()).toContain('正在统计')
    await view.get('[data-test=working] button').trigger('click')
    expect(signal?.aborted).toBe(true)
    expect(view.find('[data-test=working]').exists()).toBe(false)
    view.unmount()
  })

  it('says what went wrong', async () => {
    const view = openView(() => Promise.reject(new ApiError({ code: 'x', status: 500, zh: '统计失败。', en: 'Failed.' })))
    await flushPromises()
    expect(view.get('[data-test=problem]').text()).toContain('统计失败。')
    view.unmount()
  })
})
