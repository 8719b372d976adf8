import { flushPromises, mount } from '@vue/test-utils'
import { describe, expect, it, vi } from 'vitest'
import { defineComponent, h, type Component } from 'vue'
import { createMemoryHistory, createRouter } from 'vue-router'
import AppHeader from '../../src/AppHeader.vue'
import LocalNote from '../../src/account/LocalNote.vue'
import PeopleView from '../../src/account/PeopleView.vue'
import SignInView from '../../src/account/SignInView.vue'
import TokensView from '../../src/account/TokensView.vue'
import { provideSession, type SessionStore } from '../../src/account/session'
import { ApiError, apiKey, type AccountSession, type Person, type Right, type Token } from '../../src/api'
import { createCatalogues } from '../../src/i18n'
import { routes } from '../../src/router'
import { fakeApi, type FakeAnswers } from './fake-api'

const session = (over: Partial<AccountSession> = {}): AccountSession => ({
  signed_in: true, local: false, password_due: false, limited: false, rights: ['see', 'ask'], methods: ['password'], name: 'zhang', title: '张三', role: 'planner', ...over,
})
const nobody = session({ signed_in: false, rights: [], name: undefined, title: undefined, role: undefined })
const failed = new ApiError({ code: 'sign-in-failed', status: 403, zh: '用户名或密码不对，或账号已停用。', en: 'The name or the password is wrong.' })

/** The head of the page, its note and the sign-in, before a server that knows who asks. */
async function open(answers: NonNullable<FakeAnswers['account']>, view?: Component) {
  let store!: SessionStore
  const api = fakeApi({ account: answers })
  const page = mount(defineComponent({
    setup() {
      store = provideSession(api)
      void store.refresh()
      return () => [h(AppHeader, { county: '巫山县', icon: '' }), h(LocalNote), store.waiting.value ? h(SignInView) : view && store.session.value ? h(view) : null]
    },
  }), {
    global: { plugins: [createCatalogues(), createRouter({ history: createMemoryHistory(), routes })], provide: { [apiKey as symbol]: api } },
    attachTo: document.body,
  })
  await flushPromises()
  return { page, store, tabs: () => page.findAll('nav a').map((a) => a.text()) }
}

describe('signing in', () => {
  it('shows nothing else to whoever has not, says what was refused, and clears the password', async () => {
    const signIn = vi.fn().mockRejectedValueOnce(failed).mockResolvedValueOnce(session())
    const { page, tabs } = await open({ session: () => Promise.resolve(nobody), signIn })
    expect(tabs()).toEqual([])
    await page.get('#sign-in-name').setValue('zhang')
    await page.get('#sign-in-password').setValue('wrong')
    await page.get('form').trigger('submit')
    await flushPromises()
    expect(page.get('[data-test=problem]').text()).toContain('用户名或密码不对')
    expect(page.get<HTMLInputElement>('#sign-in-password').element.value).toBe('')
    await page.get('#sign-in-password').setValue('right')
    await page.get('form').trigger('submit')
    await flushPromises()
    expect(signIn).toHaveBeenLastCalledWith('zhang', 'right')
    expect(page.find('.sign-in').exists()).toBe(false)
    expect(page.get('[data-test=who]').text()).toContain('张三')
  })

  it('leads to the identity provider where there is one, and says once why it signed nobody in', async () => {
    history.replaceState(null, '', '/verify/A?sign-in=role-missing#map=9')
    const through = session({ ...nobody, methods: ['password', 'oidc'], oidc_title: '省统一认证' })
    const { page } = await open({ session: () => Promise.resolve(through) })
    expect(page.get('[data-test=why]').text()).toContain('尚未授予角色')
    expect(page.get('.provider').text()).toBe('通过省统一认证登录')
    expect(page.get('.provider').attributes('href')).toBe('/api/v1/session/oidc?return=%2Fverify%2FA%23map%3D9')
    expect(location.search).toBe('')
    page.unmount()
    const without = await open({ session: () => Promise.resolve(nobody) })
    expect(without.page.find('.provider').exists()).toBe(false)
    expect(without.page.find('[data-test=why]').exists()).toBe(false)
    history.replaceState(null, '', '/')
  })

  it('asks for a password of one’s own after a one-time one, typed twice alike', async () => {
    const setPassword = vi.fn().mockResolvedValue(session())
    const { page } = await open({ session: () => Promise.resolve(session({ password_due: true })), setPassword })
    await page.get('#new-password').setValue('Six-hills-2026')
    await page.get('#new-password-again').setValue('Six-hills-2027')
    expect(page.get('#differs').text()).not.toBe('')
    expect(page.get('button[type=submit]').attributes('disabled')).toBeDefined()
    await page.get('#new-password-again').setValue('Six-hills-2026')
    await page.get('form').trigger('submit')
    await flushPromises()
    expect(setPassword).toHaveBeenCalledWith('Six-hills-2026')
  })

  it('signs out', async () => {
    const signOut = vi.fn().mockResolvedValue(undefined)
    const { page } = await open({ session: vi.fn().mockResolvedValueOnce(session()).mockResolvedValue(nobody), signOut })
    await page.get('[data-test=who] button').trigger('click')
    await flushPromises()
    expect(signOut).toHaveBeenCalled()
    expect(page.find('.sign-in').exists()).toBe(true)
  })
})

describe('what a role may use', () => {
  it.each<[Right[], boolean, boolean]>([[['see'], false, false], [['see', 'ask'], true, false], [['see', 'ask', 'deliver', 'approve', 'administer'], true, true]])(
    'with %j: check %s, users %s', async (rights, check, users) => {
      const { tabs } = await open({ session: () => Promise.resolve(session({ rights })) })
      expect([tabs().includes('项目核查'), tabs().includes('管理'), tabs().includes('核查记录')]).toEqual([check, users, true])
    })

  it('says that nobody had to sign in at the machine itself', async () => {
    const { page } = await open({ session: () => Promise.resolve(session({ local: true, role: 'administrator' })) })
    expect(page.get('[data-test=local]').text()).toContain('本机免登录')
    expect(page.find('[data-test=who]').exists()).toBe(false)
    await page.get('[data-test=local] button').trigger('click')
    expect(page.find('[data-test=local]').exists()).toBe(false)
  })

  it('is everything before a server without sessions', async () => {
    const gone = new ApiError({ code: 'address-unknown', status: 404, zh: '没有这个地址。', en: 'Nothing there.' })
    const { tabs, page } = await open({ session: () => Promise.reject(gone) })
    expect(tabs()).toContain('项目核查')
    expect(page.find('[data-test=local]').exists()).toBe(false)
  })
})

describe('tokens', () => {
  const token = (id: number, over: Partial<Token> = {}): Token => ({ id, name: `审批系统${id}`, prefix: `hx_${id}`, rights: ['see'], created_at: '2026-11-01T00:00:00Z', ...over })

  async function shown(over: Partial<AccountSession>, answers: NonNullable<FakeAnswers['account']> = {}) {
    return (await open({ session: () => Promise.resolve(session(over)), ...answers }, TokensView)).page
  }

  it('are nobody’s at the machine itself', async () => {
    const page = await shown({ local: true })
    expect(page.find('[data-test=no-account]').exists()).toBe(true)
    expect(page.find('form').exists()).toBe(false)
    page.unmount()
  })

  it('are made with rights one has, shown once, and ended after a second press', async () => {
    const addToken = vi.fn().mockResolvedValue({ token: token(3), secret: 'hx_3_whole-secret' })
    const revokeToken = vi.fn().mockResolvedValue(undefined)
    const held = [token(3), token(2, { revoked_at: '2026-11-02T00:00:00Z' }), token(1, { expires_at: '2026-01-01T00:00:00Z' })]
    const page = await shown({ rights: ['see', 'ask'] }, { addToken, revokeToken, tokens: () => Promise.resolve({ tokens: held }) })
    expect(page.findAll('fieldset label').map((label) => label.text())).toEqual(['查看', '核查、比较'])
    expect(page.findAll('[data-test=tokens] tbody tr').map((row) => row.findAll('td')[4]?.text())).toEqual(['有效', '已作废', '已到期'])
    await page.get('#token-name').setValue(' 审批系统 ')
    await page.get('#token-days').setValue(0)
    await page.get('form').trigger('submit')
    await flushPromises()
    expect(addToken).toHaveBeenCalledWith('审批系统', ['see'], undefined)
    expect(page.get('[data-test=secret]').text()).toContain('hx_3_whole-secret')
    const row = page.findAll('[data-test=tokens] tbody tr')[0]
    await row?.get('button').trigger('click')
    expect(revokeToken).not.toHaveBeenCalled()
    await row?.get('button').trigger('click')
    await flushPromises()
    expect(revokeToken).toHaveBeenCalledWith(3)
    expect(page.find('[data-test=secret]').exists()).toBe(false)
    page.unmount()
  })
})

describe('the users', () => {
  const person: Person = { name: 'li', title: '李四', role: 'viewer', disabled: false, has_password: true, one_time: false, scope: { layers: ['red-line'], clearance: 'internal' }, created_at: '2026-11-26T00:00:00Z' }

  it('are listed with what they may see; a reset password is shown once', async () => {
    const change = vi.fn().mockResolvedValue(person)
    const page = mount(PeopleView, { global: { plugins: [createCatalogues(), createRouter({ history: createMemoryHistory(), routes })], provide: { [apiKey as symbol]: fakeApi({ account: {
      people: () => Promise.resolve({ users: [person] }), change, reset: () => Promise.resolve({ user: person, one_time_password: 'abcd-efgh-2345-6723' }),
    } }) } } })
    await flushPromises()
    expect(page.get('tbody').text()).toContain('图层 red-line；密级至内部')
    await page.get('select').setValue('planner')
    expect(change).toHaveBeenCalledWith('li', { role: 'planner' })
    await page.findAll('tbody button')[0]?.trigger('click')
    await flushPromises()
    expect(page.get('[data-test=one-time] code').text()).toBe('abcd-efgh-2345-6723')
  })
})
