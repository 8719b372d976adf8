import type { CheckEntry, Found, FoundFeature, FoundPlace } from '../api'

/** What a search found, in one list: coordinates, then features, then kept checks. */
export type Result =
  | { kind: 'place'; key: string; place: FoundPlace }
  | { kind: 'feature'; key: string; feature: FoundFeature }
  | { kind: 'check'; key: string; check: CheckEntry }

export function resultsOf({ places, features, checks }: Found): Result[] {
  return [
    ...places.map((place, i) => ({ kind: 'place' as const, key: `place-${i}`, place })),
    ...features.map((feature, i) => ({ kind: 'feature' as const, key: `feature-${i}`, feature })),
    ...checks.map((check, i) => ({ kind: 'check' as const, key: `check-${i}`, check })),
  ]
}
