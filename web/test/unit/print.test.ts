import { describe, expect, it } from 'vitest'
import { pageOf } from '../../src/print/pdf'
import { barOf, frameOf, pixels, roundScale, scaleOf } from '../../src/print/sheet'
import { parcelsOnMap } from '../../src/batch/parcels-on-map'
import { fakeApi } from './fake-api'

describe('a printed sheet', () => {
  it('has its paper at 300 dpi, and the map within its margins', () => {
    const { sheet, map } = frameOf({ paper: 'A4', landscape: true })
    expect(sheet.map(pixels)).toEqual([3508, 2480])
    expect(map.x + map.width).toBe(sheet[0] - map.x)
    expect(map.y + map.height).toBeLessThan(sheet[1])
    expect(frameOf({ paper: 'A3', landscape: false }).sheet).toEqual([297, 420])
  })

  it('says its scale: a pixel of 1/96 inch at the equator is 78271.5 m at zoom 0', () => {
    expect(scaleOf(0, 0)).toBeCloseTo(295_829_355.45, 0)
    expect([scaleOf(0, 0), scaleOf(10, 31)].map(roundScale)).toEqual([300_000_000, 250_000])
    expect(barOf(250_000, 45)).toEqual({ metres: 10_000, mm: 40 })
    expect(barOf(1000, 45).metres).toBe(20)
  })

  it('is a PDF whose offsets are true', async () => {
    const text = new TextDecoder('latin1').decode(await pageOf(new Uint8Array([0xff, 0xd8, 0xff, 0xd9]), { pixels: [2, 3], points: [595.28, 841.89], title: '图𠮷' }).arrayBuffer())
    const table = Number(/startxref\n(\d+)/.exec(text)?.[1])
    expect(text.slice(table, table + 4)).toBe('xref')
    const offsets = [...text.slice(table).matchAll(/(\d{10}) 00000 n/g)].map(([, offset]) => Number(offset))
    expect(offsets.map((offset, i) => text.slice(offset).startsWith(`${i + 1} 0 obj\n`))).toEqual([true, true, true, true, true, true])
    expect(text).toContain('/MediaBox [0 0 595.280 841.890]')
    expect(text).toContain('/Title <FEFF56FED842DFB7>')
    expect(text).toMatch(/\/Length 4 >>\nstream\nÿØÿÙ\nendstream/)
  })
})

describe('the parcels of a batch on the map', () => {
  const shape = (number: number) => ({ number, name: `地块${number}`, state: 'answered' as const, outcome: number === 2 ? undefined : ('review' as const), geometry: { type: 'MultiPoint', coordinates: [[110, 31 + number]] } as unknown as Record<string, never> })

  it('come page by page, each with its outcome', async () => {
    const asked: number[] = []
    const api = fakeApi({
      shapes: (_, after = 0) => {
        asked.push(after)
        return Promise.resolve(after ? { shapes: [shape(3)] } : { shapes: [shape(1), shape(2)], next: '/x' })
      },
    })
    const outline = await parcelsOnMap(api, 'b', () => true)
    expect(asked).toEqual([0, 2])
    expect(outline?.bounds).toEqual([110, 32, 110, 34])
    expect(JSON.stringify(outline?.geojson)).toMatch(/"outcome":"review".*"outcome":"none".*"outcome":"review"/)
    expect(await parcelsOnMap(fakeApi({ shapes: () => Promise.resolve({ shapes: [] }) }), 'b', () => true)).toBeNull()
  })
})
