import type { LineString, Polygon } from 'geojson'
import type { FilterSpecification, GeoJSONSource, MapMouseEvent } from 'maplibre-gl'
import { labelFonts, patternName, styleOf, unionOf, type Drawable } from '../layers/style'
import { arrange, type Laid } from './arrange'
import type { View } from '../stage/address'
import { pattern } from '../layers/pattern'
import { themeOf } from '../layers/theme'
import type { Drawing, DrawingOptions } from '../draw/drawing'
import type { SiteOutline } from '../site/outline'
import { showBasemap, type Basemap } from './basemap'
import { showChoropleth, type Choropleth } from './choropleth'
import type { Picture } from '../print/picture'
import type { Sheet } from '../print/sheet'
import type { Swipe } from './swipe'
import { followView, showGraticule } from './graticule'
import { placeNames } from './names'
import { addPieceLayers, piecesOn, type MapPieces } from './pieces'
import { showPreview, type Preview } from './preview'
import { addSiteLayers, empty, showOverlaps } from './site-layers'
import { addSpotLayers, showSpot, trackPlaces, type LonLat } from './spot'
import type { MeasureKind, Measuring } from '../measure/measuring'
import { MapLibreMap, NavigationControl, ScaleControl } from './maplibre'
import { trackView } from './track-view'
import { warmUp } from './warm-up'

type Bounds = SiteOutline['bounds']

/** What lies under the pointer. */
export interface Hovered {
  layer: string
  code: string
  name: string
  class: string
}

export interface CountyMapOptions {
  container: HTMLElement
  layers: readonly Drawable[]
  /** Where to look first; null: at the whole county. */
  view: View | null
  /** The map has come to rest elsewhere: by a person's hand, or because a view wanted it. */
  onMoved: (view: View, byHand: boolean) => void
  /** The map's own words: 放大, 缩小 … */
  locale: Record<string, string>
  onHover: (features: Hovered[]) => void
  /** A place is pressed, while no tool takes the presses. */
  onPressed: (at: LonLat) => void
  /** The pointer is over a place, or over none. */
  onPointed: (at: LonLat | null) => void
  /** Everything asked for is drawn. */
  onIdle: () => void
  /** Something is being drawn again. */
  onBusy: () => void
  /** Something could not be loaded: the map may be incomplete. */
  onTrouble: () => void
}

/** A county on a map, and what the page does with it. */
export interface CountyMap {
  /** Lays the layers out, from top to bottom. */
  arrange(layers: readonly Laid[]): void
  /** Shows the answered site's overlaps with these layers only. */
  showOverlaps(layers: readonly string[]): void
  showSite(site: SiteOutline | null): void
  /** Outlines the features of a layer that carry the code; null clears. */
  highlight(feature: { layer: string; code: string } | null): void
  /** Ground that a view lists: pieces of a comparison, places of a ledger. */
  pieces: MapPieces
  /** Colours areas by a figure; null takes the colours away. */
  showChoropleth(choropleth: Choropleth | null): void
  /** Draws a base map (底图) under everything; null takes it away. */
  showBasemap(basemap: Basemap | null): void
  /** Draws a draft over the layers in force; null takes it away. */
  showPreview(preview: Preview | null): void
  /** Marks a place; null clears. */
  showSpot(spot: LonLat | null): void
  showGraticule(shown: boolean): void
  zoomTo(bounds: Bounds): void
  zoomToCounty(): void
  lookAt(view: View): void
  /** Begins drawing on the map; its program is fetched when it is first wanted. */
  openDrawing(options: DrawingOptions): Promise<Drawing>
  /** Begins measuring; a drawing that ends is told. */
  openMeasuring(kind: MeasureKind, drawn: (shape: LineString | Polygon) => void): Promise<Measuring>
  /** Shows the map with another version of a layer in a container over it. */
  openSwipe(container: HTMLElement, drawable: Drawable): Promise<Swipe>
  /** Draws what is in view for a sheet at 300 dpi. */
  print(sheet: Pick<Sheet, 'paper' | 'landscape'>): Promise<Picture>
  close(): void
}

/** Draws the county. */
export function openCountyMap(options: CountyMapOptions): CountyMap {
  const { container, layers } = options
  const county = unionOf(layers.map((layer) => layer.tiles.bounds))
  const map = new MapLibreMap({
    container,
    style: styleOf(layers),
    ...firstLook(options, county),
    locale: options.locale,
    localIdeographFontFamily: labelFonts.join(', '),
    attributionControl: false,
    dragRotate: false,
    pitchWithRotate: false,
    maxZoom: 20,
    fadeDuration: reducedMotion() ? 0 : 200,
  })
  addControls(map)
  addPatterns(map, layers)
  const work = trackWork(map, options)
  trackHover(map, layers, options.onHover)
  followView(map)
  trackView(map, options.onMoved)
  const tools = new Set<object>() // those that take the presses
  trackPlaces(map, { pressed: (at) => tools.size === 0 && options.onPressed(at), pointed: options.onPointed })

  // Sources can only be added once the style has loaded; calls made before wait.
  const loaded = new Promise<void>((resolve) => {
    map.once('load', () => {
      addSiteLayers(map)
      addPieceLayers(map)
      addSpotLayers(map)
      work.warm(warmUp(map))
      resolve()
    })
  })
  const animate = !reducedMotion()
  return {
    arrange: (laid) => void loaded.then(() => arrange(map, laid)),
    showOverlaps: (shown) => void loaded.then(() => showOverlaps(map, shown)),
    showSite: (site) => void loaded.then(() => map.getSource<GeoJSONSource>('site')?.setData(site?.geojson ?? empty)),
    pieces: piecesOn(map, loaded),
    highlight: (feature) => void loaded.then(() => highlight(map, layers, feature)),
    zoomTo: (bounds) => void map.fitBounds(bounds, { padding: besideLegend(container, Math.min(120, container.clientWidth / 12)), maxZoom: 15, animate }),
    showChoropleth: (choropleth) => void loaded.then(() => showChoropleth(map, layers, choropleth)),
    showBasemap: (basemap) => void loaded.then(() => showBasemap(map, basemap)),
    showPreview: (preview) => void loaded.then(() => showPreview(map, preview)),
    showSpot: (spot) => void loaded.then(() => showSpot(map, spot)),
    showGraticule: (shown) => void loaded.then(() => showGraticule(map, shown)),
    lookAt: ({ lon, lat, zoom }) => void map.jumpTo({ center: [lon, lat], zoom }, { originalEvent: true }),
    zoomToCounty: () => void map.fitBounds(county, { padding: besideLegend(container, 24), animate }),
    ...toolsOf(map, loaded, tools),
    close: () => map.remove(),
  }
}

/** Tells when all is drawn; not before what is given to be warmed has been drawn once. */
function trackWork(map: MapLibreMap, { layers, onIdle, onBusy, onTrouble }: CountyMapOptions) {
  let cool: (() => void) | null = null
  map.on('idle', () => {
    cool?.()
    const isCooling = cool !== null
    cool = null
    if (!placeNames(map, layers) && !isCooling) onIdle() // names that moved are drawn first
  })
  map.on('dataloading', onBusy)
  map.on('movestart', onBusy)
  map.on('error', onTrouble)
  return { warm: (taken: () => void) => void (cool = taken) }
}

function firstLook({ view, container }: CountyMapOptions, county: Bounds) {
  if (view) return { center: [view.lon, view.lat] as LonLat, zoom: view.zoom }
  return { bounds: county, fitBoundsOptions: { padding: besideLegend(container, 24) } }
}

/** What is fetched when it is first wanted. */
function toolsOf(map: MapLibreMap, loaded: Promise<void>, tools: Set<object>): Pick<CountyMap, 'openDrawing' | 'openMeasuring' | 'openSwipe' | 'print'> {
  return {
    async openDrawing(drawing) {
      const [{ openDrawing }] = await Promise.all([import('../draw/drawing'), loaded])
      return held(tools, openDrawing(map, drawing))
    },
    async openMeasuring(kind, drawn) {
      const [{ openMeasuring }] = await Promise.all([import('../measure/measuring'), loaded])
      return held(tools, openMeasuring(map, kind, drawn))
    },
    async openSwipe(over, drawable) {
      const [{ openSwipe }] = await Promise.all([import('./swipe'), loaded])
      return openSwipe(map, over, drawable)
    },
    async print(sheet) {
      const [{ pictureOf }] = await Promise.all([import('../print/picture'), loaded])
      return pictureOf(map, sheet)
    },
  }
}

function addControls(map: MapLibreMap): void {
  map.touchZoomRotate.disableRotation()
  map.keyboard.disableRotation()
  map.addControl(new NavigationControl({ showCompass: false }), 'top-left')
  map.addControl(new ScaleControl({ maxWidth: 140, unit: 'metric' }), 'bottom-left')
}

/** A tool that is among those in use until it is closed. */
function held<Tool extends { close(): void }>(tools: Set<object>, tool: Tool): Tool {
  tools.add(tool)
  return {
    ...tool,
    close() {
      tools.delete(tool)
      tool.close()
    },
  }
}

const reducedMotion = (): boolean => window.matchMedia('(prefers-reduced-motion: reduce)').matches

/** The legend lies over the map's right side: what is shown keeps clear of it. */
function besideLegend({ clientWidth }: HTMLElement, margin: number) {
  return { top: margin, bottom: margin, left: margin, right: clientWidth > 560 ? Math.max(margin, 294) : margin }
}

function addPatterns(map: MapLibreMap, layers: readonly Drawable[]): void {
  for (const { key, colour } of layers) {
    const theme = themeOf(key, colour)
    if (theme.fill !== 'hatch' && theme.fill !== 'dots') continue
    const kind = theme.fill
    map.on('style.load', () => map.addImage(patternName(key), pattern(kind, theme.ink), { pixelRatio: 2 }))
  }
}

function highlight(map: MapLibreMap, layers: readonly Drawable[], feature: { layer: string; code: string } | null): void {
  if (map.getLayer('highlight')) map.removeLayer('highlight')
  const drawn = layers.find(({ key }) => key === feature?.layer)
  if (!feature || !drawn) return
  const filter: FilterSpecification = ['==', ['to-string', ['get', 'code']], feature.code]
  map.addLayer({
    id: 'highlight',
    type: 'line',
    source: drawn.key,
    'source-layer': drawn.tiles.sourceLayer,
    filter,
    paint: { 'line-color': '#E8590C', 'line-width': 4 },
  }, 'site:casing')
}

/** Marks the features under the pointer through their numeric ids, and names them. */
function trackHover(map: MapLibreMap, layers: readonly Drawable[], onHover: (features: Hovered[]) => void): void {
  let marked: { source: string; sourceLayer: string; id: string | number }[] = []
  const clear = () => {
    for (const target of marked) map.removeFeatureState(target, 'hover')
    marked = []
  }
  const look = ({ point }: MapMouseEvent) => {
    clear()
    const fills = layers.map(({ key }) => `${key}:fill`).filter((id) => map.getLayer(id))
    const found = map.queryRenderedFeatures(point, { layers: fills })
    for (const { source, sourceLayer, id } of found) {
      if (id === undefined || !sourceLayer) continue
      const target = { source, sourceLayer, id }
      map.setFeatureState(target, { hover: true })
      marked.push(target)
    }
    onHover(found.map(({ source, properties: p }) => ({
      layer: source, code: String(p['code'] ?? ''), name: String(p['name'] ?? ''), class: String(p['class'] ?? ''),
    })))
  }
  // Pointers report more often than the screen is drawn.
  let frame = 0
  map.on('mousemove', (event) => {
    cancelAnimationFrame(frame)
    frame = requestAnimationFrame(() => look(event))
  })
  map.on('remove', () => cancelAnimationFrame(frame))
  map.on('mouseout', () => {
    cancelAnimationFrame(frame)
    clear()
    onHover([])
  })
}
