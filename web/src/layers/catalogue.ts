import type { Api, Layer, TileJson } from '../api'
import type { Drawable, TileSet } from './style'

/** The layers of a county, and of those in force what drawing needs. */
export interface Catalogue {
  county: { code: string; name: string }
  layers: Layer[]
  drawables: Drawable[]
  /** EPSG code of the county's Gauss-Krüger plane. */
  plane?: string
}

/** Asks the server for the county's layers and their tiles. */
export async function readCatalogue(api: Api): Promise<Catalogue> {
  const { county, layers, plane } = await api.layers()
  const drawn = await Promise.all(layers.filter((layer) => layer.in_force).map((layer) => drawable(api, layer)))
  return { county, layers, plane, drawables: drawn.filter((layer) => layer !== null) }
}

/** A layer without tiles stays in the list; it is only not drawn. */
async function drawable(api: Api, { key, colour, tiles: tiling }: Layer): Promise<Drawable | null> {
  try {
    const tiles = tileSetOf(await api.tileJson(key), window.location.origin)
    return tiles && { key, colour, tiling, tiles }
  } catch {
    return null
  }
}

/** The same layer as another of its versions has it; null where that cannot be drawn. */
export async function drawableAt(api: Api, layer: Drawable, label: string): Promise<Drawable | null> {
  try {
    const tiles = tileSetOf(await api.tileJson(`${layer.key}@${label}`), window.location.origin)
    return tiles && { ...layer, tiles }
  } catch {
    return null
  }
}

const wholeWorld: TileSet['bounds'] = [-180, -85.05, 180, 85.05]

/**
 * The part of a TileJSON that drawing needs. Whatever host a tile's address
 * names, it is asked from the page's own: nothing else is ever requested.
 */
export function tileSetOf(tileJson: TileJson, origin: string): TileSet | null {
  const sourceLayer = tileJson.vector_layers[0]?.id
  if (!sourceLayer) return null
  const { bounds } = tileJson
  return {
    // new URL() would percent-encode the braces of {z}/{x}/{y}
    tiles: tileJson.tiles.map((address) => origin + address.replace(/^https?:\/\/[^/]+/, '')),
    sourceLayer,
    minzoom: tileJson.minzoom,
    maxzoom: tileJson.maxzoom,
    bounds: bounds?.length === 4 ? (bounds as TileSet['bounds']) : wholeWorld,
  }
}
