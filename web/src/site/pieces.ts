import type { Api } from '../api'
import { boundsOf, type SiteOutline } from './outline'

/**
 * An answered site and its overlaps as the server knows them, whatever format
 * the file had. Null when they cannot be had: the answer stands without a map.
 */
export async function piecesOf(api: Api, id: string): Promise<SiteOutline | null> {
  try {
    const geojson = await api.pieces(id)
    const bounds = boundsOf(geojson)
    return bounds && { geojson, bounds }
  } catch {
    return null
  }
}
