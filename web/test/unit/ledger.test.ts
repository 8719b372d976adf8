import { flushPromises } from '@vue/test-utils'
import { describe, expect, it } from 'vitest'
import type { LedgerEntry, LedgerFilter, LedgerList, LedgerStep } from '../../src/api'
import EntryView from '../../src/ledger/EntryView.vue'
import LedgerView from '../../src/ledger/LedgerView.vue'
import { needsReason, nextOf, placeIn, placesOf, saysSomething, stepOf } from '../../src/ledger/ledger'
import { layerList } from './fake-api'
import { open } from './mounting'

const entry: LedgerEntry = {
  id: 7, kind: 'lost', state: 'discovered', layer: 'red-line', title: '骡坪镇调出', source: 'change', record: 'c'.repeat(64), piece: 3,
  area_m2: 12_345.675, unapproved_m2: 200, townships: [{ code: '500237107', name: '骡坪镇', area_m2: 12_345.675 }], office: '县林业局',
  deadline: '2026-01-01', point: [109.9, 31.1], schematic: true, overdue: true, created_at: '2026-11-26T00:00:00Z', changed_at: '2026-11-26T00:00:00Z',
  events: [{ number: 1, at: '2026-11-26T00:00:00Z', who: '张三', to: 'discovered', note: '核查发现' }],
}
const typed = { to: '' as const, who: '', note: '', attachment: '', office: entry.office, deadline: entry.deadline ?? '' }

describe('a step', () => {
  it('needs a reason unless it is the next one', () => {
    expect(['discovered', 'verified', 'rectifying', 'closed'].map((state) => nextOf(state as LedgerEntry['state']))).toEqual(['verified', 'rectifying', 'closed', undefined])
    expect(needsReason('discovered', 'verified')).toBe(false)
    expect(needsReason('discovered', 'closed')).toBe(true)
    expect(needsReason('closed', 'rectifying')).toBe(true)
    expect(needsReason('closed', undefined)).toBe(false)
  })

  it('says only what changes', () => {
    expect(saysSomething(stepOf(entry, { ...typed, who: '张三' }))).toBe(false)
    expect(stepOf(entry, { ...typed, office: '县生态环境局', deadline: '2027-01-01', note: ' 已核实 ' })).toMatchObject(
      { office: '县生态环境局', deadline: '2027-01-01', note: '已核实', to: undefined })
  })
})

describe('places', () => {
  it('are points, or the piece of the comparison', () => {
    expect(placesOf([entry, { ...entry, id: 8, point: undefined }]).features.map(({ properties }) => properties)).toEqual([{ no: 7, kind: 'lost' }])
    const of = (no: number, layer: string) => ({ type: 'Feature' as const, geometry: { type: 'Point' as const, coordinates: [no, 0] }, properties: { no, layer } })
    const found = placeIn({ type: 'FeatureCollection', features: [of(3, 'STBHHXWHQX'), of(3, 'STBHHXWHCX'), of(4, 'STBHHXWHCX')] }, entry)
    expect(found?.features).toHaveLength(1)
    expect(found?.features[0]?.properties).toEqual({ no: 7, kind: 'lost' })
    expect(placeIn({ type: 'FeatureCollection', features: [of(4, 'STBHHXWHCX')] }, entry)).toBeNull()
  })
})

const list: LedgerList = {
  county: { code: '500237', name: '巫山县' }, states: { discovered: 2, verified: 0, rectifying: 1, closed: 4 }, overdue: 1, entries: [entry], next: '/api/v1/ledger?before=7',
}

describe('the ledger', () => {
  it('is narrowed by state, by what is overdue and by township, and goes on', async () => {
    const asked: [LedgerFilter, string | undefined][] = []
    const view = open(LedgerView, {
      layers: () => Promise.resolve(layerList),
      stats: () => Promise.resolve({ rows: [{ code: '500237107', name: '骡坪镇' }] } as never),
      ledger: {
        list: (filter, next) => {
          asked.push([filter, next])
          return Promise.resolve(next ? { ...list, entries: [{ ...entry, id: 6 }], next: undefined } : list)
        },
      },
    })
    await flushPromises()
    const buttons = view.get('[data-test=states]').findAll('button')
    expect(buttons.map((button) => button.text().replace(/\s+/g, ' '))).toEqual(['全部 7', '发现 2', '核查 0', '整改 1', '销号 4', '逾期 1'])
    await buttons[3]?.trigger('click')
    await flushPromises()
    expect(asked.at(-1)?.[0]).toMatchObject({ state: 'rectifying', overdue: false })
    await buttons[5]?.trigger('click')
    await flushPromises()
    expect(asked.at(-1)?.[0]).toMatchObject({ state: '', overdue: true })
    await view.get('#ledger-township').setValue('500237107')
    await flushPromises()
    expect(asked.at(-1)?.[0]).toMatchObject({ township: '500237107' })
    await view.findAll('button').find((button) => button.text() === '更多')?.trigger('click')
    await flushPromises()
    expect(asked.at(-1)?.[1]).toBe('/api/v1/ledger?before=7')
    expect(view.findAll('[data-test=ledger] tbody tr').map((row) => row.attributes('data-id'))).toEqual(['7', '6'])
    expect(view.get('[data-test=ledger] tbody tr').text()).toContain('逾期')
    view.unmount()
  })

  it('tells an empty ledger from a filter that nothing fits', async () => {
    const by = async (states: LedgerList['states']) => {
      const view = open(LedgerView, { layers: () => Promise.resolve(layerList), ledger: { list: () => Promise.resolve({ ...list, states, entries: [], next: undefined }) } })
      await flushPromises()
      const text = view.get('[data-test=empty]').text()
      view.unmount()
      return text
    }
    expect(await by({})).toContain('台账是空的')
    expect(await by({ closed: 1 })).toContain('没有符合条件的条目')
  })
})

describe('an entry', () => {
  function shown(held: LedgerEntry = entry) {
    const steps: LedgerStep[] = []
    const view = open(EntryView, {
      changes: { pieces: () => Promise.resolve({ type: 'FeatureCollection', features: [] }) },
      ledger: {
        entry: () => Promise.resolve(held),
        move: (_, step) => {
          steps.push(step)
          return Promise.resolve({ ...held, state: step.to ?? held.state, changed_at: '2026-11-27T00:00:00Z' })
        },
      },
    }, { id: '7' })
    return { view, steps, submit: () => view.get('[data-test=step]').trigger('submit') }
  }

  it('moves to the next state, and shows where it is then', async () => {
    const { view, steps, submit } = shown()
    await flushPromises()
    expect(view.get('[data-test=events]').text()).toContain('核查发现')
    await submit()
    await flushPromises()
    expect(steps.map(({ to }) => to)).toEqual(['verified'])
    expect(view.get('[data-test=state]').text()).toContain('核查')
    view.unmount()
  })

  it('wants a reason for a move past a step', async () => {
    const { view, steps, submit } = shown()
    await flushPromises()
    await view.get('#step-to').setValue('rectifying')
    await submit()
    expect(view.text()).toContain('退回或越级办理须写明理由')
    expect(steps).toEqual([])
    await view.get('#step-note').setValue('现场已核实')
    await submit()
    expect(steps).toMatchObject([{ to: 'rectifying', note: '现场已核实' }])
    view.unmount()
  })

  it('is closed only when it is confirmed', async () => {
    const { view, steps, submit } = shown({ ...entry, state: 'rectifying' })
    await flushPromises()
    await submit()
    expect(steps).toEqual([])
    expect(view.text()).toContain('确认销号：')
    await submit()
    expect(steps).toMatchObject([{ to: 'closed' }])
    view.unmount()
  })
})
