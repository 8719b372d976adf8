import type { Geometry, Polygon, Position } from 'geojson'

/**
 * A point inside the largest polygon of a geometry, where its name can stand:
 * the middle of the widest stretch at the height of its box's middle.
 */
export function labelPoint(geometry: Geometry): { at: Position; size: number } | null {
  let best: { rings: Position[][]; size: number } | null = null
  for (const rings of polygonsOf(geometry)) {
    const size = ringArea(rings[0] ?? [])
    if (!best || size > best.size) best = { rings, size }
  }
  const at = best && middle(best.rings)
  return at && best ? { at, size: best.size } : null
}

function polygonsOf(geometry: Geometry): Polygon['coordinates'][] {
  if (geometry.type === 'Polygon') return [geometry.coordinates]
  return geometry.type === 'MultiPolygon' ? geometry.coordinates : []
}

/** By the shoelace, in square degrees: only to compare sizes on the screen. */
function ringArea(ring: Position[]): number {
  let twice = 0
  for (let i = 0; i + 1 < ring.length; i++) {
    const [x1 = 0, y1 = 0] = ring[i] ?? []
    const [x2 = 0, y2 = 0] = ring[i + 1] ?? []
    twice += x1 * y2 - x2 * y1
  }
  return Math.abs(twice) / 2
}

function middle(rings: Position[][]): Position | null {
  const heights = (rings[0] ?? []).map(([, y = 0]) => y)
  const y = (Math.min(...heights) + Math.max(...heights)) / 2
  const crossings = rings.flatMap((ring) => crossingsAt(ring, y)).sort((a, b) => a - b)
  let widest = -1
  let at: Position | null = null
  for (let i = 0; i + 1 < crossings.length; i += 2) {
    const [from = 0, to = 0] = crossings.slice(i, i + 2)
    if (to - from > widest) {
      widest = to - from
      at = [(from + to) / 2, y]
    }
  }
  return at
}

/** Where a ring crosses the height y, by x. */
function crossingsAt(ring: Position[], y: number): number[] {
  const found: number[] = []
  for (let i = 0; i + 1 < ring.length; i++) {
    const [x1 = 0, y1 = 0] = ring[i] ?? []
    const [x2 = 0, y2 = 0] = ring[i + 1] ?? []
    if (y1 > y !== y2 > y) found.push(x1 + ((y - y1) / (y2 - y1)) * (x2 - x1))
  }
  return found
}
