/** What a check is asked with. */
export interface CheckQuestion {
  file: File
  /** EPSG:…; empty lets the server find it in the file. */
  crs: string
  name: string
  /** 线状工程宽度, metres: lines are corridors of this width. */
  width?: number
  /** 点状工程半径, metres: points are circles of this radius. */
  radius?: number
  /** Degrees that a web map has shifted. */
  datum?: 'gcj02' | 'bd09'
  /** 七参数: the name of a set, a line, or the text of a file with one. */
  parameters?: string
  /** The person agreed to the system that the server proposed. */
  confirmCrs?: boolean
  /** 人工选择: what a person decided, by the question's key. */
  choices?: Readonly<Record<string, string>>
}

/** The fields of a question; what was not said is no field. */
export function formOf({ file, crs, name, width, radius, datum, parameters, confirmCrs, choices = {} }: CheckQuestion): FormData {
  const form = new FormData()
  form.set('file', file, file.name)
  if (crs.trim()) form.set('crs', crs.trim())
  if (name.trim()) form.set('name', name.trim())
  if (width !== undefined) form.set('width', String(width))
  if (radius !== undefined) form.set('radius', String(radius))
  if (datum) form.set('datum', datum)
  if (parameters) form.set('parameters', parameters)
  if (confirmCrs) form.set('confirm_crs', 'true')
  for (const [key, answer] of Object.entries(choices)) form.append('choice', `${key}=${answer}`)
  return form
}
