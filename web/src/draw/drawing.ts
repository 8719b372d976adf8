import type { GeoJSONSource, DataDrivenPropertyValueSpecification } from 'maplibre-gl'
import {
  TerraDraw, TerraDrawLineStringMode, TerraDrawModeUndoRedo, TerraDrawPointMode, TerraDrawPolygonMode, TerraDrawSelectMode,
  TerraDrawSessionUndoRedo, TerraDrawUndoRedoKeyboardShortcuts, type GeoJSONStoreFeatures, type HexColor,
} from 'terra-draw'
import { TerraDrawMapLibreGLAdapter } from 'terra-draw-maplibre-gl-adapter'
import type { MapLibreMap } from '../map/maplibre'
import type { Drawn, Shape } from './drawn'

/** Drawing on the map, while it is open. */
export interface Drawing {
  /** The next clicks draw this shape. */
  start(shape: Shape): void
  undo(): void
  /** Removes the selected drawing, or all where none is selected. */
  remove(): void
  /** Shows corridors and circles as wide as they will be, metres; undefined: as lines and points. */
  widen(sizes: { width?: number; radius?: number }): void
  close(): void
}

export interface DrawingOptions {
  /** Drawings to begin with. */
  drawn: readonly Drawn[]
  onChange: (drawn: Drawn[]) => void
  /** What the next click does: draws a shape, or selects (null). */
  onTool: (shape: Shape | null) => void
  onState: (state: { canUndo: boolean; selected: boolean }) => void
}

const modes: Record<Shape, string> = { polygon: 'polygon', corridor: 'linestring', circle: 'point' }
const types = { polygon: 'Polygon', corridor: 'LineString', circle: 'Point' } as const
const shapes = Object.keys(modes) as Shape[]

const ink: HexColor = '#111827'
const ground: HexColor = '#FFD43B'
const edge: HexColor = '#E8590C'

/** Opens drawing on a map that has loaded. */
export function openDrawing(map: MapLibreMap, options: DrawingOptions): Drawing {
  const draw = drawOn(map)
  const preview = openPreview(map)
  let selected: string | number | null = null
  const told = () => options.onState({ canUndo: draw.canUndo(), selected: selected !== null })
  const changed = () => {
    const drawn = drawnOf(draw.getSnapshot())
    preview.show(drawn)
    options.onChange(drawn)
  }
  const rest = (id?: string | number) => {
    draw.setMode('select')
    if (id !== undefined && draw.hasFeature(id)) draw.selectFeature(id)
    options.onTool(null)
  }
  draw.on('change', changed)
  draw.on('history', told)
  draw.on('select', (id) => { selected = id; told() })
  draw.on('deselect', () => { selected = null; told() })
  draw.on('finish', (id, { action }) => {
    changed()
    if (action === 'draw') rest(id)
  })
  draw.start()
  draw.addFeatures(options.drawn.map((feature) => storedOf(feature, draw)))
  rest()
  changed()
  told()
  return {
    start(shape) {
      draw.setMode(modes[shape])
      options.onTool(shape)
      map.getCanvas().focus() // Enter and Esc are the drawing's from now on, not the button's
    },
    undo() {
      draw.undo()
      map.getCanvas().focus()
    },
    remove() {
      const ids = selected === null ? draw.getSnapshot().flatMap(({ id }) => (id === undefined ? [] : [id])) : [selected]
      if (selected !== null) draw.deselectFeature(selected)
      draw.removeFeatures(ids.filter((id) => draw.hasFeature(id)))
      selected = null
      changed()
      told()
    },
    widen: preview.widen,
    close() {
      draw.stop()
      preview.close()
    },
  }
}

function drawOn(map: MapLibreMap): TerraDraw {
  const corners = { coordinates: { draggable: true, midpoints: true, deletable: true } }
  const points = { coordinatePointColor: ink, closingPointColor: edge, closingPointWidth: 6 }
  return new TerraDraw({
    adapter: new TerraDrawMapLibreGLAdapter({ map, coordinatePrecision: 9 }),
    undoRedo: {
      modeLevel: new TerraDrawModeUndoRedo(),
      sessionLevel: new TerraDrawSessionUndoRedo(),
      keyboardShortcuts: new TerraDrawUndoRedoKeyboardShortcuts(),
    },
    modes: [
      new TerraDrawPolygonMode({
        snapping: { toCoordinate: true },
        styles: { fillColor: ground, fillOpacity: 0.28, outlineColor: ink, outlineWidth: 2, ...points },
      }),
      new TerraDrawLineStringMode({
        snapping: { toCoordinate: true },
        styles: { lineStringColor: ink, lineStringWidth: 2, closingPointColor: edge, closingPointWidth: 6 },
      }),
      new TerraDrawPointMode({ styles: { pointColor: ink, pointWidth: 5, pointOutlineColor: '#FFFFFF', pointOutlineWidth: 2 } }),
      new TerraDrawSelectMode({
        flags: { polygon: { feature: { draggable: true, ...corners } }, linestring: { feature: { draggable: true, ...corners } }, point: { feature: { draggable: true } } },
        styles: {
          selectedPolygonColor: ground, selectedPolygonFillOpacity: 0.36, selectedPolygonOutlineColor: edge, selectedPolygonOutlineWidth: 2.5,
          selectedLineStringColor: edge, selectedLineStringWidth: 3, selectedPointColor: edge, selectedPointWidth: 6,
          selectionPointColor: '#FFFFFF', selectionPointOutlineColor: edge, selectionPointOutlineWidth: 2, selectionPointWidth: 5,
          midPointColor: edge, midPointOutlineColor: '#FFFFFF', midPointWidth: 3, midPointOutlineWidth: 1,
        },
      }),
    ],
  })
}

/** The finished drawings; what guides the hand, and what is being drawn, is none. */
export function drawnOf(snapshot: readonly GeoJSONStoreFeatures[]): Drawn[] {
  return snapshot.flatMap(({ geometry, properties }) => {
    const shape = shapes.find((s) => modes[s] === properties['mode'] && types[s] === geometry.type)
    const guide = ['currentlyDrawing', 'selectionPoint', 'midPoint', 'closingPoint', 'snappingPoint', 'coordinatePoint', 'edited']
    if (!shape || guide.some((key) => properties[key])) return []
    return [{ type: 'Feature', properties: { shape }, geometry: geometry as Drawn['geometry'] }]
  })
}

function storedOf({ geometry, properties: { shape } }: Drawn, draw: TerraDraw): GeoJSONStoreFeatures {
  return { id: draw.getFeatureId(), type: 'Feature', geometry, properties: { mode: modes[shape] } }
}

/** Corridors and circles at their true size below the drawings, flat-ended as the check makes them. */
function openPreview(map: MapLibreMap) {
  const data = (features: readonly Drawn[]) => ({ type: 'FeatureCollection' as const, features: [...features] })
  map.addSource('drawn', { type: 'geojson', data: data([]) })
  map.addLayer({ id: 'drawn:corridor', type: 'line', source: 'drawn', filter: ['==', ['geometry-type'], 'LineString'], layout: { 'line-join': 'round' }, paint: { 'line-color': ground, 'line-opacity': 0.45, 'line-width': 0 } })
  map.addLayer({ id: 'drawn:circle', type: 'circle', source: 'drawn', filter: ['==', ['geometry-type'], 'Point'], paint: { 'circle-color': ground, 'circle-opacity': 0.45, 'circle-radius': 0 } })
  return {
    show: (drawn: readonly Drawn[]) => map.getSource<GeoJSONSource>('drawn')?.setData(data(drawn)),
    widen({ width, radius }: { width?: number; radius?: number }) {
      const { lat } = map.getCenter()
      map.setPaintProperty('drawn:corridor', 'line-width', pixelsOf(width ?? 0, lat))
      map.setPaintProperty('drawn:circle', 'circle-radius', pixelsOf(radius ?? 0, lat))
    },
    close() {
      for (const id of ['drawn:corridor', 'drawn:circle']) if (map.getLayer(id)) map.removeLayer(id)
      if (map.getSource('drawn')) map.removeSource('drawn')
    },
  }
}

/** A length in pixels at every zoom; a map's pixel is 78271.517 m × cos(latitude) at zoom 0 (tiles of 512 px). */
export function pixelsOf(metres: number, latitude: number): DataDrivenPropertyValueSpecification<number> {
  const atZero = metres / (78271.516964 * Math.cos((latitude * Math.PI) / 180))
  return ['interpolate', ['exponential', 2], ['zoom'], 0, atZero, 22, atZero * 2 ** 22]
}
