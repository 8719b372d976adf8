import { rgb } from './colour'

/** A picture as the map takes it: RGBA, row by row. */
export interface Picture {
  width: number
  height: number
  data: Uint8ClampedArray
}

/** Pixels of a pattern's side. Drawn at twice the screen's density. */
const SIDE = 24

/** Slanted lines (斜线), crossed ones, level ones, or dots. */
export type PatternKind = 'hatch' | 'cross' | 'level' | 'dots'

/** A pattern that repeats without a seam. */
export function pattern(kind: PatternKind, colour: string): Picture {
  const [red, green, blue] = rgb(colour)
  const data = new Uint8ClampedArray(SIDE * SIDE * 4)
  for (let y = 0; y < SIDE; y++) {
    for (let x = 0; x < SIDE; x++) {
      data.set([red, green, blue, alpha(kind, x, y)], (y * SIDE + x) * 4)
    }
  }
  return { width: SIDE, height: SIDE, data }
}

function alpha(kind: PatternKind, x: number, y: number): number {
  if (kind === 'hatch') return (x + y) % 12 < 3 ? 190 : 34
  if (kind === 'cross') return (x + y) % 12 < 3 || (x - y + SIDE) % 12 < 3 ? 230 : 60
  if (kind === 'level') return y % 12 < 4 ? 230 : 60
  return Math.hypot((x % 12) - 5.5, ((y + (x < 12 ? 0 : 6)) % 12) - 5.5) < 2.4 ? 200 : 26
}
