/** A CGCS2000 Gauss-Krüger plane (高斯-克吕格投影): its central meridian, degrees, and false easting, metres. */
export interface GridPlane {
  crs: string
  meridian: number
  falseEasting: number
}

/** The plane of an EPSG code, 4491–4554; null for what is none of China's. */
export function planeOf(crs: string | undefined): GridPlane | null {
  const code = Number(/^EPSG:(\d+)$/.exec(crs ?? '')?.[1])
  const plane = (meridian: number, zone = 0) => ({ crs: `EPSG:${code}`, meridian, falseEasting: 500_000 + zone * 1e6 })
  if (code >= 4491 && code <= 4501) return plane(6 * (code - 4478) - 3, code - 4478) // 6° zones 13…23, numbered
  if (code >= 4502 && code <= 4512) return plane(6 * (code - 4489) - 3)
  if (code >= 4513 && code <= 4533) return plane(3 * (code - 4488), code - 4488) // 3° zones 25…45, numbered
  if (code >= 4534 && code <= 4554) return plane(3 * (code - 4509))
  return null
}

// The ellipsoid of CGCS2000: GB 22021-2008.
const A = 6_378_137
const F = 1 / 298.257222101
const N = F / (2 - F)
const E = Math.sqrt(F * (2 - F))
/** Radius of the rectifying sphere, and Krüger's series to n⁴ (Karney 2011, eq. 14 and 35): below a micrometre here. */
const RADIUS = (A / (1 + N)) * (1 + N ** 2 / 4 + N ** 4 / 64)
const ALPHA = [
  N / 2 - (2 / 3) * N ** 2 + (5 / 16) * N ** 3 + (41 / 180) * N ** 4,
  (13 / 48) * N ** 2 - (3 / 5) * N ** 3 + (557 / 1440) * N ** 4,
  (61 / 240) * N ** 3 - (103 / 140) * N ** 4,
  (49561 / 161280) * N ** 4,
]

/** East and north, metres, of a place in degrees. Only to be read on the screen: figures come from the server. */
export function toGrid([lon, lat]: readonly [number, number], { meridian, falseEasting }: GridPlane): [east: number, north: number] {
  const phi = (lat * Math.PI) / 180
  const lambda = ((lon - meridian) * Math.PI) / 180
  const sigma = Math.sinh(E * Math.atanh(E * Math.sin(phi)))
  const tau = Math.tan(phi)
  const conformal = tau * Math.hypot(1, sigma) - sigma * Math.hypot(1, tau)
  const xi = Math.atan2(conformal, Math.cos(lambda))
  const eta = Math.asinh(Math.sin(lambda) / Math.hypot(conformal, Math.cos(lambda)))
  const sum = (term: (k: number, alpha: number) => number) => ALPHA.reduce((all, alpha, i) => all + term(2 * (i + 1), alpha), 0)
  return [
    falseEasting + RADIUS * (eta + sum((k, alpha) => alpha * Math.cos(k * xi) * Math.sinh(k * eta))),
    RADIUS * (xi + sum((k, alpha) => alpha * Math.sin(k * xi) * Math.cosh(k * eta))),
  ]
}
