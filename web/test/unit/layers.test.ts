import { validateStyleMin } from '@maplibre/maplibre-gl-style-spec'
import { describe, expect, it } from 'vitest'
import type { TileJson } from '../../src/api'
import { readCatalogue, tileSetOf } from '../../src/layers/catalogue'
import { arrangementOf, changed, moved, readArrangement, written } from '../../src/layers/arrangement'
import { labelPoint } from '../../src/layers/label'
import { pattern } from '../../src/layers/pattern'
import { colourOf, opacitiesOf, partIds, styleOf, type Drawable } from '../../src/layers/style'
import { themeOf } from '../../src/layers/theme'
import { namesOf } from '../../src/map/names'
import { fakeApi, layerList, tileJson } from './fake-api'

const drawable = (key: string, tiling = false): Drawable => ({
  key,
  tiling,
  tiles: { tiles: [`http://127.0.0.1/${key}/{z}/{x}/{y}.mvt`], sourceLayer: key, minzoom: 0, maxzoom: 14, bounds: [109, 30, 111, 32] },
})
const known = [
  'red-line', 'protected-area', 'control-unit', 'farmland', 'urban-boundary', 'scenic-area', 'heritage', 'project',
].map((key) => drawable(key, key === 'control-unit')).concat(drawable('township', true))

const inOrder = (layers: Drawable[]) => arrangementOf(layers).flatMap(({ key }) => layers.filter((layer) => layer.key === key))

describe('styleOf', () => {
  it('is a valid style for every known layer and for one nobody knows', () => {
    expect(validateStyleMin(styleOf([...known, drawable('quarry')]))).toEqual([])
  })

  it('asks for no glyphs and no sprite', () => {
    const style = styleOf(known)
    expect(style.glyphs).toBeUndefined()
    expect(style.sprite).toBeUndefined()
  })

  it('draws covering layers first, the first of the list on top', () => {
    const fills = styleOf(inOrder(known)).layers.map(({ id }) => id).filter((id) => id.endsWith(':fill'))
    expect(fills.slice(0, 2)).toEqual(['township:fill', 'control-unit:fill'])
    expect(fills.at(-1)).toBe('red-line:fill')
  })

  it('places the names of townships before all others', () => {
    expect(styleOf(inOrder(known)).layers.at(-1)?.id).toBe('township:label')
  })

  it('names its layers by the parts that visibility switches', () => {
    const ids = styleOf([drawable('township')]).layers.map(({ id }) => id)
    expect(ids).toEqual(['background', ...partIds('township')])
  })
})

describe('themeOf', () => {
  it("takes the profile's colour over its own", () => {
    expect(themeOf('red-line', '#112233').colour).toBe('#112233')
  })

  it('tells every two layers apart without colour', () => {
    const looks = known.map(({ key }) => {
      const { fill, line, opacity } = themeOf(key)
      return JSON.stringify([fill, line, opacity])
    })
    expect(new Set(looks).size).toBe(looks.length)
  })

  it('colours control units by class', () => {
    expect(JSON.stringify(colourOf(themeOf('control-unit')))).toContain('优先')
    expect(colourOf(themeOf('farmland'))).toBe(themeOf('farmland').colour)
  })
})

describe('pattern', () => {
  it.each(['hatch', 'dots'] as const)('%s is drawn in the colour, strong and faint', (kind) => {
    const { width, height, data } = pattern(kind, '#C8281E')
    expect(data).toHaveLength(width * height * 4)
    expect([...data.slice(0, 3)]).toEqual([0xc8, 0x28, 0x1e])
    expect(new Set(data.filter((_, i) => i % 4 === 3)).size).toBe(2)
  })
})

describe('tileSetOf', () => {
  it.each([
    ['http://elsewhere:8080/tiles/red-line@2022/{z}/{x}/{y}.mvt'],
    ['/tiles/red-line@2022/{z}/{x}/{y}.mvt'],
  ])("asks the page's own host, whatever %s says", (address) => {
    const set = tileSetOf({ ...tileJson('red-line'), tiles: [address] }, 'http://127.0.0.1:9')
    expect(set?.tiles).toEqual(['http://127.0.0.1:9/tiles/red-line@2022/{z}/{x}/{y}.mvt'])
  })

  it('has no tiles without a layer in them', () => {
    expect(tileSetOf({ ...tileJson('red-line'), vector_layers: [] } as TileJson, '')).toBeNull()
  })
})

describe('readCatalogue', () => {
  it('draws what is in force, and keeps in the list what has no tiles', async () => {
    const api = fakeApi({
      layers: () => Promise.resolve(layerList),
      tileJson: (key) => (key === 'farmland' ? Promise.reject(new Error('no tiles')) : Promise.resolve(tileJson(key))),
    })
    const { layers, drawables } = await readCatalogue(api)
    expect(layers.map(({ key }) => key)).toEqual(['red-line', 'farmland', 'heritage'])
    expect(drawables.map(({ key }) => key)).toEqual(['red-line'])
  })
})

describe('labelPoint', () => {
  //  3 ┌─┐     ┌─┐
  //    │ │     │ │    the box's middle lies in the gap: the name goes into an arm
  //  1 │ └─────┘ │
  //  0 └─────────┘
  //    0 1     4 5
  const u = [[0, 0], [5, 0], [5, 3], [4, 3], [4, 1], [1, 1], [1, 3], [0, 3], [0, 0]]

  it('stands inside a polygon, not in its gap', () => {
    expect(labelPoint({ type: 'Polygon', coordinates: [u] })?.at).toEqual([0.5, 1.5])
  })

  it('stands in the largest part, beside its hole', () => {
    const square = (from: number, size: number) =>
      [[from, 0], [from + size, 0], [from + size, size], [from, size], [from, 0]]
    const holed = [square(10, 10), [[11, 3], [15, 3], [15, 7], [11, 7], [11, 3]]]
    expect(labelPoint({ type: 'MultiPolygon', coordinates: [[square(0, 1)], holed] })?.at).toEqual([17.5, 5])
  })

  it('has no place for what is no polygon', () => {
    expect(labelPoint({ type: 'Point', coordinates: [1, 2] })).toBeNull()
  })
})

describe('namesOf', () => {
  it('names a feature once, in its largest part, and skips the nameless', () => {
    const part = (id: number, name: string, size: number) => ({
      id,
      properties: { name },
      geometry: { type: 'Polygon' as const, coordinates: [[[0, 0], [size, 0], [size, size], [0, size], [0, 0]]] },
    })
    const names = namesOf([part(7, '巫峡镇', 1), part(7, '巫峡镇', 4), part(7, '巫峡镇', 2), part(8, '', 9)])
    expect(names).toEqual([
      { type: 'Feature', properties: { name: '巫峡镇' }, geometry: { type: 'Point', coordinates: [2, 2] } },
    ])
  })
})

describe('the arrangement', () => {
  const usual = arrangementOf(known)

  it('lies in order: what covers the county below', () => {
    expect(usual.slice(-2).map(({ key }) => key)).toEqual(['control-unit', 'township'])
  })

  it('moves a layer a step, not beyond the ends', () => {
    const keys = (layers: typeof usual) => layers.map(({ key }) => key).slice(0, 2)
    expect(keys(moved(usual, 'red-line', 1))).toEqual(['protected-area', 'red-line'])
    expect(keys(moved(usual, 'red-line', -1))).toEqual(keys(usual))
  })

  it('is read as it was written', () => {
    const set = moved(changed(changed(usual, 'red-line', { opacity: 60, label: '2018' }), 'farmland', { shown: false }), 'heritage', -1)
    expect(written(set)).toContain('red-line@2018~60')
    expect(readArrangement(written(set), usual)).toEqual(set)
  })

  it('keeps what an address does not name, and drops what it makes up', () => {
    const read = readArrangement('township~5,township,nothing,red-line@<x>', usual)
    expect(read[0]).toEqual({ key: 'township', shown: true, opacity: 10, label: '' })
    expect(read.map(({ key }) => key).sort()).toEqual(usual.map(({ key }) => key).sort())
    expect(read.find(({ key }) => key === 'red-line')?.label).toBe('')
  })

  it('paints a layer fainter, its pointer answer too', () => {
    expect(opacitiesOf(drawable('red-line'), 0.5)[0]).toEqual(['red-line:fill', 'fill-opacity', 0.5])
    const [, , value] = opacitiesOf(drawable('urban-boundary'), 0.5)[0] ?? []
    expect((value as number[])[3]).toBeCloseTo(themeOf('urban-boundary').opacity / 2)
  })
})
