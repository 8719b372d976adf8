import type { Stats } from '../api'
import { percent } from '../area/area'
import { classOf, NOTHING, quantiles, ramp, type Choropleth } from '../map/choropleth'

/** The townships coloured by a column's share of each (占乡镇), which areas of different size can be compared by. */
export function choroplethOf(stats: Stats, column: number, title: string): Choropleth {
  const shares = stats.rows.map(({ shares: s }) => s[column] ?? 0)
  const bounds = quantiles(shares)
  // Few classes are spread over the whole ramp.
  const colourOf = (i: number) => ramp[bounds.length > 1 ? Math.round((i * (ramp.length - 1)) / (bounds.length - 1)) : ramp.length - 1] ?? NOTHING
  const from = (i: number) => (i === 0 ? Math.min(...shares.filter((share) => share > 0)) : bounds[i - 1] ?? 0)
  const classes = bounds.map((bound, i) => ({
    colour: colourOf(i),
    label: from(i) === bound ? percent(bound) : `${percent(from(i))} – ${percent(bound)}`,
  }))
  return {
    layer: 'township', title, classes,
    areas: stats.rows.map(({ code, name }, i) => ({ code, name, class: classOf(shares[i] ?? 0, bounds) })),
  }
}
