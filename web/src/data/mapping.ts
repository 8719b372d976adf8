import type { ChosenFields } from '../api'

/** What a field of a delivery may carry that a person can choose. */
export const meanings = ['code', 'name', 'class'] as const
export type Meaning = (typeof meanings)[number]

/** The form field that says which field carries it. */
export const fieldOf = (meaning: Meaning): keyof ChosenFields => `${meaning}_field`
