import { inkOf } from './colour'

/** How a layer is drawn, told apart by pattern and line as well as by colour. */
export interface Theme {
  /** Of areas. */
  colour: string
  /** Of lines, patterns and names: the colour, dark enough to be read. */
  ink: string
  /** Okabe-Ito and its neighbours: told apart by colour-blind readers too. */
  fill: 'none' | 'plain' | 'hatch' | 'dots'
  /** Line width in CSS pixels; dashes in multiples of it. */
  line: { width: number; dash?: [number, number] }
  /** Opacity of the plain fill, 0…1. */
  opacity: number
  /** Names printed on the map, from this zoom on. */
  labels: boolean
  labelsFrom?: number
  /** Shown when the page opens. */
  shown: boolean
  /** Colours by class, where a layer's classes are read apart. */
  classes?: { match: string; colour: string; titleZh: string; titleEn: string }[]
}

const plain: Omit<Theme, 'ink'> = {
  colour: '#56606B', fill: 'plain', line: { width: 1 }, opacity: 0.25, labels: false, shown: true,
}

const themes: Record<string, Partial<typeof plain>> = {
  'red-line': { colour: '#C8281E', fill: 'hatch', line: { width: 1.6 } },
  'protected-area': { colour: '#00785A', line: { width: 2 }, opacity: 0.16, labels: true },
  'township': { colour: '#4A4F57', fill: 'none', line: { width: 0.9 }, labels: true },
  'control-unit': {
    colour: '#7A4E9E', line: { width: 1, dash: [1, 1.5] }, opacity: 0.3, shown: false,
    classes: [
      { match: '优先', colour: '#3B8F5A', titleZh: '优先保护单元', titleEn: 'Priority protection' },
      { match: '重点', colour: '#D98E04', titleZh: '重点管控单元', titleEn: 'Key control' },
      { match: '一般', colour: '#B9BEC6', titleZh: '一般管控单元', titleEn: 'General control' },
    ],
  },
  'farmland': { colour: '#C48A00', fill: 'dots', line: { width: 0.8 } },
  'urban-boundary': { colour: '#0B5FA5', line: { width: 2, dash: [3, 1.2] }, opacity: 0.12 },
  'scenic-area': { colour: '#A03C78', fill: 'none', line: { width: 2, dash: [2, 1] }, labels: true },
  'heritage': { colour: '#6B4F1D', fill: 'none', line: { width: 2.4, dash: [1, 1] } },
  'project': { colour: '#1D1D1F', line: { width: 1.6 }, opacity: 0.55, labels: true, labelsFrom: 11 },
}

/**
 * The theme of a layer; a layer the page does not know gets a plain one.
 *
 * @param colour the one that the county's profile names, before the page's own
 */
export function themeOf(key: string, colour?: string): Theme {
  const known = { ...plain, ...themes[key] }
  const own = colour ?? known.colour
  return { ...known, colour: own, ink: inkOf(own) }
}
