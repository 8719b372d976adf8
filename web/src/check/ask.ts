import type { CheckQuestion } from '../api'
import { fileOfDrawn, has, type Drawn } from '../draw/drawn'
import { normalCrs } from '../upload/crs'
import { parametersText } from '../upload/parameters'
import { metresOf, type MoreTyped } from './options'
import { fileOfText } from './typed'

/** Where a site comes from: a file, the map, or typed coordinates. */
export type Source = 'file' | 'draw' | 'text'
export const sources: readonly Source[] = ['file', 'draw', 'text']

/** Everything of the form, as it stands. */
export interface Asked {
  source: Source
  file: File | null
  drawn: readonly Drawn[]
  text: string
  name: string
  crs: string
  more: MoreTyped
}

/** What is missing or cannot be taken, and the field it is about. */
export interface Wrong {
  field: 'file' | 'drawn' | 'text' | 'crs' | 'width' | 'radius' | 'parameters'
  /** Why a text cannot be taken, and its line. */
  why?: 'empty' | 'unreadable' | 'axes'
  line?: number
}

/** The question that a form asks, or what is wrong with it. */
export function questionOf(asked: Asked): CheckQuestion | Wrong {
  const file = fileOf(asked)
  if (!(file instanceof File)) return file
  const crs = asked.source === 'draw' ? 'EPSG:4490' : normalCrs(asked.crs)
  if (crs === null) return { field: 'crs' }
  const width = metresOf(asked.more.width)
  const radius = metresOf(asked.more.radius)
  const drawing = asked.source === 'draw'
  if (width === null || (drawing && has(asked.drawn, 'corridor') && width === undefined)) return { field: 'width' }
  if (radius === null || (drawing && has(asked.drawn, 'circle') && radius === undefined)) return { field: 'radius' }
  const parameters = drawing ? '' : parametersText(asked.more.parameters)
  if (parameters === null) return { field: 'parameters' }
  return { file, crs, name: asked.name, width, radius, datum: (!drawing && asked.more.datum) || undefined, parameters: parameters || undefined }
}

function fileOf({ source, file, drawn, text }: Asked): File | Wrong {
  if (source === 'file') return file ?? { field: 'file' }
  if (source === 'draw') return drawn.length ? fileOfDrawn(drawn) : { field: 'drawn' }
  const typed = fileOfText(text)
  return 'file' in typed ? typed.file : { field: 'text', why: typed.wrong, line: typed.line }
}
