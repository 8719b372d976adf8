import { describe, expect, it } from 'vitest'
import { fileOfText } from '../../src/check/typed'

async function read(text: string): Promise<string> {
  const typed = fileOfText(text)
  return 'file' in typed ? `${typed.file.name}: ${await typed.file.text()}` : `${typed.wrong} ${typed.line ?? ''}`
}

describe('typed coordinates', () => {
  it('are handed on where they have a form of their own', async () => {
    expect(await read(' MULTIPOLYGON(((1 2)))\n')).toBe('坐标.wkt: MULTIPOLYGON(((1 2)))')
    expect(await read('linestring (1 2, 3 4)')).toMatch(/^坐标.wkt/)
    expect(await read('{"type":"Point"}')).toMatch(/^坐标.geojson/)
    expect(await read('[属性描述]\n坐标系=2000国家大地坐标系')).toMatch(/^坐标.txt/)
    expect(await read('4,1.2,1,地块,面,,,,@\nJ1,1,3439600,392600')).toMatch(/^坐标.txt/)
    expect(await read('点号,纵坐标(X),横坐标(Y)\nJ1,3439600,392600')).toMatch(/^坐标.csv: 点号,纵/)
    expect(await read('lon,lat\n109.8,31')).toMatch(/^坐标.csv: lon,lat/)
  })

  it('get the names of their columns by where the numbers can lie', async () => {
    const table = (columns: string, ...rows: string[]) => `坐标.csv: 地块编号,点号,${columns}\n${rows.join('\n')}`
    expect(await read('3439600.12 392600\n3439650,393050')).toBe(table('纵坐标(X),横坐标(Y)', '1,,3439600.12,392600', '1,,3439650,393050'))
    expect(await read('37392600\t3439600')).toBe(table('横坐标(Y),纵坐标(X)', '1,,37392600,3439600'))
    expect(await read('109.88，31.07')).toBe(table('经度,纬度', '1,,109.88,31.07'))
    expect(await read('31.07, 109.88')).toBe(table('纬度,经度', '1,,31.07,109.88'))
  })

  it('may carry numbers of points, and a blank line begins another parcel', async () => {
    expect(await read('J1 3439600 392600\nJ2 3439650 393050\n\n1 3439700 393100')).toBe(
      '坐标.csv: 地块编号,点号,纵坐标(X),横坐标(Y)\n1,J1,3439600,392600\n1,J2,3439650,393050\n2,1,3439700,393100')
  })

  it('are refused with the line, or where they do not say which is which', async () => {
    expect(await read('  \n ')).toBe('empty ')
    expect(await read('3439600 392600\n3439600')).toBe('unreadable 2')
    expect(await read('1 2 3 4')).toBe('unreadable 1')
    expect(await read('3439600 392600\n392600 3439600')).toBe('axes ')
    expect(await read('30 31')).toBe('axes ')
  })
})
