import { inject, type InjectionKey } from 'vue'
import { openApi, type Api } from './client'

export type * from './answers'
export type { AccountApi, NewPerson } from './account'
export type { AuditApi, AuditFilter } from './audit'
export type { ChosenFields, DataApi, DeliveryQuestion, ProposalQuestion } from './data'
export type { IndicatorsApi, IndicatorYears } from './indicators'
export type { OverlapsApi } from './overlaps'
export type { LedgerApi, LedgerFilter, LedgerFormat } from './ledger'
export type { ChangesApi, Consent, PublishAnswer } from './changes'
export type { Api, CheckSearch } from './client'
export { hasEnded } from './events'
export { ApiError, asProblem, type Problem } from './problem'
export type { CheckQuestion } from './question'
export type { Progress } from './request'
export { openApi }

/** Where components find the server; tests provide a fake one. */
export const apiKey: InjectionKey<Api> = Symbol('api')

/** The server of this page. */
export function useApi(): Api {
  return inject(apiKey, () => openApi(), true)
}
