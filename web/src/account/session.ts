import { computed, inject, onScopeDispose, provide, shallowRef, type ComputedRef, type InjectionKey, type ShallowRef } from 'vue'
import { ApiError, type AccountSession, type Api, type Right } from '../api'
import { onUnknown } from '../api/request'

/** 会话: who is asking, as the page knows it. The server decides; the page only shows what would be refused anyway. */
export interface SessionStore {
  /** Undefined until it was asked for; null from a server that has no sessions. */
  session: ShallowRef<AccountSession | null | undefined>
  /** Nothing else can be shown before somebody signs in, or sets a password. */
  waiting: ComputedRef<boolean>
  may(right: Right): boolean
  refresh(): Promise<void>
}

const key: InjectionKey<SessionStore> = Symbol('session')

export function provideSession(api: Api): SessionStore {
  const session = shallowRef<AccountSession | null>()
  const store: SessionStore = {
    session,
    waiting: computed(() => !!session.value && (!session.value.signed_in || session.value.password_due)),
    may: (right) => !session.value || session.value.rights.includes(right),
    async refresh() {
      try {
        session.value = await api.account.session()
      } catch (thrown) {
        if (thrown instanceof ApiError) session.value = session.value ?? null
        else throw thrown
      }
    },
  }
  onScopeDispose(onUnknown(() => void store.refresh())) // a session has ended
  provide(key, store)
  return store
}

/** The session of this page. */
export function useSession(): SessionStore {
  const store = inject(key, null)
  return store ?? { session: shallowRef(null), waiting: computed(() => false), may: () => true, refresh: () => Promise.resolve() }
}
