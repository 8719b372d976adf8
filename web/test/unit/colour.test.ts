import { describe, expect, it } from 'vitest'
import { contrast, GROUND, inkOf, rgb } from '../../src/layers/colour'

describe('rgb', () => {
  it('reads only #RRGGBB', () => {
    expect(rgb('#0072b2')).toEqual([0, 0x72, 0xb2])
    expect(rgb('red')).toEqual(rgb('no colour'))
  })
})

describe('contrast', () => {
  it.each([['#000000', '#FFFFFF', 21], ['#777777', '#FFFFFF', 4.48], ['#2563EB', '#FFFFFF', 5.17]])(
    '%s on %s is %s, as WCAG counts', (one, other, want) => {
      expect(contrast(one, other)).toBeCloseTo(want, 1)
      expect(contrast(other, one)).toBeCloseTo(want, 1)
    })
})

describe('inkOf', () => {
  it.each(['#f2f2f2', '#f0e442', '#56b4e9', '#ffffff', '#e69f00'])('makes %s readable on the ground', (colour) => {
    expect(contrast(inkOf(colour), GROUND)).toBeGreaterThanOrEqual(4.5)
  })

  it('keeps a colour that is dark enough', () => {
    expect(inkOf('#a50f15')).toBe('#a50f15')
  })
})
