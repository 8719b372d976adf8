import { flushPromises } from '@vue/test-utils'
import { afterEach, describe, expect, it, vi } from 'vitest'
import type { DeliveryQuestion, Import, IntakeReport, Version } from '../../src/api'
import { formOf } from '../../src/api/data'
import { isLabel, placesOf, shareOf } from '../../src/data/data'
import DataView from '../../src/data/DataView.vue'
import ImportView from '../../src/data/ImportView.vue'
import VersionView from '../../src/data/VersionView.vue'
import { layerList } from './fake-api'
import { open } from './mounting'

const id = 'ab'.repeat(16)
const job = (state: Import['state'], more: Partial<Import> = {}): Import => ({ id, ref: '500237.red-line@2026', file: '红线.zip', who: 'li', state, staged: 0, kept: 0, begun_at: '2026-11-26T00:00:00Z', ...more })
const version = (label: string, state: Version['state']): Version => ({
  ref: `500237.red-line@${label}`, layer: 'red-line', label, state, schematic: false, crs: 'EPSG:4546', source: '红线.zip', basis: '渝府〔2026〕1号',
  digest: 'd', features: 2, area_m2: 12_345.675, created_at: '2026-11-26T00:00:00Z',
})
const report: IntakeReport = {
  ref: '500237.red-line@2026', crs: 'EPSG:4546', read: 3, kept: 2, repaired: 1, refused: 1, area_m2: 12_345.675, digest: 'd', repair_tolerance_m2: 1, unlisted: 0,
  findings: [
    { fate: 'noted', code: 'encoding', zh: '编码按 GBK 读取。', en: 'Read as GBK.' },
    { fate: 'refused', code: 'self-intersection', record: 3, zh: '第 3 条记录自相交。', en: 'Record 3 crosses itself.', at: [392700, 3439700], position: [109.87, 31.07] },
    { fate: 'repaired', code: 'repaired', record: 2, zh: '已修复。', en: 'Repaired.', effect_m2: 0.12344 },
  ],
}
const file = () => new File(['PK'], '红线.zip')

describe('what is said of a delivery', () => {
  it('is sent as it is typed, and what was not said is no field', () => {
    const said: DeliveryQuestion = { file: file(), layer: 'red-line', label: ' 2026 ', crs: '', effective: '', basis: ' 渝府〔2026〕1号 ' }
    const names = (form: FormData) => [...form.entries()].map(([name, value]) => [name, typeof value === 'string' ? value : value.name])
    expect(names(formOf(said))).toEqual([['layer', 'red-line'], ['label', '2026'], ['basis', '渝府〔2026〕1号'], ['file', '红线.zip']])
    expect(names(formOf({ ...said, confirmCrs: true, schematic: true }))).toEqual(expect.arrayContaining([['confirm_crs', 'true'], ['schematic', 'true']]))
  })

  it('has a label that the server takes', () => {
    expect(['2026', 'v2.1-a', 'A'.repeat(32)].every(isLabel)).toBe(true)
    expect(['', '-1', '二〇二六', 'a b', 'A'.repeat(33)].some(isLabel)).toBe(false)
  })

  it('advances by what is read and what is kept', () => {
    expect([job('waiting'), job('running', { staged: 10 }), job('running', { staged: 10, kept: 5 }), job('done')].map(shareOf)).toEqual([undefined, 0.5, 0.75, 1])
  })
})

describe('the places of a report', () => {
  it('are numbered as the findings are listed', () => {
    expect(placesOf(report).features.map(({ properties, geometry }) => [properties, geometry])).toEqual(
      [[{ no: 2, kind: 'lost' }, { type: 'Point', coordinates: [109.87, 31.07] }]])
  })
})

describe('the layers', () => {
  it('are listed with the versions of one', async () => {
    const asked: string[] = []
    const view = open(DataView, {
      layers: () => Promise.resolve(layerList),
      versions: (layer) => {
        asked.push(layer)
        return Promise.resolve({ layer, versions: layer === 'heritage' ? [] : [version('2026', 'draft'), version('2022', 'in_force')] })
      },
    }, { layer: '' })
    await flushPromises()
    expect(asked).toEqual(['red-line'])
    expect(view.findAll('a').map((link) => link.attributes('href'))).toContain('/import/red-line')
    expect(view.findAll('[data-test=versions] tbody tr').map((row) => row.attributes('data-label'))).toEqual(['2026', '2022'])
    expect(view.get('[data-test=versions]').text()).toContain('草稿')
    await view.setProps({ shown: { layer: 'heritage' } })
    await flushPromises()
    expect(view.find('[data-test=no-versions]').exists()).toBe(true)
    view.unmount()
  })
})

describe('a version', () => {
  const shown = (state: Version['state'], intake = () => Promise.resolve(report)) => open(VersionView, {
    layers: () => Promise.resolve(layerList),
    versions: (layer) => Promise.resolve({ layer, versions: [version('2026', state)] }),
    data: { intake },
    changes: { compare: (from, to) => Promise.resolve({ id: `${from} ${to}` } as never) },
  }, { layer: 'red-line', label: '2026' })

  it('shows what became of its records, by fate', async () => {
    const view = shown('in_force')
    await flushPromises()
    expect(view.get('[data-test=intake]').text()).toContain('读入 3 条，保留 2 条，其中修复 1 条。')
    expect(view.get('[data-test=intake]').text()).toContain('拒收 1 条')
    await view.get('#intake-fate').setValue('refused')
    expect(view.findAll('[data-test=findings] tbody tr').map((row) => row.get('th').text())).toEqual(['3'])
    expect(view.find('[data-test=publish]').exists()).toBe(false)
    view.unmount()
  })

  it('as a draft is compared with the one in force, and put in force', async () => {
    const view = shown('draft')
    await flushPromises()
    expect(view.find('[data-test=publish]').exists()).toBe(true)
    await view.findAll('button').find((button) => button.text() === '与现行版本 2022 比较')?.trigger('click')
    await vi.waitFor(() => expect(view.router.currentRoute.value.params['id']).toBe('500237.red-line@2022 500237.red-line@2026'), 20_000)
    view.unmount()
  })
})

describe('an import', () => {
  afterEach(() => vi.useRealTimers())

  async function begun(answers: Import[], delivered: DeliveryQuestion[] = []) {
    vi.useFakeTimers()
    const view = open(ImportView, {
      layers: () => Promise.resolve(layerList),
      data: {
        deliver: (question) => {
          delivered.push({ ...question })
          return Promise.resolve(job('waiting'))
        },
        import: () => Promise.resolve(answers.shift() ?? job('running')),
      },
    }, { layer: 'red-line' })
    await flushPromises()
    const submit = async () => {
      await view.get('form').trigger('submit')
      await flushPromises()
    }
    const pick = async () => {
      const input = view.get('#import-file')
      Object.defineProperty(input.element, 'files', { value: [file()], configurable: true })
      await input.trigger('change')
    }
    return { view, submit, pick, delivered, wait: async () => { await vi.advanceTimersByTimeAsync(700); await flushPromises() } }
  }

  it('wants a file and a label before it is sent', async () => {
    const { view, submit, pick, delivered } = await begun([])
    await submit()
    await pick()
    await submit()
    expect(view.text()).toContain('版本由字母、数字')
    expect(delivered).toEqual([])
    view.unmount()
  })

  it('tells its progress, and leads to the draft when it is done', async () => {
    const { view, submit, pick, wait } = await begun([job('running', { staged: 10, kept: 5 }), job('done')])
    await pick()
    await view.get('#import-label').setValue('2026')
    await submit()
    await view.setProps({ shown: { layer: 'red-line', id } })
    expect(view.get('[data-test=import]').text()).toContain('已读入 10 条，已入库 5 条')
    await wait()
    await vi.waitFor(() => expect(view.router.currentRoute.value.fullPath).toBe('/data/red-line/2026'), 20_000)
    view.unmount()
  })

  it('sends the file again when the proposed system is confirmed', async () => {
    const refused = job('failed', { problem: { type: 'x', title: '', status: 400, detail: '建议 EPSG:4546，请确认。', detail_en: 'Confirm.', code: 'crs-needs-confirmation', request_id: 'r' } })
    const { view, submit, pick, delivered } = await begun([refused])
    await pick()
    await view.get('#import-label').setValue('2026')
    await submit()
    await view.setProps({ shown: { layer: 'red-line', id } })
    await flushPromises()
    expect(view.get('[data-test=problem]').text()).toContain('建议 EPSG:4546')
    expect(view.text()).toContain('没有入库任何数据')
    await view.findAll('button').find((button) => button.text() === '确认建议的坐标系并导入')?.trigger('click')
    await flushPromises()
    expect(delivered.map(({ confirmCrs }) => confirmCrs)).toEqual([false, true])
    view.unmount()
  })
})
