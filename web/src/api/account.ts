import type { AccountSession, OneTimePassword, Person, PersonList, Right, Role, Scope, TokenCreated, TokenList } from './answers'
import { ask, change, tell } from './request'

/** A new account. */
export interface NewPerson {
  name: string
  title?: string
  role: Role
  scope?: Scope
}

/** 账号: who is asking, and, for administrators, who may. */
export interface AccountApi {
  session(): Promise<AccountSession>
  signIn(name: string, password: string): Promise<AccountSession>
  signOut(): Promise<void>
  /** The old password is not asked for after a one-time one. */
  setPassword(next: string, old?: string): Promise<AccountSession>
  people(): Promise<PersonList>
  add(person: NewPerson): Promise<OneTimePassword>
  change(name: string, what: { title?: string; role?: Role; disabled?: boolean; scope?: Scope }): Promise<Person>
  /** 重置密码: a one-time password, shown this once. */
  reset(name: string): Promise<OneTimePassword>
  /** 令牌: one's own, for programs. */
  tokens(): Promise<TokenList>
  /** Makes a token; its secret is shown this once. */
  addToken(name: string, rights: Right[], expires?: string): Promise<TokenCreated>
  revokeToken(id: number): Promise<void>
}

/** @param root the server's address, "" for the page's own */
export function openAccount(root: string): AccountApi {
  const at = (path: string) => `${root}/api/v1/${path}`
  const id = encodeURIComponent
  return {
    session: () => ask(at('session')),
    signIn: (name, password) => tell(at('session'), { name, password }),
    signOut: () => ask(at('session'), 'DELETE'),
    setPassword: (next, old) => tell(at('session/password'), old === undefined ? { new: next } : { old, new: next }),
    people: () => ask(at('users')),
    add: (person) => tell(at('users'), person),
    change: (name, what) => change(at(`users/${id(name)}`), what),
    tokens: () => ask(at('tokens')),
    addToken: (name, rights, expires) => tell(at('tokens'), { name, rights, ...(expires && { expires_at: expires }) }),
    revokeToken: (token) => ask(at(`tokens/${token}`), 'DELETE'),
    reset: (name) => ask(at(`users/${id(name)}/password`), 'POST'),
  }
}
