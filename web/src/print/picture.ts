import { copyImages } from '../map/swipe'
import { MapLibreMap } from '../map/maplibre'
import { DPI, frameOf, pixels, type Sheet } from './sheet'

/** The map as it looks, drawn again for a sheet at 300 dpi. */
export interface Picture {
  canvas: HTMLCanvasElement
  look: { zoom: number; lat: number }
  close(): void
}

const CSS = 96 // CSS pixels an inch

/**
 * Draws the map anew at the sheet's size and 300 dpi. What is in view now is in
 * view there. Errors: where the graphics card cannot draw a picture that large.
 */
export async function pictureOf(map: MapLibreMap, sheet: Pick<Sheet, 'paper' | 'landscape'>): Promise<Picture> {
  const { map: frame } = frameOf(sheet)
  const container = document.createElement('div')
  const css = (mm: number) => Math.round((mm / 25.4) * CSS)
  Object.assign(container.style, { position: 'fixed', left: '-20000px', top: '0', width: `${css(frame.width)}px`, height: `${css(frame.height)}px` })
  document.body.append(container)
  const most = mostPixels()
  const copy = new MapLibreMap({
    container, style: map.getStyle(), ...lookOf(map, css(frame.width)),
    pixelRatio: DPI / CSS, maxCanvasSize: [most, most], canvasContextAttributes: { preserveDrawingBuffer: true }, fadeDuration: 0,
    interactive: false, attributionControl: false, localIdeographFontFamily: 'Microsoft YaHei, Noto Sans CJK SC, sans-serif', maxZoom: 24,
  })
  copyImages(map, copy)
  const close = () => {
    copy.remove()
    container.remove()
  }
  await new Promise((resolve) => copy.once('idle', resolve))
  const canvas = copy.getCanvas()
  if (canvas.width < pixels(frame.width) - 4) {
    close()
    throw new RangeError('the picture is smaller than 300 dpi')
  }
  return { canvas, look: { zoom: copy.getZoom(), lat: copy.getCenter().lat }, close }
}

/** The legend lies over the right of the map: the sheet shows what is beside it. */
function lookOf(map: MapLibreMap, width: number) {
  const { clientWidth, clientHeight } = map.getContainer()
  const beside = clientWidth > 560 ? clientWidth - 290 : clientWidth
  return { center: map.unproject([beside / 2, clientHeight / 2]), zoom: map.getZoom() + Math.log2(width / beside) }
}

/** The longest side that the graphics card draws. */
function mostPixels(): number {
  const gl = document.createElement('canvas').getContext('webgl2')
  return gl ? (gl.getParameter(gl.MAX_TEXTURE_SIZE) as number) : 4096
}
