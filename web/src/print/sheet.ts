/** 图幅: a printed map's paper and what stands on it. */
export interface Sheet {
  title: string
  paper: 'A4' | 'A3'
  landscape: boolean
  /** Of the map: a key's colour or pattern is drawn by its picture. */
  legend: { name: string; picture: CanvasImageSource }[]
  /** 示意数据 takes part. */
  schematic: string
  /** What stands below: versions, coordinate system, date. */
  notes: string[]
}

export const DPI = 300
const MM = DPI / 25.4

/** Millimetres of the sheet, of its margin, of the head above the map and the foot below. */
const papers = { A4: [210, 297], A3: [297, 420] } as const
const MARGIN = 10
const HEAD = 14
const FOOT = 16

export interface Frame {
  sheet: [width: number, height: number]
  map: { x: number; y: number; width: number; height: number }
}

/** Where things stand, in millimetres. */
export function frameOf({ paper, landscape }: Pick<Sheet, 'paper' | 'landscape'>): Frame {
  const [short, long] = papers[paper]
  const [width, height] = landscape ? [long, short] : [short, long]
  return { sheet: [width, height], map: { x: MARGIN, y: MARGIN + HEAD, width: width - 2 * MARGIN, height: height - 2 * MARGIN - HEAD - FOOT } }
}

/** Pixels at 300 dpi. */
export const pixels = (mm: number): number => Math.round(mm * MM)

/** The scale's denominator (比例尺分母): metres on the ground a metre of paper shows at the middle. */
export function scaleOf(zoom: number, latitude: number): number {
  const metresPerCssPixel = (78271.516964 * Math.cos((latitude * Math.PI) / 180)) / 2 ** zoom
  return metresPerCssPixel / (0.0254 / 96)
}

/** To two digits, as it is written beside the bar, which is exact. */
export function roundScale(denominator: number): number {
  const unit = 10 ** Math.max(0, Math.floor(Math.log10(denominator)) - 1)
  return Math.round(denominator / unit) * unit
}

/** The longest round length, metres, whose bar is no longer than this much paper. */
export function barOf(denominator: number, mm: number): { metres: number; mm: number } {
  const most = (mm / 1000) * denominator
  const power = 10 ** Math.floor(Math.log10(most))
  const metres = ([5, 2, 1].find((n) => n * power <= most) ?? 1) * power
  return { metres, mm: (metres / denominator) * 1000 }
}
