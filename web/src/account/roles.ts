import type { Role } from '../api'

/** The roles, the least first; none: known, and may do nothing yet. */
export const roles: readonly Role[] = ['none', 'viewer', 'planner', 'manager', 'approver', 'administrator']
