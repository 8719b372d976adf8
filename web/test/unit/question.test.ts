import { describe, expect, it } from 'vitest'
import { openApi } from '../../src/api'
import { formOf } from '../../src/api/question'
import { metresOf } from '../../src/check/options'

const file = new File(['{}'], 'a.geojson')

describe('formOf', () => {
  it('leaves out what was not said', () => {
    expect([...formOf({ file, crs: ' ', name: '' }).keys()]).toEqual(['file'])
  })

  it('names the fields as the contract does, one choice each', () => {
    const form = formOf({
      file, crs: 'EPSG:4546', name: '甲', width: 12.5, radius: 30, datum: 'bd09', confirmCrs: true, choices: { a: '1', b: '2' },
    })
    expect([...form.entries()].slice(1)).toEqual([
      ['crs', 'EPSG:4546'], ['name', '甲'], ['width', '12.5'], ['radius', '30'], ['datum', 'bd09'], ['confirm_crs', 'true'],
      ['choice', 'a=1'], ['choice', 'b=2'],
    ])
  })
})

describe('metresOf', () => {
  it.each([
    ['', undefined], ['  ', undefined], ['12.5', 12.5], ['10000', 10000],
    ['0', null], ['-3', null], ['10000.1', null], ['1e3', null], ['12米', null],
  ])('%s is %s', (typed, want) => {
    expect(metresOf(typed)).toBe(want)
  })
})

describe('paperAddress', () => {
  it('is the one of the contract', () => {
    expect(openApi('/x').paperAddress('ab', 'pdf')).toBe('/x/api/v1/checks/ab.pdf')
  })
})
