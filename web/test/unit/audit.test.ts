import { flushPromises } from '@vue/test-utils'
import { describe, expect, it } from 'vitest'
import { ApiError, type AuditEntry, type AuditFilter, type AuditList } from '../../src/api'
import { keyOf, linesOf, shortHead } from '../../src/audit/audit'
import AuditView from '../../src/audit/AuditView.vue'
import { open } from './mounting'

const entry = (id: number, over: Partial<AuditEntry> = {}): AuditEntry => ({
  id, seq: id, at: '2026-11-26T02:00:00Z', who: 'zhang', role: 'approver', address: '10.0.0.7', action: 'publish', object: '500237.red-line@2026', outcome: 'done',
  request_id: 'r', detail: { confirmed_basis: '渝府〔2026〕1号', superseded: '' }, hash: 'ab'.repeat(32), ...over,
})
const page = (entries: AuditEntry[], next?: string): AuditList => ({ height: 21, head: `21:${'3a'.repeat(32)}`, waiting: 1, entries, ...(next && { next }) })

describe('what an entry says', () => {
  it('is put into words', () => {
    expect(keyOf('check.ask')).toBe('check_ask')
    expect(linesOf({ basis: '文1', kept: 9, empty: '', none: null, deep: { a: 1 } })).toEqual([['basis', '文1'], ['kept', '9'], ['deep', '{"a":1}']])
    expect(shortHead(`21:${'3a'.repeat(32)}`)).toBe('21:3a3a3a3a…')
  })
})

describe('the audit trail', () => {
  it('is listed with who, what and the chain’s state, narrowed and read on', async () => {
    const asked: [AuditFilter, string | undefined][] = []
    const view = open(AuditView, { audit: {
      list: (filter, next) => {
        asked.push([filter, next])
        return Promise.resolve(next ? page([entry(1, { who: 'local:root', role: 'local', action: 'made.up', outcome: 'refused' })]) : page([entry(2)], '/api/v1/audit?before=2'))
      },
    } })
    await flushPromises()
    expect(view.get('[data-test=chain]').text()).toContain('审计链已记 21 条，链头 21:3a3a3a3a…另有 1 条待编号')
    await view.findAll('button').find((button) => button.text() === '更多')?.trigger('click')
    await flushPromises()
    const rows = view.findAll('[data-test=audit] tbody tr').map((row) => row.text())
    expect(rows[0]).toContain('zhang审批 · 10.0.0.7发布500237.red-line@2026')
    expect(rows[0]).toContain('渝府〔2026〕1号')
    expect(rows[0]).toContain('确认依据') // not confirmed_basis
    expect(rows[0]).not.toContain('confirmed')
    expect(rows[1]).toContain('命令行（root）')
    expect(rows[1]).toContain('made.up')
    await view.get('#audit-who').setValue(' zhang ')
    await view.get('#audit-from').setValue('2026-11-01')
    await flushPromises()
    expect(asked.at(-1)?.[0]).toMatchObject({ who: 'zhang', since: new Date(2026, 10, 1).toISOString() })
    view.unmount()
  })

  it('is verified, and says where it does not hold', async () => {
    const view = open(AuditView, { audit: {
      list: () => Promise.resolve(page([])),
      verify: () => Promise.resolve({ whole: false, entries: 20, first: 1, head: '21:3a', broken: 1, breaks: [{ seq: 7, zh: '第 7 条被改动。', en: 'Entry 7 was changed.' }], missing: [], waiting: 0 }),
    } })
    await flushPromises()
    expect(view.find('[data-test=empty]').exists()).toBe(true)
    await view.findAll('button').find((button) => button.text() === '核验审计链')?.trigger('click')
    await flushPromises()
    expect(view.get('[data-test=verified]').text()).toContain('断点 1 处')
    expect(view.get('[data-test=verified]').text()).toContain('第 7 条被改动。')
    view.unmount()
  })

  it('says why it cannot be read', async () => {
    const view = open(AuditView, { audit: { list: () => Promise.reject(new ApiError({ code: 'right-missing', status: 403, zh: '没有权限。', en: 'No right.' })) } })
    await flushPromises()
    expect(view.get('[data-test=problem]').text()).toContain('没有权限')
    view.unmount()
  })
})
