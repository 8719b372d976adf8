import { describe, expect, it } from 'vitest'
import { openApi } from '../../src/api'
import { formOf } from '../../src/api/question'
import { metresOf } from '../../src/check/options'
import { noParameters, parametersText } from '../../src/upload/parameters'

const file = new File(['{}'], 'a.geojson')

describe('formOf', () => {
  it('leaves out what was not said', () => {
    expect([...formOf({ file, crs: ' ', name: '' }).keys()]).toEqual(['file'])
  })

  it('names the fields as the contract does, one choice each', () => {
    const form = formOf({
      file, crs: 'EPSG:4546', name: '甲', width: 12.5, radius: 30, datum: 'bd09', parameters: '甲组', confirmCrs: true, choices: { a: '1', b: '2' },
    })
    expect([...form.entries()].slice(1)).toEqual([
      ['crs', 'EPSG:4546'], ['name', '甲'], ['width', '12.5'], ['radius', '30'], ['datum', 'bd09'], ['parameters', '甲组'], ['confirm_crs', 'true'],
      ['choice', 'a=1'], ['choice', 'b=2'],
    ])
  })
})

describe('seven parameters', () => {
  const values = ['1.5', ' -2', '3', '0.1', '0.2', '0.3', '4']
  const text = (over: object) => parametersText({ ...noParameters(), ...over })
  it('are told as the server takes them, and not before nothing is missing', () => {
    expect(text({})).toBe('')
    expect(text({ way: 'held', name: ' 示例西安80 ' })).toBe('示例西安80')
    expect(text({ way: 'file', file: { name: 'a.yaml', text: '- name: 甲' } })).toBe('- name: 甲\n')
    expect(text({ way: 'own', convention: 'coordinate-frame' })).toBe('xian80/coordinate-frame/m/arcsecond/ppm:file')
    expect(text({ way: 'written', convention: 'position-vector', values })).toBe('xian80/position-vector/m/arcsecond/ppm:1.5,-2,3,0.1,0.2,0.3,4')
    for (const missing of [
      { way: 'held', name: ' ' }, { way: 'file' }, { way: 'own' }, { way: 'written', values }, { way: 'written', convention: 'position-vector' },
      { way: 'written', convention: 'position-vector', values: [...values.slice(1), '1,5'] },
    ]) expect(text(missing)).toBeNull()
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
