import type { Check, CheckAnswer, CheckLayer, Layer, Status } from '../api'

/** Whether the site of an answer is on the map, is being fetched, or cannot be had. */
export type OnMap = 'drawn' | 'coming' | 'missing'

/** The three lists of an answer, in the order they are read. */
export const statuses: readonly Status[] = ['concerned', 'not_checked', 'not_concerned']

/** The layers by status, each list in the catalogue's order. */
export function byStatus(layers: readonly CheckLayer[]): Record<Status, CheckLayer[]> {
  return {
    concerned: layers.filter(({ status }) => status === 'concerned'),
    not_concerned: layers.filter(({ status }) => status === 'not_concerned'),
    not_checked: layers.filter(({ status }) => status === 'not_checked'),
  }
}

/** One answer of a file: all its parcels together, or one of them. */
export interface Part {
  /** 0 is the whole; parcels count from 1. */
  number: number
  check: Check
  /** What its papers are had by: the check's id, of the whole the set's. */
  papers: string
}

/** The parts of an answer, the whole first; one part where the file has one parcel. */
export function partsOf(answer: CheckAnswer): [Part, ...Part[]] {
  if (!('whole' in answer)) return [{ number: 0, check: answer, papers: answer.id }]
  return [
    { number: 0, check: answer.whole, papers: answer.id },
    ...answer.checks.map((check, i) => ({ number: i + 1, check, papers: check.id })),
  ]
}

/** Layers that some township's part touches: the columns of the township table. */
export function townshipColumns({ layers, townships }: Check): CheckLayer[] {
  return layers.filter(({ layer }) => townships.some(({ overlap_m2 }) => (overlap_m2[layer] ?? 0) > 0))
}

/** Version and digest as far as they are read aloud: the first 12 of 64 characters. */
export const short = (digest: string): string => digest.slice(0, 12)

/** A title in the reader's language. */
export const titleIn = (language: string, { title, title_en }: Pick<Layer, 'title' | 'title_en'>): string =>
  language === 'en' ? title_en : title
