import { describe, expect, it } from 'vitest'
import { normalCrs } from '../../src/upload/crs'
import { fileSize } from '../../src/upload/file'
import { boundsOf, outlineOf } from '../../src/site/outline'

const polygon = { type: 'Polygon', coordinates: [[[109.8, 31], [109.9, 31.1], [109.85, 31.2], [109.8, 31]]] }
const file = (name: string, content: unknown) =>
  new File([typeof content === 'string' ? content : JSON.stringify(content)], name)

describe('outlineOf', () => {
  it('reads GeoJSON in degrees', async () => {
    const outline = await outlineOf(file('a.geojson', { type: 'Feature', properties: {}, geometry: polygon }))
    expect(outline?.bounds).toEqual([109.8, 31, 109.9, 31.2])
  })

  it.each([
    ['metres', 'a.geojson', { type: 'Polygon', coordinates: [[[481000, 3439000], [482000, 3439000], [481000, 3440000], [481000, 3439000]]] }],
    ['broken JSON', 'a.json', '{"type":"Poly'],
    ['no coordinates', 'a.json', { type: 'FeatureCollection', features: [] }],
    ['another format', 'a.gpkg', polygon],
    ['more than 8 MB', 'a.geojson', JSON.stringify(polygon) + ' '.repeat(8 << 20)],
  ])('leaves %s to the server', async (_, name, content) => {
    expect(await outlineOf(file(name, content))).toBeNull()
  })
})

describe('boundsOf', () => {
  it('goes through collections of every depth', () => {
    const nested = { features: [{ geometry: { geometries: [polygon, { coordinates: [1, 2, 500] }] } }, { geometry: null }] }
    expect(boundsOf(nested)).toEqual([1, 2, 109.9, 31.2])
  })
})

describe('normalCrs', () => {
  it.each([
    ['', ''], ['  ', ''], ['4546', 'EPSG:4546'], ['epsg:4546', 'EPSG:4546'], ['EPSG： 4490', 'EPSG:4490'],
    ['西安80', null], ['EPSG:45', null], ['EPSG:4546; drop', null],
  ])('%s is %s', (typed, want) => {
    expect(normalCrs(typed)).toBe(want)
  })
})

describe('fileSize', () => {
  it.each([[12, '12 B'], [2048, '2.0 KB'], [204800, '200 KB'], [3 << 20, '3.0 MB']])('%s is %s', (bytes, want) => {
    expect(fileSize(bytes)).toBe(want)
  })
})
