import { pattern } from '../layers/pattern'
import { themeOf } from '../layers/theme'

/** How a layer looks, as a small picture at print size. */
export function keyPicture(layer: string, colour?: string): HTMLCanvasElement {
  const theme = themeOf(layer, colour)
  const canvas = document.createElement('canvas')
  canvas.width = 90
  canvas.height = 58
  const pen = canvas.getContext('2d')
  if (!pen) return canvas
  if (theme.fill === 'hatch' || theme.fill === 'dots') {
    const { width, height, data } = pattern(theme.fill, theme.ink)
    const tile = document.createElement('canvas')
    tile.width = width
    tile.height = height
    tile.getContext('2d')?.putImageData(new ImageData(new Uint8ClampedArray(data), width, height), 0, 0)
    pen.fillStyle = pen.createPattern(tile, 'repeat') ?? theme.colour
    pen.fillRect(4, 4, 82, 50)
  } else if (theme.fill === 'plain') {
    pen.globalAlpha = theme.opacity
    pen.fillStyle = theme.colour
    pen.fillRect(4, 4, 82, 50)
    pen.globalAlpha = 1
  }
  pen.strokeStyle = theme.ink
  pen.lineWidth = theme.line.width * 3
  pen.setLineDash((theme.line.dash ?? []).map((n) => n * theme.line.width * 3))
  pen.strokeRect(5, 5, 80, 48)
  return canvas
}
