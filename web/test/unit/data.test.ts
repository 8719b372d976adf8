import { flushPromises } from '@vue/test-utils'
import { describe, expect, it, vi } from 'vitest'
import type { DeliveryQuestion, Import, ImportProposal, IntakeReport, Job, Problem, Quality, Version } from '../../src/api'
import { ApiError } from '../../src/api'
import type { Follower } from '../../src/api/events'
import { formOf } from '../../src/api/data'
import { addressOf, isLabel, placeOf, placesOf, shareOf } from '../../src/data/data'
import { counts, onMap, placesOf as qualityPlacesOf, sorted } from '../../src/data/quality'
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
const quality: Quality = {
  ref: '500237.red-line@2026', digest: 'd', schematic: false, examined_at: '2026-11-26T00:00:00Z', features: 2, area_m2: 12_345.675, read: 3, blocking: ['overlap'], hairlines: 0, townships: '2023',
  thresholds: { sliver_area_m2: 1, sliver_width_m: 0.02, attribute_share: 0.01, attribute_m2: 1, noise_m2: 0.01, hairline_m: 0.0002 },
  checks: [
    { kind: 'duplicate', title: '图形重复', title_en: 'Same shape', status: 'passed', count: 0 },
    { kind: 'gap', title: '缝隙', title_en: 'Gaps', status: 'not_checked', count: 0, why: '不要求铺满', why_en: 'need not tile' },
    { kind: 'code-missing', title: '缺少编码', title_en: 'No code', status: 'found', count: 4, examples: [{ records: [2] }] },
    { kind: 'overlap', title: '层内重叠', title_en: 'Overlaps', status: 'blocking', count: 1, area_m2: 2000, limit: 1000 },
  ],
  places: [
    { kind: 'sliver', records: [2], names: [''], position: [109.8, 31], area_m2: 0.5, width_m: 0.01 },
    { kind: 'overlap', records: [1, 2], names: ['A', 'B'], position: [109.87, 31.07], area_m2: 2000, width_m: 10 },
  ],
}
const proposal: ImportProposal = {
  name: '红线.zip', crs: 'EPSG:4546', read: 2, parts: [], notes: [], layer: 'red-line',
  layers: [{ layer: 'red-line', title: '生态保护红线', evidence: [{ zh: '表名 STBHHX', en: 'its name STBHHX' }] }],
  fields: {
    code: { field: 'HXBM', confirm: false, candidates: ['HXBM'], evidence: { zh: '官方字段名', en: 'an official name' } },
    name: { field: 'NAME', confirm: true, candidates: ['NAME'], evidence: { zh: '常见名', en: 'a common name' } },
    class: { confirm: false, candidates: [] },
  },
  columns: [{ name: 'HXBM', filled: 2, numeric: false, examples: ['500237000000000001'] }, { name: 'NAME', filled: 1, numeric: false, examples: ['甲'] }, { name: 'LX', filled: 2, numeric: false, examples: ['水源涵养'] }],
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

describe('a quality report', () => {
  it('says what stops the version first, and numbers its places after the intake report’s', () => {
    expect(sorted(quality.checks).map(({ kind }) => kind)).toEqual(['overlap', 'code-missing', 'gap', 'duplicate'])
    expect(counts(quality)).toEqual({ blocking: 1, found: 1, not_checked: 1, passed: 1 })
    const places = qualityPlacesOf(quality, 3)
    expect(places.map(({ no, kind }) => [no, kind])).toEqual([[4, 'overlap'], [5, 'sliver']])
    expect(onMap(places).features.map(({ properties }) => properties)).toEqual([{ no: 4, kind: 'lost' }, { no: 5, kind: 'shared' }])
  })
})

describe('an import in the list', () => {
  it('leads to its draft once there is one', () => {
    expect(placeOf({ ref: '500237.red-line@v2.1' })).toEqual({ layer: 'red-line', label: 'v2.1' })
    expect([job('running'), job('done')].map(addressOf)).toEqual([
      { name: 'import', params: { layer: 'red-line', id } }, { name: 'version', params: { layer: 'red-line', label: '2026' } },
    ])
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
    data: { intake, quality: () => Promise.resolve(quality) },
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

  it('shows what is wrong with it, and where', async () => {
    const view = shown('draft')
    await flushPromises()
    const section = view.get('[data-test=quality]')
    expect(section.text()).toContain('1 项阻止发布')
    expect(section.findAll('[data-test=quality-checks] tbody tr').map((row) => [row.attributes('data-kind'), row.findAll('td').map((cell) => cell.text())])).toEqual([
      ['overlap', ['阻止发布', '1', '2000.00', '> 1000 m²', '—']], ['code-missing', ['有问题', '4', '—', '不阻止', '第 2 条记录 等']],
    ])
    expect(section.findAll('[data-test=quality-places] tbody tr').map((row) => row.text())).toEqual(['4层内重叠A、B2000.0010.00', '5sliver第 2 条记录0.500.01'])
    expect(section.findAll('[data-test=papers] a').map((link) => link.attributes('href'))).toEqual(['xlsx', 'gpkg'].map((format) => `/api/v1/layers/red-line/versions/2026/quality.${format}`))
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
  async function begun(answers: Import[], delivered: DeliveryQuestion[] = [], propose = (): Promise<ImportProposal> => Promise.resolve(proposal)) {
    let follower: Follower | undefined
    const cancelled: string[] = []
    const view = open(ImportView, {
      layers: () => Promise.resolve(layerList),
      follow: (_, told) => {
        follower = told
        return () => (follower = undefined)
      },
      data: {
        propose,
        deliver: (question) => {
          delivered.push({ ...question })
          return Promise.resolve(job('waiting'))
        },
        import: () => Promise.resolve(answers.shift() ?? job('running')),
        cancelImport: (one) => {
          cancelled.push(one)
          return Promise.resolve(job('running'))
        },
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
      await flushPromises()
    }
    const press = async (word: string) => {
      await view.findAll('button').find((button) => button.text() === word)?.trigger('click')
      await flushPromises()
    }
    const move = async (state: Job['state'], total: number, done: number, what?: string) => {
      follower?.moved({ id, kind: 'import', state, total, done, failed: 0, result: '', ...(what && { what }) })
      await flushPromises()
    }
    return { view, submit, pick, press, move, delivered, cancelled }
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

  it('proposes what the fields carry, and sends what is said otherwise', async () => {
    const { view, submit, pick, delivered } = await begun([])
    await pick()
    const rows = view.get('[data-test=mapping]').findAll('tbody tr').map((row) => row.text())
    expect(rows[0]).toContain('官方字段名')
    expect(rows[1]).toContain('请核对')
    expect(rows[2]).toContain('未识别，不读取')
    await view.get('#import-field-class').setValue('LX')
    expect(view.get('[data-test=mapping]').findAll('tbody tr')[2]?.text()).toContain('人工指定')
    expect(view.get('[data-test=mapping]').findAll('tbody tr')[2]?.text()).toContain('水源涵养')
    await view.get('#import-label').setValue('2026')
    await submit()
    expect(delivered[0]).toMatchObject({ layer: 'red-line', label: '2026', class_field: 'LX' })
    expect(delivered[0]?.code_field).toBeUndefined()
    view.unmount()
  })

  it('says when the file looks like another layer, and takes that one', async () => {
    const other = { ...proposal, layers: proposal.layers.map((guess) => ({ ...guess, layer: 'farmland' })) }
    const { view, pick, press } = await begun([], [], () => Promise.resolve(other))
    await pick()
    expect(view.get('[data-test=likelier]').text()).toContain('表名 STBHHX')
    await press('改为导入“farmland”')
    expect(view.get<HTMLSelectElement>('#import-layer').element.value).toBe('farmland')
    expect(view.find('[data-test=likelier]').exists()).toBe(false)
    view.unmount()
  })

  it('tells its progress as the server does, and leads to the draft when it is done', async () => {
    const { view, submit, pick, move } = await begun([job('running', { staged: 10, kept: 0, stage: 'reading' }), job('done')])
    await pick()
    await view.get('#import-label').setValue('2026')
    await submit()
    await view.setProps({ shown: { layer: 'red-line', id } })
    expect(view.get('[data-test=import]').text()).toContain('已读入 10 条')
    await move('running', 10, 5, 'keeping')
    expect(view.get('[data-test=import]').text()).toContain('正在入库，5 / 10 条')
    await move('running', 10, 10, 'examining')
    expect(view.get('[data-test=import]').text()).toContain('正在质检')
    expect(view.get('[data-test=import]').find('button').exists()).toBe(false) // what is stored is not cancelled
    await move('done', 10, 10)
    await vi.waitFor(() => expect(view.router.currentRoute.value.fullPath).toBe('/data/red-line/2026'), 20_000)
    view.unmount()
  })

  it('is cancelled, and says that nothing is stored', async () => {
    const { view, submit, pick, press, move, cancelled } = await begun([job('running', { staged: 10 }), job('cancelled')])
    await pick()
    await view.get('#import-label').setValue('2026')
    await submit()
    await press('取消导入')
    expect(cancelled).toEqual([id])
    await move('cancelled', 10, 0)
    expect(view.get('[data-test=cancelled]').text()).toContain('没有入库任何数据')
    expect(view.find('[data-test=import]').exists()).toBe(false)
    view.unmount()
  })

  it('sends the file again when the proposed system is confirmed', async () => {
    const refused = job('failed', { problem: { type: 'x', title: '', status: 400, detail: '建议 EPSG:4546，请确认。', detail_en: 'Confirm.', code: 'crs-needs-confirmation', request_id: 'r' } })
    const unclear: Problem = { code: 'crs-needs-confirmation', status: 400, zh: '建议 EPSG:4546，请确认。', en: 'Confirm.' }
    const { view, submit, pick, press, delivered } = await begun([refused], [], () => Promise.reject(new ApiError(unclear)))
    await pick()
    await view.get('#import-label').setValue('2026')
    await submit()
    await view.setProps({ shown: { layer: 'red-line', id } })
    await flushPromises()
    expect(view.get('[data-test=problem]').text()).toContain('建议 EPSG:4546')
    expect(view.text()).toContain('没有入库任何数据')
    await press('确认建议的坐标系并导入')
    expect(delivered.map(({ confirmCrs }) => confirmCrs)).toEqual([false, true])
    view.unmount()
  })
})
