import type * as zh from '../zh/audit'

export const audit: typeof zh.audit = {
  title: 'Audit trail',
  chain: 'The chain has {n} entries, head',
  waiting: '{n} more wait for their place',
  verify: 'Verify the chain',
  verifying: 'Verifying…',
  export: 'Export (JSONL)',
  whole: 'The chain holds: {n} entries from {first} on; none was changed, removed, inserted or moved.',
  broken: 'The chain does not hold: {n} breaks. Leave everything as it is and call whoever is responsible.',
  head: 'Head (note it elsewhere, and ask hongxian audit verify --expect later):',
  when: 'When',
  who: 'Who',
  action: 'What',
  object: 'Object',
  objectHint: 'beginning, as in 500237.red-line',
  outcome: 'Outcome',
  place: 'Place',
  unplaced: 'not yet',
  detail: 'Details',
  from: 'From',
  to: 'To',
  search: 'Search',
  none: 'No entry fits.',
  local: 'local user',
  service: 'the service',
  command: 'command line ({user})',
}

export const auditOutcome: typeof zh.auditOutcome = { done: 'done', refused: 'refused', failed: 'failed' }

export const auditKind: typeof zh.auditKind = {
  check: 'Checks', batch: 'Batches', change: 'Comparisons', overlaps: 'Overlaps', stats: 'Statistics', record: 'Records seen', paper: 'Papers', export: 'Data exports', import: 'Imports', publish: 'Publications',
  ledger: 'Ledger', indicators: 'Indicators', session: 'Sign-in and -out', password: 'Passwords', user: 'Users', token: 'Tokens', audit: 'Audit', seen: 'Looking',
}

export const auditAction: typeof zh.auditAction = {
  check_ask: 'checked', batch_ask: 'handed in a batch', batch_answer: 'answered a batch', batch_end: 'cancelled a batch', change_ask: 'compared versions', overlaps_ask: 'measured overlaps', stats_ask: 'kept a table', record_see: 'saw a record',
  paper: 'fetched a paper', export: 'exported data', import: 'imported', import_cancel: 'cancelled an import', import_propose: 'had a file recognised', publish: 'published', ledger_add: 'added to the ledger', ledger_step: 'settled in the ledger', indicators_set: 'entered indicators', measure: 'measured',
  session_begin: 'signed in', session_end: 'signed out', password_set: 'changed a password', password_reset: 'reset a password', user_add: 'added a user', user_change: 'changed a user', token_add: 'made a token', token_revoke: 'revoked a token',
  audit_read: 'read the audit', audit_verify: 'verified the chain', audit_export: 'exported the audit', audit_cut: 'archived the audit', profile: 'profiled', seen: 'looked (by the hour)',
}

export const auditDetail: typeof zh.auditDetail = {
  code: 'error', status: 'status', format: 'format', entries: 'entries', through: 'up to number', hash: 'hash there', issuer: 'issuer', subject: 'its account', made: 'account made', role: 'role',
  times: 'times', since: 'since', digest: 'digest', source_digest: "file's digest", kept: 'features kept', state: 'state', first: 'first parcel', last: 'last parcel', answered: 'answered', versions: 'versions',
  from: 'from', to: 'to', values: 'values', replaced: 'replaced', superseded: 'superseded', confirmed_basis: 'confirmed on', new: 'kept for the first time',
}
