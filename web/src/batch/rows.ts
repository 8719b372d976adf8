import type { Api, Parcel } from '../api'

/** What a batch's table is sorted by: a column, or the overlap with a layer. */
export type SortKey = 'number' | 'name' | 'area' | 'outcome' | `layer:${string}`

export interface Sorting {
  by: SortKey
  descending: boolean
}

/** How grave an outcome is: what cannot be said comes before what is clear. */
const gravity = ['clear', 'conditional', 'review', 'prohibited']

/** The parcels in the wanted order; equal ones in the order of the file, those without a figure last. */
export function sorted(parcels: readonly Parcel[], { by, descending }: Sorting): Parcel[] {
  const sign = descending ? -1 : 1
  return [...parcels].sort((a, b) => {
    const [one, other] = [valueOf(a, by), valueOf(b, by)]
    if (one === undefined || other === undefined) return Number(one === undefined) - Number(other === undefined) || a.number - b.number
    const order = typeof one === 'string' ? one.localeCompare(String(other), 'zh-CN') : one - Number(other)
    return sign * order || a.number - b.number
  })
}

function valueOf(parcel: Parcel, by: SortKey): number | string | undefined {
  if (by === 'number') return parcel.number
  if (by === 'name') return parcel.name
  if (by === 'area') return parcel.area_m2
  if (by === 'outcome') return parcel.outcome && gravity.indexOf(parcel.outcome)
  return overlapOf(parcel, by.slice('layer:'.length))?.overlap_m2
}

/** What a parcel's check says of a layer; undefined while it says nothing. */
export const overlapOf = (parcel: Parcel, layer: string) => parcel.layers.find((one) => one.layer === layer)

/** A column of overlaps: the layers that any parcel concerns, or could not be checked against. */
export interface Column {
  layer: string
  title: string
  title_en: string
}

export function columnsOf(parcels: readonly Parcel[]): Column[] {
  const columns = new Map<string, Column>()
  const order = parcels.find(({ layers }) => layers.length)?.layers ?? []
  for (const { layer, title, title_en } of order) {
    if (parcels.some((parcel) => (overlapOf(parcel, layer)?.status ?? 'not_concerned') !== 'not_concerned')) columns.set(layer, { layer, title, title_en })
  }
  return [...columns.values()]
}

/** All parcels of a batch, page by page; each page is told while the next is fetched. */
export async function allParcels(api: Api, id: string, told: (parcels: Parcel[]) => boolean): Promise<void> {
  let parcels: Parcel[] = []
  for (;;) {
    const page = await api.parcels(id, parcels.at(-1)?.number ?? 0)
    parcels = [...parcels, ...page.parcels]
    if (!told(parcels) || !page.next || page.parcels.length === 0) return
  }
}
