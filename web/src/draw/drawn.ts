import type { Feature, LineString, Point, Polygon } from 'geojson'

/** What is drawn: areas, axes of corridors, centres of circles. */
export type Shape = 'polygon' | 'corridor' | 'circle'

/** One finished drawing, in degrees (EPSG:4490). */
export type Drawn = Feature<Polygon | LineString | Point, { shape: Shape }>

/** Which shapes are among the drawings. */
export const has = (drawn: readonly Drawn[], shape: Shape): boolean => drawn.some(({ properties }) => properties.shape === shape)

/** The drawings as a file that the server reads, a record each. */
export function fileOfDrawn(drawn: readonly Drawn[]): File {
  const features = drawn.map(({ geometry }) => ({ type: 'Feature', properties: {}, geometry }))
  return new File([JSON.stringify({ type: 'FeatureCollection', features })], '绘制.geojson', { type: 'application/geo+json' })
}
