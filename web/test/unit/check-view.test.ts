import type { FeatureCollection } from 'geojson'
import { flushPromises } from '@vue/test-utils'
import { describe, expect, it } from 'vitest'
import { ApiError, type Api, type CheckAnswer, type CheckQuestion, type Progress } from '../../src/api'
import { byStatus, partsOf, townshipColumns } from '../../src/answer/answer'
import CheckView from '../../src/check/CheckView.vue'
import { check as canned } from '../e2e/fixture/county.mjs'
import { check } from './fake-api'
import { open as mounted } from './mounting'

const site = new File(
  [JSON.stringify({ type: 'Polygon', coordinates: [[[109.8, 31], [109.9, 31], [109.9, 31.1], [109.8, 31]]] })],
  '地块.geojson',
)

/** What the server says of a site whose west is at that longitude. */
const pieces = (west: number): FeatureCollection => ({
  type: 'FeatureCollection',
  features: ['site', 'overlap'].map((role) => ({
    type: 'Feature', properties: { role },
    geometry: { type: 'MultiPolygon', coordinates: [[[[west, 30], [west + 1, 30], [west + 1, 31], [west, 30]]]] },
  })),
})

const open = (answer: Api['check'], more: Partial<Api> = {}) => mounted(CheckView, { check: answer, ...more })

async function pick(panel: ReturnType<typeof open>, file = site): Promise<void> {
  const input = panel.get<HTMLInputElement>('#site-file')
  Object.defineProperty(input.element, 'files', { value: [file], configurable: true })
  await input.trigger('change')
  await flushPromises()
}

async function submit(panel: ReturnType<typeof open>): Promise<void> {
  await panel.get('form').trigger('submit')
  await flushPromises()
}

describe('the check view', () => {
  it('asks with file, name and normal CRS, and shows the outcome first', async () => {
    const questions: CheckQuestion[] = []
    const panel = open((question) => {
      questions.push(question)
      return Promise.resolve(check)
    })
    await pick(panel)
    await panel.get('#site-name').setValue('货运码头')
    await panel.get('#site-crs').setValue('4546')
    await submit(panel)
    expect(questions).toEqual([{ file: site, name: '货运码头', crs: 'EPSG:4546' }])
    const answer = panel.get('[data-test=answer]')
    expect(answer.get('h3').text()).toContain('需人工研判')
    expect(document.activeElement).toBe(answer.get('h3').element)
    expect(answer.text()).toContain('涉及 3 个图层，不涉及 4 个，未核查 1 个')
    const redLine = answer.get('[data-layer=red-line]').text()
    for (const figure of ['12345.68 m²', '1.2346 公顷', '18.52 亩', '6.17 %']) expect(redLine).toContain(figure)
    expect(answer.get('[data-status=not_checked]').text()).toContain('没有现行版本。')
    expect(answer.text()).toContain('示意数据')
    panel.unmount()
  })

  it('hands on the outline of a picked GeoJSON and the feature that was clicked', async () => {
    const panel = open(() => Promise.resolve(check))
    await pick(panel)
    expect(panel.onMap()).toMatchObject({ bounds: [109.8, 31, 109.9, 31.1] })
    await submit(panel)
    await panel.get('[data-layer=red-line] button').trigger('click')
    expect(panel.pointed()).toEqual({ layer: 'red-line', code: 'HX-02' })
    panel.unmount()
  })

  it('draws the answered site and its overlaps, whatever the file, and those of a chosen parcel', async () => {
    const asked: string[] = []
    const parcel = (id: string) => ({ ...check, id })
    const panel = open(() => Promise.resolve({ id: 'set', checks: [parcel('a'), parcel('b')], whole: parcel('w') }), {
      pieces: (id) => {
        asked.push(id)
        return Promise.resolve(pieces(asked.length))
      },
    })
    await pick(panel, new File(['PK'], '地块.zip'))
    expect(panel.onMap()).toBeNull()
    await submit(panel)
    expect(panel.onMap()).toEqual({ geojson: pieces(1), bounds: [1, 30, 2, 31] })
    expect(panel.text()).toContain('在地图上查看地块')
    await panel.get('#parcel').setValue('2')
    await flushPromises()
    expect(panel.onMap()).toMatchObject({ bounds: [2, 30, 3, 31] })
    expect(asked).toEqual(['w', 'b'])
    panel.unmount()
  })

  it('says when the answered site cannot be had for the map', async () => {
    const panel = open(() => Promise.resolve(check))
    await pick(panel, new File(['{"type":"Polygon","coordinates":[[[392600,3439600],[393050,3439650],[393010,3440080],[392600,3439600]]]}'], 'metres.geojson'))
    await submit(panel)
    expect(panel.get('[data-test=answer]').text()).toContain('暂不能在地图上显示')
    await panel.findAll('button').find((button) => button.text() === '核查另一个')?.trigger('click')
    await pick(panel)
    await submit(panel)
    expect(panel.get('[data-test=answer]').text()).not.toContain('暂不能在地图上显示')
    panel.unmount()
  })

  it('explains rows that add up to more than the layer, and only those', async () => {
    const row = (code: string, m2: number) => ({ code, name: code, class: '', overlap_m2: m2, share_of_site: 0, share_of_feature: 0, sliver_m2: 0 })
    const of = (...features: ReturnType<typeof row>[]) =>
      ({ ...check, layers: check.layers.map((l) => (l.layer === 'red-line' ? { ...l, overlap_m2: 100, features } : { ...l, features: [] })) })
    for (const [rows, explained] of [[[row('a', 60), row('b', 40.0001)], false], [[row('a', 60), row('b', 50)], true]] as const) {
      const panel = open(() => Promise.resolve(of(...rows) as CheckAnswer))
      await pick(panel)
      await submit(panel)
      expect(panel.get('[data-layer=red-line]').text().includes('图斑相互重叠')).toBe(explained)
      panel.unmount()
    }
  })

  it('shows a problem in both languages with record and coordinate, and keeps the form', async () => {
    const problem = { code: 'c', status: 422, zh: '边界自相交。', en: 'The ring crosses itself.', record: 3, at: [109.5, 31.25] as [number, number] }
    const panel = open(() => Promise.reject(new ApiError(problem)))
    await pick(panel)
    await submit(panel)
    const text = panel.get('[role=alert]').text()
    for (const part of ['边界自相交。', 'The ring crosses itself.', '第 3 条记录', '109.5, 31.25']) expect(text).toContain(part)
    expect(panel.get('form').isVisible()).toBe(true)
    panel.unmount()
  })

  it('asks nothing without a file or with a CRS that is none', async () => {
    let asked = 0
    const panel = open(() => Promise.reject(new Error(`asked ${++asked} times`)))
    await submit(panel)
    expect(panel.text()).toContain('请先选择文件。')
    await pick(panel)
    await panel.get('#site-crs').setValue('西安80')
    await submit(panel)
    expect(panel.text()).toContain('坐标系应写成')
    expect(asked).toBe(0)
    panel.unmount()
  })

  it('asks with the options of the fold, and opens it at a length that is none', async () => {
    const questions: CheckQuestion[] = []
    const panel = open((question) => {
      questions.push(question)
      return Promise.resolve(check)
    })
    await pick(panel)
    await panel.get('#site-width').setValue('-3')
    await submit(panel)
    expect(panel.text()).toContain('应为大于 0')
    expect(document.activeElement?.id).toBe('site-width')
    expect(panel.get('details').attributes('open')).toBeDefined()
    expect(questions).toEqual([])
    await panel.get('#site-width').setValue('12.5')
    await panel.get('#site-radius').setValue('30')
    await panel.get('#site-datum').setValue('gcj02')
    await submit(panel)
    expect(questions).toEqual([{ file: site, name: '', crs: '', width: 12.5, radius: 30, datum: 'gcj02' }])
    panel.unmount()
  })

  it('asks again with the confirmed system, and offers that only for this problem', async () => {
    const questions: CheckQuestion[] = []
    const unsure = { code: 'crs-needs-confirmation', status: 400, zh: '推定为 EPSG:4546，请确认。', en: 'EPSG:4546: confirm it.' }
    const panel = open((question) => {
      questions.push(question)
      return Promise.reject(new ApiError(question.confirmCrs ? { ...unsure, code: 'other' } : unsure))
    })
    await pick(panel)
    await submit(panel)
    expect(panel.get('[role=alert]').text()).toContain('推定为 EPSG:4546')
    const button = panel.get('[role=alert] button')
    expect(button.text()).toBe('确认并继续')
    await button.trigger('click')
    await flushPromises()
    expect(questions.map(({ confirmCrs, file }) => [confirmCrs, file])).toEqual([[undefined, site], [true, site]])
    expect(panel.find('[role=alert] button').exists()).toBe(false)
    panel.unmount()
  })

  it('sends the same file and options again with what a person chose', async () => {
    const questions: CheckQuestion[] = []
    const panel = open((question) => {
      questions.push(question)
      return Promise.resolve(canned('地块', { ...question.choices }))
    })
    await pick(panel)
    await panel.get('#site-crs').setValue('4490')
    await submit(panel)
    await panel.get('input[type=radio][value="6"]').setValue(true)
    await panel.get('[data-test=rules] form').trigger('submit')
    await flushPromises()
    expect(questions[1]).toEqual({ file: site, name: '', crs: 'EPSG:4490', choices: { red_line_case: '6' } })
    expect(panel.get('[data-test=answer]').attributes('data-outcome')).toBe('conditional')
    expect(panel.text()).toContain('已选：')
    panel.unmount()
  })

  it('tells how far it has come, and drops the answer of a cancelled question', async () => {
    let progress: ((p: Progress) => void) | undefined
    let answer: ((a: CheckAnswer) => void) | undefined
    const panel = open((_, options) => {
      progress = options?.onProgress
      return new Promise((resolve) => (answer = resolve))
    })
    await pick(panel)
    await submit(panel)
    progress?.({ phase: 'sending', sent: 0.5 })
    await flushPromises()
    expect(panel.get('[role=status]').text()).toContain('50.00 %')
    progress?.({ phase: 'checking', sent: 1 })
    await flushPromises()
    expect(panel.get('[role=status]').text()).toContain('正在核查')
    await panel.get('[role=status] button').trigger('click')
    answer?.(check)
    await flushPromises()
    expect(panel.find('[data-test=answer]').exists()).toBe(false)
    panel.unmount()
  })

  it('goes back to the form as it was, and to an empty one for another site', async () => {
    const panel = open(() => Promise.resolve(check))
    await pick(panel)
    await panel.get('#site-name').setValue('货运码头')
    await submit(panel)
    const press = (word: string) => panel.findAll('button').find((button) => button.text() === word)?.trigger('click')
    await press('返回修改')
    expect(panel.get('form').isVisible()).toBe(true)
    expect(panel.get<HTMLInputElement>('#site-name').element.value).toBe('货运码头')
    expect(panel.onMap()).toMatchObject({ bounds: [109.8, 31, 109.9, 31.1] })
    await submit(panel)
    await press('核查另一个')
    expect(panel.get<HTMLInputElement>('#site-name').element.value).toBe('')
    expect(panel.onMap()).toBeNull()
    panel.unmount()
  })

  it('shows both places of a site whose degrees had been shifted', async () => {
    const panel = open(() => Promise.resolve(check), { pieces: () => Promise.resolve(pieces(109)) })
    await pick(panel)
    await panel.get('#site-datum').setValue('gcj02')
    await submit(panel)
    const shown = panel.onMap()?.geojson as FeatureCollection
    expect(shown.features.map(({ properties }) => (properties as { role: string }).role)).toEqual(['site', 'overlap', 'written'])
    expect(panel.get('[data-test=written]').text()).toContain('蓝色虚线')
    panel.unmount()
  })

  it('sends typed coordinates as a file, and says which line is none', async () => {
    const questions: CheckQuestion[] = []
    const panel = open((question) => {
      questions.push(question)
      return Promise.resolve(check)
    })
    await panel.get('input[value=text]').setValue(true)
    await submit(panel)
    expect(panel.text()).toContain('请先输入坐标。')
    expect(document.activeElement?.id).toBe('site-text')
    await panel.get('#site-text').setValue('3439600 392600\n南边')
    await submit(panel)
    expect(panel.text()).toContain('第 2 行不是坐标')
    await panel.get('#site-text').setValue('POLYGON((109 31,109.1 31,109 31.1,109 31))')
    await submit(panel)
    expect(questions.map(({ file }) => file.name)).toEqual(['坐标.wkt'])
    panel.unmount()
  })

  it('shows several parcels together first, and each of them when chosen', async () => {
    const parcel = (name: string) => ({ ...check, site: { ...check.site, name } })
    const panel = open(() => Promise.resolve({ id: 'set', checks: [parcel('甲'), parcel('乙')], whole: parcel('合计') }))
    await pick(panel)
    await submit(panel)
    expect(panel.get('.site h3').text()).toBe('合计')
    await panel.get('#parcel').setValue('2')
    expect(panel.get('.site h3').text()).toBe('乙')
    const hrefs = () => panel.findAll('a[download]').map((a) => a.attributes('href') ?? '')
    expect(hrefs().every((href) => href.includes(`/checks/${check.id}.`))).toBe(true)
    await panel.get('#parcel').setValue('0')
    expect(hrefs().length).toBeGreaterThan(0)
    expect(hrefs().every((href) => href.includes('/checks/set.'))).toBe(true)
    panel.unmount()
  })
})

describe('the answer', () => {
  it('sorts every layer into one of three lists', () => {
    const lists = byStatus(check.layers)
    expect(lists.concerned.map(({ layer }) => layer)).toEqual(['red-line', 'protected-area', 'control-unit'])
    expect(lists.concerned.length + lists.not_concerned.length + lists.not_checked.length).toBe(check.layers.length)
  })

  it('has one part for one parcel', () => {
    expect(partsOf(check)).toEqual([{ number: 0, check, papers: check.id }])
  })

  it('gives a township column to layers that a township touches', () => {
    expect(townshipColumns(check).map(({ layer }) => layer)).toEqual(['red-line', 'protected-area', 'control-unit'])
  })
})
