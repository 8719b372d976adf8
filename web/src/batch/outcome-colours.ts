import type { Outcome } from '../api'

/** Colours of outcomes on the map; also told apart in the table. */
export const outcomeColours: Record<Outcome | 'none', string> = {
  clear: '#0F7B3F', conditional: '#C98A00', review: '#7A4B9E', prohibited: '#B42318', none: '#6B7280',
}
