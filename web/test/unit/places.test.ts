import { flushPromises, mount } from '@vue/test-utils'
import { describe, expect, it, vi } from 'vitest'
import { apiKey, type Found, type FoundFeature, type Identified } from '../../src/api'
import { createCatalogues } from '../../src/i18n'
import IdentifyPanel from '../../src/identify/IdentifyPanel.vue'
import { planeOf, toGrid } from '../../src/map/gauss-krueger'
import { angle, graticuleOf } from '../../src/map/graticule'
import SearchBox from '../../src/search/SearchBox.vue'
import { fakeApi } from './fake-api'

const feature = (layer: string, name: string): FoundFeature => ({
  layer, title: layer === 'township' ? '乡镇' : '生态保护红线', title_en: layer, ref: `500237.${layer}@2022`, state: 'in_force', code: `${layer}-1`, name, class: '水源涵养',
  area_m2: 12345.675, bounds: [109, 31, 110, 32], basis: '文〔2022〕1号', effective: '2022-11-01', source: 'a.shp', schematic: true,
})
const global = (answers = {}) => ({ plugins: [createCatalogues()], provide: { [apiKey as symbol]: fakeApi(answers) } })

describe('the Gauss-Krüger plane', () => {
  // By PROJ, as PostGIS asks it: st_transform(st_point(lon, lat, 4490), …).
  it.each([
    ['EPSG:4546', [109.88, 31.07], [393110.2354, 3439274.4371]],
    ['EPSG:4525', [109.88, 31.07], [37393110.2354, 3439274.4371]],
    ['EPSG:4497', [109.55, 30.75], [19361151.7396, 3404155.9226]],
  ] as const)('%s puts a place where PROJ puts it', (crs, at, [east, north]) => {
    const plane = planeOf(crs)
    if (!plane) throw new Error('no plane')
    const grid = toGrid(at as unknown as [number, number], plane)
    expect(Math.abs(grid[0] - east)).toBeLessThan(1e-3)
    expect(Math.abs(grid[1] - north)).toBeLessThan(1e-3)
  })

  it('knows the zones of China only', () => {
    expect([4491, 4501, 4502, 4512, 4513, 4533, 4534, 4554].map((code) => planeOf(`EPSG:${code}`)?.meridian)).toEqual([75, 135, 75, 135, 75, 135, 75, 135])
    expect([planeOf('EPSG:27700'), planeOf('EPSG:4490'), planeOf(undefined)]).toEqual([null, null, null])
  })
})

describe('the graticule', () => {
  it('stands on round figures, a handful across the view', () => {
    const { features } = graticuleOf([109.55, 30.75, 110.2, 31.48])
    const names = features.flatMap(({ properties }) => (properties?.['name'] ? [String(properties['name'])] : []))
    expect(names).toEqual(['109°40′E', '109°50′E', '110°E', '110°10′E', '30°50′N', '31°N', '31°10′N', '31°20′N'])
  })

  it('writes angles as maps do', () => {
    expect([angle(109.875, 'E', 'W'), angle(-0.5, 'E', 'W'), angle(31 + 1 / 3600, 'N', 'S')]).toEqual(['109°52′30″E', '0°30′W', '31°00′01″N'])
  })
})

describe('what lies at a place', () => {
  const found: Identified = { lon: 109.88, lat: 31.07, grid: { crs: 'EPSG:4546', east: 393110.235, north: 3439274.437 }, features: [feature('township', '巫峡镇'), feature('red-line', '大宁河')] }

  it('is named by its township, with document, version and area of every feature', async () => {
    const panel = mount(IdentifyPanel, { props: { found, problem: null }, global: global() })
    expect(panel.get('h2').text()).toBe('巫峡镇')
    for (const part of ['大宁河', 'red-line-1', '水源涵养', '12345.68 m²', '1.2346 公顷', '500237.red-line@2022', '文〔2022〕1号（2022-11-01 起生效）', '示意', 'X 3439274.44', 'Y 393110.23']) {
      expect(panel.text()).toContain(part)
    }
    await panel.get('li button').trigger('click')
    expect(panel.emitted('show')?.[0]).toEqual([found.features[1]])
  })

  it('may be nothing', () => {
    const panel = mount(IdentifyPanel, { props: { found: { ...found, features: [] }, problem: null }, global: global() })
    expect(panel.text()).toContain('此处不在任何图斑内。')
  })
})

describe('the search', () => {
  const answer: Found = {
    places: [{ lon: 109.88, lat: 31.07, crs: 'EPSG:4546', x: 392600, y: 3439600, in_county: false }], features: [feature('township', '巫峡镇')],
    checks: [{ id: 'a'.repeat(64), created_at: '2026-11-26T00:00:00Z', name: '码头', area_m2: 1, outcome: 'review', schematic: true }],
  }
  const box = (search: (text: string) => Promise<Found>) => mount(SearchBox, { attachTo: document.body, global: global({ search }) })

  it('takes the likeliest at Enter, though its answer is still under way', async () => {
    const asked: string[] = []
    const search = box((text) => {
      asked.push(text)
      return Promise.resolve(answer)
    })
    await search.get('input').setValue(' 巫峡 ')
    await search.get('input').trigger('keydown', { key: 'Enter' })
    await flushPromises()
    expect(asked).toEqual(['巫峡'])
    expect(search.emitted('found')?.[0]).toMatchObject([{ kind: 'place' }])
    search.unmount()
  })

  it('waits until the typing rests, and is walked through by keys', async () => {
    vi.useFakeTimers()
    const asked: string[] = []
    const search = box((text) => {
      asked.push(text)
      return Promise.resolve(answer)
    })
    for (const text of ['巫', '巫峡']) await search.get('input').setValue(text)
    await vi.advanceTimersByTimeAsync(1000)
    vi.useRealTimers()
    await flushPromises()
    expect(asked).toEqual(['巫峡'])
    expect(search.findAll('[role=option]').map((option) => option.get('strong').text())).toEqual(['东经 109.880000°　北纬 31.070000°', '巫峡镇', '码头'])
    expect(search.text()).toContain('在县域外')
    await search.get('input').trigger('keydown', { key: 'ArrowUp' })
    expect(search.get('[aria-selected=true]').text()).toContain('码头')
    await search.get('input').trigger('keydown', { key: 'Enter' })
    expect(search.emitted('found')?.[0]).toMatchObject([{ kind: 'check' }])
    search.unmount()
  })

  it('is led to by ctrl and K', async () => {
    const search = box(() => Promise.resolve(answer))
    window.dispatchEvent(new KeyboardEvent('keydown', { key: 'k', ctrlKey: true, cancelable: true }))
    expect(document.activeElement).toBe(search.get('input').element)
    search.unmount()
  })
})
