/** What can be asked for: what the actions of a kind begin with. */
export const actionKinds = ['check', 'batch', 'change', 'overlaps', 'stats', 'record', 'paper', 'export', 'import', 'publish', 'ledger', 'indicators', 'session', 'password', 'user', 'token', 'audit', 'seen'] as const

/** An action as a key of the catalogue, where dots would part: check.ask → check_ask. */
export const keyOf = (action: string): string => action.replaceAll('.', '_')

/** What an entry tells besides, a line a thing; what is deeper stays as it is written. */
export const linesOf = (detail: Readonly<Record<string, unknown>> | undefined): [name: string, value: string][] =>
  Object.entries(detail ?? {}).filter(([, value]) => value !== '' && value !== null).map(([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)])

/** A head without most of its hash, as people compare it: 21:3a7467e1…. */
export const shortHead = (head: string): string => head.replace(/^(\d+:[0-9a-f]{8})[0-9a-f]+$/, '$1…')
