/** Red, green, blue, 0…255 each. */
export type Rgb = [red: number, green: number, blue: number]

/** The map's ground, on which lines and names must be read. */
export const GROUND = '#F4F2EC'

/** WCAG AA for text. */
const READABLE = 4.5

/** The three parts of "#RRGGBB"; grey for what is none. */
export function rgb(colour: string): Rgb {
  const match = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(colour)
  if (!match) return [86, 96, 107]
  return [1, 2, 3].map((part) => Number.parseInt(match[part] ?? '0', 16)) as Rgb
}

/** How far two colours stand apart, 1…21, by WCAG 2. */
export function contrast(one: string, other: string): number {
  const [light, dark] = [luminance(rgb(one)), luminance(rgb(other))].sort((a, b) => b - a) as [number, number]
  return (light + 0.05) / (dark + 0.05)
}

function luminance(parts: Rgb): number {
  const [red, green, blue] = parts.map((part) => {
    const s = part / 255
    return s <= 0.04045 ? s / 12.92 : ((s + 0.055) / 1.055) ** 2.4
  }) as Rgb
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

/**
 * The colour for a layer's lines and names: its own, darkened as far as it
 * takes to be read on the ground. Profiles name colours of areas, often light.
 */
export function inkOf(colour: string): string {
  const parts = rgb(colour)
  for (let part = 100; part > 0; part -= 5) {
    const darker = hex(parts.map((value) => Math.round((value * part) / 100)) as Rgb)
    if (contrast(darker, GROUND) >= READABLE) return darker
  }
  return '#000000'
}

const hex = (parts: Rgb): string => `#${parts.map((part) => part.toString(16).padStart(2, '0')).join('')}`
