import { TerraDraw, TerraDrawLineStringMode, TerraDrawPolygonMode } from 'terra-draw'
import { TerraDrawMapLibreGLAdapter } from 'terra-draw-maplibre-gl-adapter'
import type { LineString, Polygon } from 'geojson'
import type { MapLibreMap } from '../map/maplibre'

export type MeasureKind = 'line' | 'area'

export interface Measuring {
  close(): void
}

const ink = '#7A1FA2'

/** Draws what is measured. A shape that is begun after one is finished takes its place. */
export function openMeasuring(map: MapLibreMap, kind: MeasureKind, drawn: (shape: LineString | Polygon) => void): Measuring {
  const points = { closingPointColor: ink, closingPointWidth: 6, coordinatePointColor: ink } as const
  const draw = new TerraDraw({
    adapter: new TerraDrawMapLibreGLAdapter({ map, coordinatePrecision: 9, prefixId: 'measure' }),
    modes: [
      new TerraDrawLineStringMode({ styles: { lineStringColor: ink, lineStringWidth: 3, closingPointColor: ink, closingPointWidth: 6 } }),
      new TerraDrawPolygonMode({ styles: { fillColor: ink, fillOpacity: 0.15, outlineColor: ink, outlineWidth: 3, ...points } }),
    ],
  })
  draw.start()
  draw.setMode(kind === 'line' ? 'linestring' : 'polygon')
  draw.on('finish', (id) => {
    const finished = draw.getSnapshotFeature(id)
    const before = draw.getSnapshot().flatMap((feature) => (feature.id === undefined || feature.id === id ? [] : [feature.id]))
    draw.removeFeatures(before.filter((other) => draw.hasFeature(other)))
    if (finished?.geometry.type === 'LineString' || finished?.geometry.type === 'Polygon') drawn(finished.geometry)
  })
  map.getCanvas().focus() // Enter and Esc are the measuring's from now on
  return { close: () => draw.stop() }
}
