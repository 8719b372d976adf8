import type { ExpressionSpecification } from 'maplibre-gl'
import type { Drawable } from '../layers/style'
import type { MapLibreMap } from './maplibre'

/** 分级设色: areas of a layer coloured by class of a figure. */
export interface Choropleth {
  layer: string
  /** What is shown, for the legend. */
  title: string
  classes: { colour: string; label: string }[]
  /** The class of each area, by index; areas that are not named stay plain. */
  areas: { code: string; name: string; class: number }[]
}

/** ColorBrewer's YlGnBu: light to dark, so that order is read without colour. */
export const ramp = ['#ffffcc', '#a1dab4', '#41b6c4', '#2c7fb8', '#253494'] as const

/** The colour of nothing at all, apart from the least of something. */
export const NOTHING = '#e9eaec'

/**
 * Upper bounds of classes that hold equally many figures (分位数), largest last;
 * equal figures are never parted. Nothing is in no class.
 */
export function quantiles(values: readonly number[], most: number = ramp.length): number[] {
  const ordered = values.filter((value) => value > 0).sort((a, b) => a - b)
  const bounds = Array.from({ length: most }, (_, i) => ordered[Math.ceil(((i + 1) * ordered.length) / most) - 1])
  return [...new Set(bounds.filter((bound) => bound !== undefined))]
}

/** The class of a figure: -1 for nothing, else the first whose bound is not below it. */
export function classOf(value: number, bounds: readonly number[]): number {
  return value > 0 ? bounds.findIndex((bound) => value <= bound) : -1
}

/** The colour of an area by its code, or by its name where the delivery has other codes. */
export function areaColour({ classes, areas }: Choropleth): ExpressionSpecification | string {
  if (areas.length === 0) return NOTHING
  const by = (property: 'code' | 'name', otherwise: unknown) => {
    const seen = new Set<string>()
    const cases = areas.flatMap((area) => {
      if (seen.has(area[property])) return []
      seen.add(area[property])
      return [area[property], classes[area.class]?.colour ?? NOTHING]
    })
    return ['match', ['to-string', ['get', property]], ...cases, otherwise]
  }
  return by('code', by('name', NOTHING)) as ExpressionSpecification
}

/** Colours the areas below the lines of all layers; null takes the colours away. */
export function showChoropleth(map: MapLibreMap, layers: readonly Drawable[], choropleth: Choropleth | null): void {
  if (map.getLayer('choropleth')) map.removeLayer('choropleth')
  const drawn = layers.find(({ key }) => key === choropleth?.layer)
  if (!choropleth || !drawn) return
  const lines = map.getStyle().layers.find(({ type, id }) => type === 'line' && id.endsWith(':line'))
  map.addLayer({
    id: 'choropleth', type: 'fill', source: drawn.key, 'source-layer': drawn.tiles.sourceLayer,
    paint: { 'fill-color': areaColour(choropleth), 'fill-opacity': 0.86 },
  }, lines?.id)
}
