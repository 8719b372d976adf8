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
 * The map's style of layers given from top to bottom. Bottom to top: fills, then
 * lines, then names.
 */
export function styleOf(layers: readonly Drawable[]): StyleSpecification {
  const box = unionOf(layers.map(({ tiles }) => tiles.bounds)) // another version of a layer may reach further
  const parts = layers.flatMap((layer) => [...fillOf(layer), lineOf(layer), ...labelOf(layer)])
  const byId = new Map(parts.map((part) => [part.id, part]))
  return {
    version: 8,
    sources: Object.assign({}, ...layers.map((layer) => sourcesOf(layer, box))),
    layers: [background, ...upwards(layers).flatMap((id) => byId.get(id) ?? [])],
  }
}

/** The ids of all parts, bottom to top. Where names meet the last one stands: those of townships before all others. */
export function upwards(layers: readonly Drawable[]): string[] {
  const upward = [...layers].reverse()
  const covering = [...upward].sort((a, b) => Number(a.tiling) - Number(b.tiling))
  return [...upward.map(({ key }) => `${key}:fill`), ...upward.map(({ key }) => `${key}:line`), ...covering.map(({ key }) => `${key}:label`)]
}

/** What a layer's parts are painted with at an opacity, 0…1. */
export function opacitiesOf({ key, colour }: Drawable, times: number): [id: string, property: string, value: number | ExpressionSpecification][] {
  const theme = themeOf(key, colour)
  return [
    [`${key}:fill`, 'fill-opacity', fillOpacity(theme, times)],
    [`${key}:line`, 'line-opacity', times],
    [`${key}:label`, 'text-opacity', times],
  ]
}

function fillOpacity({ fill, opacity }: Theme, times: number): number | ExpressionSpecification {
  if (fill === 'hatch' || fill === 'dots') return times
  const rest = fill === 'none' ? 0 : opacity // an invisible fill still answers to the pointer
  return ['case', hovered, Math.min(1, rest + 0.14) * times, rest * times]
}

/** The box around all boxes. */
export function unionOf(boxes: readonly TileSet['bounds'][]): TileSet['bounds'] {
  return boxes.reduce<TileSet['bounds']>(
    (all, box) => [
      Math.min(all[0], box[0]), Math.min(all[1], box[1]), Math.max(all[2], box[2]), Math.max(all[3], box[3]),
    ],
    boxes[0] ?? [-180, -85, 180, 85],
  )
}

const hovered: ExpressionSpecification = ['boolean', ['feature-state', 'hover'], false]

/** A layer's tiles, and for the names of a labelled layer a source that the map fills. */
function sourcesOf({ key, colour, tiles: t }: Drawable, bounds: TileSet['bounds']): StyleSpecification['sources'] {
  return {
    [key]: { type: 'vector', tiles: t.tiles, minzoom: t.minzoom, maxzoom: t.maxzoom, bounds },
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
  return [{
    ...shared,
    paint: {
      'fill-color': colourOf(theme),
      'fill-opacity': fillOpacity(theme, 1),
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
