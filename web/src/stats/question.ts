import { queryOf } from '../api/client'

/** 面积单位 of a table. */
export const units = ['ha', 'm2', 'mu', 'km2', 'wmu'] as const
export type StatsUnit = (typeof units)[number]

/** The forms of a table, the ones planners hand in first. */
export const formats = ['xlsx', 'csv', 'pdf', 'gpkg', 'geojson', 'json'] as const
export type StatsFormat = (typeof formats)[number]

/** Which township table is wanted. */
export interface StatsQuestion {
  /** References of the columns; empty: every layer in force, and what the county's profile names. */
  refs: readonly string[]
  byClass: boolean
  /** Columns for features of a layer that lie on each other. */
  within: boolean
  unit: StatsUnit
  /** Of printed areas; empty: the customary ones. */
  decimals: number | ''
  /** Label of the township version whose townships are the rows; empty: the one in force. */
  townships: string
  /** 规划数据对照: the plan's figures and the layers they are of, instead of chosen columns. */
  plan?: boolean
}

/** The question as a query; what was not said is no parameter. */
export function statsQuery({ refs, byClass, within, unit, decimals, townships, plan }: StatsQuestion, format?: StatsFormat): string {
  return queryOf({ layers: plan ? undefined : refs.join(','), by: byClass ? 'class' : undefined, within, plan, townships, unit, decimals, format })
}
