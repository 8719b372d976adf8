import { describe, expect, it } from 'vitest'
import { format, percent } from '../../src/area/area'

describe('format', () => {
  it.each([
    // halves go up on the decimal, not on the binary fraction: 12345.675 is below it
    [12345.675, 'm2', '12345.68'],
    [1.005, 'm2', '1.01'],
    [-1.005, 'm2', '-1.01'],
    [0, 'm2', '0.00'],
    [-0.001, 'm2', '0.00'],
    [1e-7, 'm2', '0.00'],
    [0.00499, 'm2', '0.01'], // by way of 0.0050: every unit derives from 0.0001 m²
    [10000, 'ha', '1.0000'],
    [0.5, 'ha', '0.0001'],
    [2000 / 3, 'mu', '1.00'],
    [6666.6667, 'mu', '10.00'],
    [3.3333, 'mu', '0.00'],
    [3.3334, 'mu', '0.01'],
    [2958000000, 'km2', '2958.00'],
    [2958000000.0001, 'm2', '2958000000.00'],
    [1e21, 'km2', '1000000000000000.00'],
  ] as const)('%s m² in %s is %s', (area, unit, want) => {
    expect(format(area, unit)).toBe(want)
  })

  it('prints a dash for what is no number', () => {
    expect(format(Number.NaN, 'm2')).toBe('—')
  })
})

describe('percent', () => {
  it.each([
    [0.3643, '36.43 %'],
    [1, '100.00 %'],
    [0.00005, '0.01 %'],
    [0.00004, '0.00 %'],
    [Number.NaN, '—'],
  ])('%s is %s', (share, want) => {
    expect(percent(share)).toBe(want)
  })
})
