import type { IndicatorEntered, IndicatorList, IndicatorsEntered } from './answers'
import { queryOf } from './query'
import { ask, tell } from './request'

/** Which years are compared: 基准年 and, where it is not each indicator's latest, 比较年. */
export interface IndicatorYears {
  baseline?: number
  year?: number
}

/** 指标: the plan's indicators with their yearly values. */
export interface IndicatorsApi {
  list(years?: IndicatorYears): Promise<IndicatorList>
  /** Enters yearly values, all or none. */
  enter(values: readonly IndicatorEntered[]): Promise<IndicatorsEntered>
}

/** @param root the server's address, "" for the page's own */
export function openIndicators(root: string): IndicatorsApi {
  const address = `${root}/api/v1/indicators`
  return {
    list: (years = {}) => ask(address + queryOf({ ...years })),
    enter: (values) => tell(address, { values }),
  }
}
