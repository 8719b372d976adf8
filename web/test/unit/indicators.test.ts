import { flushPromises } from '@vue/test-utils'
import { describe, expect, it } from 'vitest'
import type { Indicator, IndicatorEntered, Stats } from '../../src/api'
import { counted, domainsOf, latest, statusOf, yearsOf } from '../../src/indicators/indicators'
import IndicatorsView from '../../src/indicators/IndicatorsView.vue'
import { open } from './mounting'

const value = (year: number, number: number) => ({ year, value: number, text: '', source: '公报', set_at: '2026-01-01T00:00:00Z', earlier: [] })
const indicator = (key: string, domain: string, part: Partial<Indicator> = {}): Indicator => ({
  key, domain, task: '', name: `指标${key}`, unit: '%', direction: 'not_lower', standard: '≥20', kind: '约束性', value_2021: '24', target_2024: '≥20', target_2027: '≥20',
  lead: '', applies: true, values: [], ...part,
})
const indicators = [
  indicator('1', '生态制度', { values: [value(2024, 25), value(2022, 24)], finding: 'not_worse' }),
  indicator('2', '生态安全', { finding: 'no_data' }),
  indicator('3', '生态制度', { applies: false, finding: 'not_concerned' }),
]
const figures: Stats['figures'] = [
  { key: 'a', name: '面积', published: 2958, unit: 'km2', source: '规划', computed: '2958.00', difference: '0.00', agrees: true },
  { key: 'b', name: '比例', published: 36.5, unit: 'percent', source: '规划', target: '不减少', computed: '36.4312', difference: '-0.0688', agrees: false },
  { key: 'c', name: '数量', published: 6, unit: 'count', source: '规划' },
]

describe('the indicators', () => {
  it('are ordered by domain, with their latest value and what the comparison found', () => {
    expect(domainsOf(indicators).map(({ name, indicators: own }) => [name, own.map(({ key }) => key)])).toEqual([['生态制度', ['1', '3']], ['生态安全', ['2']]])
    expect(latest(indicators[0] as Indicator)?.year).toBe(2024)
    expect(yearsOf(indicators)).toEqual([2024, 2022])
    expect(counted(indicators)).toEqual({ not_worse: 1, no_data: 1, not_concerned: 1 })
  })

  it('never say of a figure that was not computed that it agrees', () => {
    expect(figures.map(statusOf)).toEqual(['agrees', 'differs', 'notComputed'])
  })

  it('are entered with their document, a number as a number and words as words', async () => {
    const entered: IndicatorEntered[] = []
    const panel = open(IndicatorsView, {
      stats: () => Promise.resolve({ figures, schematic: false } as unknown as Stats),
      indicators: { list: () => Promise.resolve({ county: { code: '500237', name: '巫山县' }, indicators }), enter: (values) => { entered.push(...values); return Promise.resolve({ kept: 1, replaced: 0 }) } },
    })
    await flushPromises()
    expect(panel.findAll('[data-test=figures-plan] tbody tr').map((row) => row.attributes('data-status'))).toEqual(['agrees', 'differs', 'notComputed'])
    for (const said of ['26.5', '全面实施']) {
      await panel.get('[data-key="2"] button').trigger('click')
      const [year, text, source] = panel.findAll('.entering input')
      await year?.setValue(2025)
      await text?.setValue(said)
      await source?.setValue('统计公报')
      await panel.get('.entering form').trigger('submit')
      await flushPromises()
    }
    expect(entered).toEqual([
      { key: '2', year: 2025, source: '统计公报', value: 26.5 },
      { key: '2', year: 2025, source: '统计公报', text: '全面实施' },
    ])
  })
})
