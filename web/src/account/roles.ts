import type { Role } from '../api'

/** The roles, the least first. */
export const roles: readonly Role[] = ['viewer', 'planner', 'manager', 'approver', 'administrator']
