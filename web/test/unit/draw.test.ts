import { describe, expect, it } from 'vitest'
import { questionOf, type Asked } from '../../src/check/ask'
import { noMore } from '../../src/check/options'
import { drawnOf, pixelsOf } from '../../src/draw/drawing'
import type { Drawn } from '../../src/draw/drawn'

const line: Drawn = { type: 'Feature', properties: { shape: 'corridor' }, geometry: { type: 'LineString', coordinates: [[109.8, 31], [109.9, 31]] } }
const asked: Asked = { source: 'draw', file: null, drawn: [line], text: '', name: '路', crs: '西安80', more: { ...noMore(), datum: 'gcj02' } }

describe('a drawn site', () => {
  it('is what is finished, not what guides the hand', () => {
    const stored = (mode: string, more: object, geometry: object) => ({ type: 'Feature', properties: { mode, ...more }, geometry }) as never
    const point = { type: 'Point', coordinates: [109, 31] }
    const drawn = drawnOf([
      stored('linestring', {}, line.geometry),
      stored('linestring', { currentlyDrawing: true }, line.geometry),
      stored('point', {}, point),
      stored('polygon', { closingPoint: true }, point),
      stored('linestring', {}, point),
      stored('point', { selectionPoint: true }, point),
      stored('select', { midPoint: true }, point),
    ])
    expect(drawn.map(({ properties: { shape } }) => shape)).toEqual(['corridor', 'circle'])
  })

  it('is asked about in CGCS2000 degrees, with the width that a line needs', async () => {
    expect(questionOf(asked)).toEqual({ field: 'width' })
    expect(questionOf({ ...asked, more: { ...asked.more, width: '0' } })).toEqual({ field: 'width' })
    const question = questionOf({ ...asked, more: { ...asked.more, width: '30' } })
    if ('field' in question) throw new Error(question.field)
    expect(question).toMatchObject({ crs: 'EPSG:4490', width: 30, radius: undefined, datum: undefined, name: '路' })
    expect(JSON.parse(await question.file.text())).toEqual({ type: 'FeatureCollection', features: [{ type: 'Feature', properties: {}, geometry: line.geometry }] })
    expect(questionOf({ ...asked, drawn: [] })).toEqual({ field: 'drawn' })
  })

  it('is previewed at its size on the ground', () => {
    // At the equator a pixel of zoom 1 is 2πR/1024 = 39135.758 m.
    const at = (metres: number, latitude: number) => {
      const [, , , , zero, , most] = pixelsOf(metres, latitude) as [string, unknown, unknown, number, number, number, number]
      expect(most / zero).toBeCloseTo(2 ** 22)
      return zero * 2
    }
    expect(at(39135.758, 0)).toBeCloseTo(1, 5)
    expect(at(39135.758, 60)).toBeCloseTo(2, 5)
  })
})
