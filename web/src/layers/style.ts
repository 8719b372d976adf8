import type { ExpressionSpecification, LayerSpecification, StyleSpecification } from 'maplibre-gl'
import { GROUND } from './colour'
import { themeOf, type Theme } from './theme'

/** A layer that can be drawn: its key, its colour, and its tiles. */
export interface Drawable {
  key: string
  colour?: string
  /** Covers the county (townships, control units): drawn below the others. */
  tiling: boolean
  tiles: TileSet
}

/** The part of a TileJSON that drawing needs. */
export interface TileSet {
  tiles: string[]
  sourceLayer: string
  minzoom: number
  maxzoom: number
  bounds: [number, number, number, number]
}

/** Labels are drawn from the reader's own fonts: no glyphs are served. */
export const labelFonts = ['Microsoft YaHei', 'Noto Sans CJK SC', 'sans-serif']

/** What a pattern image is called in the map. */
export const patternName = (key: string): string => `pattern-${key}`

/** Where a labelled layer's names stand: one point a feature. */
export const nameSource = (key: string): string => `${key}:names`

/** The ids of a layer's parts in the style: fill, line, label. */
export const partIds = (key: string): string[] => ['fill', 'line', 'label'].map((part) => `${key}:${part}`)

const background: LayerSpecification = {
  id: 'background',
  type: 'background',
  paint: { 'background-color': GROUND },
}

/**
 * The map's style, bottom to top: fills, then lines, then names; in each the
 * layers that cover the county first, the list's first layer last, on top.
 */
export function styleOf(layers: readonly Drawable[]): StyleSpecification {
  const upwards = [...layers].reverse().sort((a, b) => Number(b.tiling) - Number(a.tiling))
  // Where names meet the last one stands: those of townships before all others.
  const covering = [...upwards].sort((a, b) => Number(a.tiling) - Number(b.tiling))
  return {
    version: 8,
    sources: Object.assign({}, ...layers.map(sourcesOf)),
    layers: [background, ...upwards.flatMap(fillOf), ...upwards.map(lineOf), ...covering.flatMap(labelOf)],
  }
}

const hovered: ExpressionSpecification = ['boolean', ['feature-state', 'hover'], false]

/** A layer's tiles, and for the names of a labelled layer a source that the map fills. */
function sourcesOf({ key, colour, tiles: t }: Drawable): StyleSpecification['sources'] {
  return {
    [key]: { type: 'vector', tiles: t.tiles, minzoom: t.minzoom, maxzoom: t.maxzoom, bounds: t.bounds },
    ...(themeOf(key, colour).labels
      ? { [nameSource(key)]: { type: 'geojson', data: { type: 'FeatureCollection', features: [] } } }
      : {}),
  }
}

function source({ key, tiles }: Drawable) {
  return { source: key, 'source-layer': tiles.sourceLayer }
}

function visibility(theme: Theme): { visibility: 'visible' | 'none' } {
  return { visibility: theme.shown ? 'visible' : 'none' }
}

/** The colour of a feature, by its class where the layer has classes; else the given one. */
export function colourOf(theme: Theme, otherwise = theme.colour): string | ExpressionSpecification {
  if (!theme.classes?.length) return otherwise
  const cases = theme.classes.flatMap(({ match, colour }): (ExpressionSpecification | string)[] => [
    ['in', match, ['to-string', ['get', 'class']]],
    colour,
  ])
  return ['case', ...cases, otherwise] as ExpressionSpecification
}

function fillOf(layer: Drawable): LayerSpecification[] {
  const theme = themeOf(layer.key, layer.colour)
  const shared = { id: `${layer.key}:fill`, type: 'fill', ...source(layer), layout: visibility(theme) } as const
  if (theme.fill === 'hatch' || theme.fill === 'dots') {
    return [{ ...shared, paint: { 'fill-pattern': patternName(layer.key) } }]
  }
  // An invisible fill still answers to the pointer.
  const opacity = theme.fill === 'none' ? 0 : theme.opacity
  return [{
    ...shared,
    paint: {
      'fill-color': colourOf(theme),
      'fill-opacity': ['case', hovered, Math.min(1, opacity + 0.14), opacity],
    },
  }]
}

function lineOf(layer: Drawable): LayerSpecification {
  const theme = themeOf(layer.key, layer.colour)
  const { width, dash } = theme.line
  return {
    id: `${layer.key}:line`,
    type: 'line',
    ...source(layer),
    layout: { ...visibility(theme), 'line-join': 'round' },
    paint: {
      'line-color': colourOf(theme, theme.ink),
      'line-width': ['case', hovered, width + 1.5, width],
      ...(dash ? { 'line-dasharray': dash } : {}),
    },
  }
}

function labelOf(layer: Drawable): LayerSpecification[] {
  const theme = themeOf(layer.key, layer.colour)
  if (!theme.labels) return []
  return [{
    id: `${layer.key}:label`,
    type: 'symbol',
    source: nameSource(layer.key),
    ...(theme.labelsFrom ? { minzoom: theme.labelsFrom } : {}),
    layout: {
      ...visibility(theme),
      'text-field': ['to-string', ['get', 'name']],
      'text-font': labelFonts,
      'text-size': layer.key === 'township' ? 13 : 11.5,
      'text-max-width': 8,
    },
    paint: { 'text-color': theme.ink, 'text-halo-color': '#FFFFFF', 'text-halo-width': 1.6 },
  }]
}
