import type { LayerSpecification } from 'maplibre-gl'
import { describe, expect, it } from 'vitest'
import { warmed } from '../../src/map/warm-up'

const line: LayerSpecification = {
  id: 'a:line', type: 'line', source: 'a', 'source-layer': 'x', minzoom: 9, filter: ['==', ['get', 'role'], 'site'],
  layout: { visibility: 'none' }, paint: { 'line-color': '#000', 'line-dasharray': [2, 1] },
}

describe('what is drawn once, unseen', () => {
  it('is painted as the layer is, whether that shows or not, from one source and without its filter', () => {
    expect(warmed([{ id: 'background', type: 'background', paint: {} }, line])).toEqual([{
      id: 'warm:a:line', type: 'line', source: 'warm', layout: { visibility: 'visible' },
      paint: { 'line-color': '#000', 'line-dasharray': [2, 1], 'line-opacity': 0.001 },
    }])
  })

  it('depends on the feature where the layer does: that is another shader', () => {
    const opacity = ['case', ['boolean', ['feature-state', 'hover'], false], 0.4, 0.2]
    const [faint] = warmed([{ id: 'a:fill', type: 'fill', source: 'a', paint: { 'fill-opacity': opacity as never } }])
    expect(faint).toMatchObject({ paint: { 'fill-opacity': ['*', 0.001, opacity] } })
  })
})
