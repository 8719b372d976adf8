import type { CheckQuestion } from '../api'
import { noParameters, type ParametersTyped } from '../upload/parameters'

/** The options of the fold, as typed. */
export interface MoreTyped {
  width: string
  radius: string
  datum: NonNullable<CheckQuestion['datum']> | ''
  parameters: ParametersTyped
}

export const noMore = (): MoreTyped => ({ width: '', radius: '', datum: '', parameters: noParameters() })

/** A length that was typed, in metres; undefined for none, null when it is not one the server takes. */
export function metresOf(typed: string): number | undefined | null {
  const text = typed.trim()
  if (text === '') return undefined
  if (!/^\d{1,5}(\.\d{1,3})?$/.test(text)) return null
  const metres = Number(text)
  return metres > 0 && metres <= 10000 ? metres : null
}
