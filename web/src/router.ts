import { createRouter, createWebHistory, type RouteRecordRaw } from 'vue-router'
import type { Right } from './api'
import CheckView from './check/CheckView.vue'

declare module 'vue-router' {
  interface RouteMeta {
    /** Its tab in the navigation, where it is below one. */
    tab: string
    /** What one must be allowed to do there; nothing said: to look. */
    right?: Right
    /** Tables need more room beside the map. */
    wide?: boolean
  }
}

/** The tabs of the navigation: the route each opens, and its word in the catalogue. */
export const tabs = ['check', 'batches', 'changes', 'overlaps', 'stats', 'indicators', 'ledger', 'history', 'data', 'verify', 'users'] as const

/** What a tab is for, where looking is not enough. */
export const rights: Partial<Record<(typeof tabs)[number], Right>> = { check: 'ask', users: 'administer' }

/**
 * The page's addresses. Their first segments are also in internal/httpapi/page.go,
 * so that an address can be opened directly. Views but the first come when asked for.
 */
export const routes: RouteRecordRaw[] = [
  { path: '/', name: 'check', component: CheckView, meta: { tab: 'check', right: 'ask' } },
  { path: '/batches', name: 'batches', component: () => import('./batch/BatchesView.vue'), meta: { tab: 'batches' } },
  { path: '/batches/:id', name: 'batch', component: () => import('./batch/BatchView.vue'), props: true, meta: { tab: 'batches', wide: true } },
  { path: '/changes', name: 'changes', component: () => import('./changes/ChangesView.vue'), meta: { tab: 'changes', wide: true } },
  { path: '/changes/:id', name: 'change', component: () => import('./changes/ChangeView.vue'), props: true, meta: { tab: 'changes', wide: true } },
  { path: '/overlaps', name: 'overlaps', component: () => import('./overlaps/OverlapsView.vue'), meta: { tab: 'overlaps', wide: true } },
  { path: '/overlaps/:id', name: 'overlap', component: () => import('./overlaps/OverlapView.vue'), props: true, meta: { tab: 'overlaps', wide: true } },
  { path: '/indicators', name: 'indicators', component: () => import('./indicators/IndicatorsView.vue'), meta: { tab: 'indicators', wide: true } },
  { path: '/ledger', name: 'ledger', component: () => import('./ledger/LedgerView.vue'), meta: { tab: 'ledger', wide: true } },
  { path: '/ledger/:id', name: 'entry', component: () => import('./ledger/EntryView.vue'), props: true, meta: { tab: 'ledger', wide: true } },
  { path: '/history', name: 'history', component: () => import('./history/HistoryView.vue'), meta: { tab: 'history', wide: true } },
  { path: '/checks/:id', name: 'kept', component: () => import('./kept/KeptView.vue'), props: true, meta: { tab: 'history' } },
  { path: '/stats', name: 'stats', component: () => import('./stats/StatsView.vue'), meta: { tab: 'stats', wide: true } },
  { path: '/data/:layer?', name: 'data', component: () => import('./data/DataView.vue'), props: true, meta: { tab: 'data', wide: true } },
  { path: '/data/:layer/:label', name: 'version', component: () => import('./data/VersionView.vue'), props: true, meta: { tab: 'data', wide: true } },
  { path: '/import/:layer/:id?', name: 'import', component: () => import('./data/ImportView.vue'), props: true, meta: { tab: 'data', wide: true, right: 'deliver' } },
  { path: '/verify/:code?', name: 'verify', component: () => import('./verify/VerifyView.vue'), props: true, meta: { tab: 'verify' } },
  { path: '/audit', name: 'audit', component: () => import('./audit/AuditView.vue'), meta: { tab: 'users', wide: true, right: 'administer' } },
  { path: '/tokens', name: 'tokens', component: () => import('./account/TokensView.vue'), meta: { tab: '', wide: true } },
  { path: '/users', name: 'users', component: () => import('./account/PeopleView.vue'), meta: { tab: 'users', wide: true, right: 'administer' } },
  { path: '/:rest(.*)*', name: 'lost', component: () => import('./LostView.vue'), meta: { tab: '' } },
]

/** The page's router; root is the path the page stands at, "" for the top. */
export const openRouter = (root: string) => createRouter({ history: createWebHistory(`${root}/`), routes })
