/** 转换约定: which way the rotations turn. */
export const conventions = ['position-vector', 'coordinate-frame'] as const
export type Convention = (typeof conventions)[number]

/** How seven parameters (七参数) are given: a set that the server holds, a file with one, those of the delivery itself, or written out. */
export const ways = ['', 'held', 'file', 'own', 'written'] as const
export type Way = (typeof ways)[number]

/** The seven, in the order of 转换参数; with their units. */
export const numbers = ['dx', 'dy', 'dz', 'rx', 'ry', 'rz', 'scale'] as const
export const unitOf = (name: (typeof numbers)[number]): string => (name.startsWith('d') ? 'm' : name.startsWith('r') ? '″' : 'ppm')

/** Seven parameters as they stand in the form. */
export interface ParametersTyped {
  way: Way
  /** Of a set that the server holds for the county. */
  name: string
  /** What was read of a picked file, and what it is called. */
  file: { name: string; text: string } | null
  /** xian80, beijing54, or the name of another datum. */
  datum: string
  convention: Convention | ''
  values: string[]
}

export const noParameters = (): ParametersTyped => ({ way: '', name: '', file: null, datum: 'xian80', convention: '', values: numbers.map(() => '') })

/** The largest file that can be a set of parameters, in bytes; the server takes no more. */
export const LARGEST_SET = 8192

/** A number without doubt: no thousands, no comma. */
const isNumber = (text: string): boolean => /^[+-]?\d+(\.\d+)?$/.test(text.trim())

/**
 * The parameters as the server takes them; "" for none, null while something is
 * missing. The convention has no default: a wrong one moves the ground by metres.
 */
export function parametersText({ way, name, file, datum, convention, values }: ParametersTyped): string | null {
  if (way === '') return ''
  if (way === 'held') return name.trim() || null
  if (way === 'file') return file && `${file.text.trim()}\n`
  const head = datum.trim() && convention && `${datum.trim()}/${convention}/m/arcsecond/ppm`
  if (!head) return null
  if (way === 'own') return `${head}:file`
  return values.every(isNumber) ? `${head}:${values.map((value) => value.trim()).join(',')}` : null
}
