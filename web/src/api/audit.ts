import type { AuditList, AuditOutcome, AuditVerification } from './answers'
import { queryOf } from './query'
import { ask } from './request'

/** What a list of entries is narrowed by; empty: everything. */
export interface AuditFilter {
  who: string
  /** What the action begins with. */
  action: string
  object: string
  outcome: AuditOutcome | ''
  /** RFC 3339: at this moment or later, and before that one. */
  since?: string
  until?: string
}

/** 审计日志, for administrators. */
export interface AuditApi {
  /** Newest first; next is that of the page before. */
  list(filter: AuditFilter, next?: string): Promise<AuditList>
  /** 核验: follows the whole chain. */
  verify(): Promise<AuditVerification>
  /** Where the chain can be fetched as JSON lines. */
  exportAddress(): string
}

/** @param root the server's address, "" for the page's own */
export function openAudit(root: string): AuditApi {
  const at = (path: string) => `${root}/api/v1/audit${path}`
  return {
    list: (filter, next) => ask(next ? root + next : at(queryOf({ ...filter }))),
    verify: () => ask(at('/verification')),
    exportAddress: () => at('/export'),
  }
}
