import type { Indicator, IndicatorFinding, IndicatorValue, StatsFigure } from '../api'

/** 领域 with its indicators, in the order of the plan. */
export interface Domain {
  name: string
  indicators: Indicator[]
}

export function domainsOf(indicators: readonly Indicator[]): Domain[] {
  const names = [...new Set(indicators.map(({ domain }) => domain))]
  return names.map((name) => ({ name, indicators: indicators.filter(({ domain }) => domain === name) }))
}

/** The latest yearly value that was entered. */
export const latest = ({ values }: Indicator): IndicatorValue | undefined =>
  values.reduce<IndicatorValue | undefined>((newest, value) => (!newest || value.year > newest.year ? value : newest), undefined)

/** The years of which something was entered, the newest first. */
export const yearsOf = (indicators: readonly Indicator[]): number[] =>
  [...new Set(indicators.flatMap(({ values }) => values.map(({ year }) => year)))].sort((a, b) => b - a)

/** How many indicators each finding has. */
export function counted(indicators: readonly Indicator[]): Partial<Record<IndicatorFinding, number>> {
  const counts: Partial<Record<IndicatorFinding, number>> = {}
  for (const { finding } of indicators) if (finding) counts[finding] = (counts[finding] ?? 0) + 1
  return counts
}

/** 对照结果 of a published figure beside the computed one. */
export type FigureStatus = 'agrees' | 'differs' | 'notComputed'

export function statusOf({ computed, agrees }: StatsFigure): FigureStatus {
  if (computed === undefined || agrees === undefined) return 'notComputed'
  return agrees ? 'agrees' : 'differs'
}
