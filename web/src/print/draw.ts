import { barOf, frameOf, pixels, roundScale, scaleOf, type Sheet } from './sheet'

const FONT = '"Microsoft YaHei", "Noto Sans CJK SC", sans-serif'

/** Draws the sheet around a map that is already at 300 dpi. */
export function drawSheet(sheet: Sheet, map: CanvasImageSource, look: { zoom: number; lat: number }): HTMLCanvasElement {
  const { sheet: [width, height], map: frame } = frameOf(sheet)
  const canvas = document.createElement('canvas')
  canvas.width = pixels(width)
  canvas.height = pixels(height)
  const pen = canvas.getContext('2d')
  if (!pen) throw new Error('no canvas')
  const mm = canvas.width / width
  pen.scale(mm, mm) // everything below is in millimetres
  pen.fillStyle = '#fff'
  pen.fillRect(0, 0, width, height)
  pen.drawImage(map, frame.x, frame.y, frame.width, frame.height)
  pen.strokeStyle = '#111'
  pen.lineWidth = 0.4
  pen.strokeRect(frame.x, frame.y, frame.width, frame.height)
  write(pen, sheet.title, { x: width / 2, y: frame.y - 4.5, size: 7, align: 'center', most: frame.width })
  if (sheet.schematic) stamp(pen, sheet.schematic, frame.x + frame.width, frame.y - 9.5)
  north(pen, frame.x + frame.width - 9, frame.y + 6)
  legend(pen, sheet, frame)
  const denominator = scaleOf(look.zoom, look.lat)
  scale(pen, denominator, frame)
  const room = frame.width - 62
  linesOf(pen, sheet.notes, room).forEach((line, i) => write(pen, line, { x: frame.x + 62, y: frame.y + frame.height + 4 + i * 3.6, size: NOTE, align: 'left', most: room }))
  return canvas
}

const NOTE = 2.6

/** The notes in lines that fit, broken anywhere, as Chinese is. */
function linesOf(pen: CanvasRenderingContext2D, notes: readonly string[], room: number): string[] {
  pen.font = `${NOTE}px ${FONT}`
  return notes.flatMap((note) => {
    const lines = ['']
    for (const character of note) {
      const longer = lines.at(-1) + character
      if (pen.measureText(longer).width > room) lines.push(character)
      else lines[lines.length - 1] = longer
    }
    return lines
  })
}

interface Text { x: number; y: number; size: number; align: CanvasTextAlign; most: number }

function write(pen: CanvasRenderingContext2D, text: string, { x, y, size, align, most }: Text): void {
  pen.font = `${size}px ${FONT}`
  pen.textAlign = align
  pen.fillStyle = '#111'
  pen.fillText(text, x, y, most)
}

function stamp(pen: CanvasRenderingContext2D, text: string, right: number, y: number): void {
  pen.font = `bold 4.4px ${FONT}`
  const width = pen.measureText(text).width + 5
  pen.fillStyle = '#FFF4CC'
  pen.fillRect(right - width, y, width, 7)
  pen.strokeStyle = '#8A5A00'
  pen.strokeRect(right - width, y, width, 7)
  pen.textAlign = 'center'
  pen.fillStyle = '#6B4400'
  pen.fillText(text, right - width / 2, y + 5.1)
}

/** The map is never turned: north is up. */
function north(pen: CanvasRenderingContext2D, x: number, y: number): void {
  pen.fillStyle = 'rgb(255 255 255 / 85%)'
  pen.fillRect(x - 5, y - 4, 10, 19)
  pen.fillStyle = '#111'
  pen.beginPath()
  for (const [dx, dy] of [[0, 2], [3, 13], [0, 10.5], [-3, 13]] as const) pen.lineTo(x + dx, y + dy)
  pen.fill()
  write(pen, 'N', { x, y: y + 0.8, size: 4, align: 'center', most: 10 })
}

function legend(pen: CanvasRenderingContext2D, sheet: Sheet, { x, y, height }: { x: number; y: number; height: number }): void {
  if (!sheet.legend.length) return
  pen.font = `3.2px ${FONT}`
  const width = 17 + Math.max(...sheet.legend.map(({ name }) => pen.measureText(name).width))
  const tall = 4 + sheet.legend.length * 6
  pen.fillStyle = 'rgb(255 255 255 / 92%)'
  pen.fillRect(x + 3, y + height - tall - 3, width, tall)
  pen.strokeStyle = '#111'
  pen.lineWidth = 0.2
  pen.strokeRect(x + 3, y + height - tall - 3, width, tall)
  sheet.legend.forEach(({ name, picture }, i) => {
    const top = y + height - tall + i * 6
    pen.drawImage(picture, x + 6, top, 7.5, 4.8)
    write(pen, name, { x: x + 15.5, y: top + 3.6, size: 3.2, align: 'left', most: 80 })
  })
}

function scale(pen: CanvasRenderingContext2D, denominator: number, { x, y, height }: { x: number; y: number; height: number }): void {
  const bar = barOf(denominator, 45)
  const top = y + height + 8
  pen.lineWidth = 0.3
  pen.strokeStyle = '#111'
  pen.fillStyle = '#111'
  pen.strokeRect(x, top, bar.mm, 1.4)
  pen.fillRect(x, top, bar.mm / 2, 1.4)
  write(pen, bar.metres >= 1000 ? `${bar.metres / 1000} km` : `${bar.metres} m`, { x: x + bar.mm + 1.5, y: top + 1.9, size: 2.9, align: 'left', most: 20 })
  write(pen, `≈ 1 : ${roundScale(denominator).toLocaleString('en-US')}`, { x, y: top - 2.5, size: 3.4, align: 'left', most: 60 })
}
