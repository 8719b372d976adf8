import { flushPromises } from '@vue/test-utils'
import { describe, expect, it } from 'vitest'
import type { Api, Batch, Job, Parcel } from '../../src/api'
import BatchView from '../../src/batch/BatchView.vue'
import { allParcels, columnsOf, sorted } from '../../src/batch/rows'
import { fakeApi } from './fake-api'
import { open } from './mounting'

const layer = (key: string, status: 'concerned' | 'not_concerned' | 'not_checked', overlap_m2 = 0) => ({ layer: key, title: key, title_en: key, status, overlap_m2 })
const parcel = (number: number, more: Partial<Parcel> = {}): Parcel => ({ number, name: `地块${number}`, state: 'answered', layers: [], ...more })

const parcels = [
  parcel(1, { check: 'a'.repeat(64), area_m2: 20000, outcome: 'review', layers: [layer('red-line', 'concerned', 5000), layer('farmland', 'not_concerned'), layer('heritage', 'not_checked')] }),
  parcel(2, { state: 'not_checked', reason: '没有图形。', reason_en: 'No place.' }),
  parcel(3, { check: 'c'.repeat(64), area_m2: 5000, outcome: 'clear', layers: [layer('red-line', 'not_concerned'), layer('farmland', 'not_concerned'), layer('heritage', 'not_checked')] }),
  parcel(4, { check: 'd'.repeat(64), area_m2: 5000, outcome: 'prohibited', layers: [layer('red-line', 'concerned', 9000), layer('farmland', 'not_concerned'), layer('heritage', 'not_checked')] }),
]
const numbers = (list: readonly Parcel[]) => list.map(({ number }) => number)

describe('the table of a batch', () => {
  it('is sorted by any column, equal ones as in the file, those without a figure last', () => {
    expect(numbers(sorted(parcels, { by: 'area', descending: true }))).toEqual([1, 3, 4, 2])
    expect(numbers(sorted(parcels, { by: 'area', descending: false }))).toEqual([3, 4, 1, 2])
    expect(numbers(sorted(parcels, { by: 'outcome', descending: true }))).toEqual([4, 1, 3, 2])
    expect(numbers(sorted(parcels, { by: 'layer:red-line', descending: true }))).toEqual([4, 1, 3, 2])
    expect(numbers(sorted(parcels, { by: 'name', descending: true }))).toEqual([4, 3, 2, 1])
  })

  it('has a column for every layer that is concerned or could not be checked', () => {
    expect(columnsOf(parcels).map(({ layer: key }) => key)).toEqual(['red-line', 'heritage'])
  })

  it('is read page by page to the end', async () => {
    const asked: number[] = []
    const api = fakeApi({
      parcels: (_, after = 0) => {
        asked.push(after)
        return Promise.resolve({ parcels: parcels.slice(after, after + 2), ...(after < 2 ? { next: '/x' } : {}) })
      },
    })
    const told: number[] = []
    await allParcels(api, 'b', (read) => told.push(read.length) > 0)
    expect([asked, told]).toEqual([[0, 2], [2, 4]])
  })
})

const batch: Batch = {
  id: 'b'.repeat(32), county: '500237', name: '全县地块', state: 'running', total: 4, done: 1, failed: 0, versions: ['500237.red-line@2022'],
  findings: [], created_at: '2026-11-26T00:00:00Z', table: '',
}
const job = (more: Partial<Job>): Job => ({ id: batch.id, kind: 'batch', state: 'running', total: 4, done: 1, failed: 0, result: '', ...more })

describe('a batch', () => {
  function opened(more: Partial<Api> = {}) {
    const followers: Parameters<Api['follow']>[1][] = []
    const view = open(BatchView, {
      batch: () => Promise.resolve(followers.length ? { ...batch, state: 'done', done: 4, failed: 1 } : batch),
      parcels: () => Promise.resolve({ parcels }),
      follow: (_, follower) => {
        followers.push(follower)
        return () => undefined
      },
      ...more,
    }, { id: batch.id })
    return { view, followers }
  }

  it('moves with the events of its job, and ends with its table', async () => {
    const { view, followers } = opened()
    await flushPromises()
    expect(view.get('[data-test=batch]').attributes('data-state')).toBe('running')
    followers[0]?.moved(job({ done: 3 }))
    await flushPromises()
    expect(view.text()).toContain('已核查 3 / 4 个地块')
    expect(view.get('progress').attributes('value')).toBe('3')
    followers[0]?.interrupted(true)
    await flushPromises()
    expect(view.text()).toContain('正在重新连接')
    followers[0]?.moved(job({ state: 'done', done: 4, failed: 1 }))
    await flushPromises()
    expect(view.get('[data-test=batch]').attributes('data-state')).toBe('done')
    expect(view.find('progress').exists()).toBe(false)
    expect(view.text()).toContain('其中 1 个未核查')
    expect(view.get('[data-test=parcels]').text()).toContain('没有图形。')
    view.unmount()
  })

  it('is cancelled only when that was confirmed', async () => {
    let cancelled = 0
    const { view } = opened({ cancelBatch: () => Promise.resolve({ ...batch, state: ++cancelled ? 'cancelled' : 'running' }) })
    await flushPromises()
    const press = async (word: string) => {
      await view.findAll('button').find((button) => button.text() === word)?.trigger('click')
      await flushPromises()
    }
    await press('取消批次')
    await press('继续核查')
    expect(cancelled).toBe(0)
    await press('取消批次')
    await view.get('[role=alertdialog] .danger').trigger('click')
    await flushPromises()
    expect(cancelled).toBe(1)
    expect(view.get('[data-test=batch]').attributes('data-state')).toBe('cancelled')
    view.unmount()
  })
})
