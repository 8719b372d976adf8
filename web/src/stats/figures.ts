import type { Stats, StatsColumn, StatsRow } from '../api'

/** 统计表行: a row with what it is called, as every form of the table calls it. */
export interface Line {
  row: StatsRow
  kind: 'township' | 'subtotal' | 'outside' | 'multiply' | 'total'
}

/** All rows in the order they are printed: townships, subtotals, and the terms that close the table. */
export function linesOf(stats: Stats): Line[] {
  return [
    ...stats.rows.map((row) => ({ row, kind: 'township' as const })),
    ...stats.subtotals.map((row) => ({ row, kind: 'subtotal' as const })),
    { row: stats.outside, kind: 'outside' },
    { row: stats.multiply_covered, kind: 'multiply' },
    { row: stats.total, kind: 'total' },
  ]
}

/** A head above columns of one layer: how many of them it spans. */
export interface Group {
  title: string
  span: number
}

const isOfLayer = ({ kind }: StatsColumn): boolean => kind === 'layer' || kind === 'class' || kind === 'class_overlap'

/** The columns by what they belong to: a layer with its classes, or a column alone. */
export function groupsOf(columns: readonly StatsColumn[], titleOf: (column: StatsColumn) => string): Group[] {
  const groups: (Group & { ref: string; adjusted: boolean })[] = []
  for (const column of columns) {
    const last = groups.at(-1)
    const together = last?.ref === column.ref && last.adjusted === column.adjusted && isOfLayer(column) && column.kind !== 'layer'
    if (last && together) last.span++
    else groups.push({ title: titleOf(column), span: 1, ref: isOfLayer(column) ? column.ref : '', adjusted: column.adjusted })
  }
  return groups
}

/** A bar of the chart: a township's figure, and its length as a share of the longest. */
export interface Bar {
  code: string
  name: string
  text: string
  share: number | null
  length: number
}

/** The column's bars, by code as the table is, or from the largest on. */
export function barsOf(stats: Stats, column: number, bySize: boolean): Bar[] {
  const longest = Math.max(...stats.rows.map(({ values }) => values[column] ?? 0))
  const bars = stats.rows.map(({ code, name, values, printed, shares }) => ({
    code, name, text: printed[column]?.text ?? '', share: shares[column] ?? null,
    value: values[column] ?? 0, length: longest > 0 ? (values[column] ?? 0) / longest : 0,
  }))
  return bySize ? bars.sort((a, b) => b.value - a.value) : bars
}
