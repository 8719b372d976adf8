import { flushPromises } from '@vue/test-utils'
import { describe, expect, it } from 'vitest'
import { ApiError, type CheckSearch, type Verification } from '../../src/api'
import { queryOf } from '../../src/api/client'
import HistoryView from '../../src/history/HistoryView.vue'
import KeptView from '../../src/kept/KeptView.vue'
import { beginOf } from '../../src/time/when'
import VerifyView from '../../src/verify/VerifyView.vue'
import { check } from './fake-api'
import { open } from './mounting'

const verification: Verification = {
  id: check.id, code: 'ME9E-VY8Y-K271-G311-W', kind: 'check', confirmed: true, recomputed: true, deviations: [], check,
  changes: [
    { layer: 'red-line', title: '生态保护红线', was: 'not_concerned', is: 'concerned', was_ref: '500237.red-line@2018', is_ref: '500237.red-line@2022', was_m2: 0, is_m2: 12345.675, version_only: false },
    { layer: 'farmland', title: '永久基本农田', was: 'not_concerned', is: 'not_concerned', was_ref: '500237.farmland@2020', is_ref: '500237.farmland@2022', was_m2: 0, is_m2: 0, version_only: true },
  ],
}

describe('the verify view', () => {
  it('confirms a report, and says what would differ today', async () => {
    const asked: string[] = []
    const view = open(VerifyView, {
      verify: (code) => {
        asked.push(code)
        return Promise.resolve(verification)
      },
    }, { code: verification.code })
    await flushPromises()
    expect(asked).toEqual([verification.code])
    expect(view.text()).toContain('报告属实')
    const [moved, only] = view.findAll('[data-test=changes] tbody')
    for (const part of ['不涉及', '涉及', '500237.red-line@2018', '500237.red-line@2022', '12345.68', '1.2346']) expect(moved?.text()).toContain(part)
    expect(only?.text()).toContain('仅版本不同')
    view.unmount()
  })

  it('names the figures that come out differently', async () => {
    const view = open(VerifyView, { verify: () => Promise.resolve({ ...verification, confirmed: false, deviations: ['地块面积：1 → 2 平方米'] }) }, { code: 'x' })
    await flushPromises()
    expect(view.text()).toContain('重新计算不一致')
    expect(view.text()).toContain('地块面积：1 → 2 平方米')
    expect(view.text()).not.toContain('报告属实')
    view.unmount()
  })

  it('says what is kept of a table that could not be computed again', async () => {
    const stats = {
      ...({} as NonNullable<Verification['stats']>), created_at: check.created_at, schematic: true, townships: '500237.township@2023',
      columns: [{ layer: 'red-line', class: '', kind: 'layer' as const, ref: '500237.red-line@2022', title: '生态保护红线', title_en: 'Red line', adjusted: false, counted: true }],
    }
    const view = open(VerifyView, {
      verify: () => Promise.resolve({ ...verification, check: undefined, kind: 'stats', confirmed: false, recomputed: false, note: '分区文件没有留存。', changes: [], stats }),
      recordAddress: (found, format) => `/papers/${found.kind}/${found.id}.${format}`,
    }, { code: 'x' })
    await flushPromises()
    for (const part of ['未能重新计算', '分区文件没有留存。', '乡镇统计表', '500237.township@2023', '生态保护红线（500237.red-line@2022）', '示意数据']) expect(view.text()).toContain(part)
    for (const part of ['报告属实', '重新计算不一致', '现行版本']) expect(view.text()).not.toContain(part)
    expect(view.get('[data-test=kept-record] a').attributes('href')).toBe(`/papers/stats/${check.id}.pdf`)
    view.unmount()
  })

  it('shows the figures of a comparison, and leads to it', async () => {
    const change = {
      ...({} as NonNullable<Verification['change']>), id: check.id, created_at: check.created_at, schematic: false, title: '生态保护红线',
      from: '500237.red-line@2018', to: '500237.red-line@2022', net_m2: -12345.675, gained_m2: 0, lost_m2: 12345.675,
      verdict: { ...({} as NonNullable<Verification['change']>['verdict']), not_decreased: false, lost_without_approval_m2: 10000 },
    }
    const view = open(VerifyView, { verify: () => Promise.resolve({ ...verification, check: undefined, kind: 'change', changes: [], change }) }, { code: 'x' })
    await flushPromises()
    for (const part of ['报告属实', '面积变化核查', '500237.red-line@2018 → 500237.red-line@2022', '-12345.68', '1.0000', '减少']) expect(view.text()).toContain(part)
    expect(view.find('[data-test=papers]').exists()).toBe(false) // those of checks
    expect(view.get('[data-test=kept-record] a').attributes('href')).toBe(`/changes/${check.id}`)
    view.unmount()
  })

  it('tells a code that nothing is kept under from one that is mistyped', async () => {
    const refuse = (code: string) => () => Promise.reject(new ApiError({ code, status: 404, zh: '校验字符不符。', en: 'No.' }))
    const unknown = open(VerifyView, { verify: refuse('record-unknown') }, { code: 'x' })
    await flushPromises()
    expect(unknown.get('[data-test=no-record]').text()).toContain('没有这份报告的留存记录')
    unknown.unmount()
    const mistyped = open(VerifyView, { verify: refuse('code-malformed') }, { code: 'x' })
    await flushPromises()
    expect(mistyped.find('[data-test=no-record]').exists()).toBe(false)
    expect(mistyped.get('[data-test=problem]').text()).toContain('校验字符不符。')
    mistyped.unmount()
  })

  it('leads a typed code to its address', async () => {
    const view = open(VerifyView)
    await view.get('form').trigger('submit')
    expect(view.text()).toContain('请先输入查验码。')
    await view.get('#verify-code').setValue(' ME9E ')
    await view.get('form').trigger('submit')
    await flushPromises()
    expect(view.router.currentRoute.value.fullPath).toBe('/verify/ME9E')
    view.unmount()
  })
})

describe('a kept check', () => {
  it('is compared with today, and asked again when something differs', async () => {
    const again: string[] = []
    const view = open(KeptView, {
      kept: () => Promise.resolve(check),
      verify: () => Promise.resolve(verification),
      again: (id) => {
        again.push(id)
        return Promise.resolve({ ...check, id: 'f'.repeat(64) })
      },
    }, { id: check.id })
    await flushPromises()
    expect(view.get('[data-test=check-id]').text()).toBe(check.id)
    const press = async (word: string) => {
      await view.findAll('button').find((button) => button.text() === word)?.trigger('click')
      await flushPromises()
    }
    await press('与现行版本比较')
    expect(view.find('[data-test=changes]').exists()).toBe(true)
    await press('用现行版本重新核查并留存')
    expect(again).toEqual([check.id])
    expect(view.router.currentRoute.value.fullPath).toBe(`/checks/${'f'.repeat(64)}`)
    view.unmount()
  })

  it('is asked again with what a person decides', async () => {
    const chosen: unknown[] = []
    const view = open(KeptView, {
      kept: () => Promise.resolve(check),
      again: (_, choices) => {
        chosen.push(choices)
        return Promise.resolve(check)
      },
    }, { id: check.id })
    await flushPromises()
    await view.get('input[type=radio][value="6"]').setValue(true)
    await view.get('[data-test=rules] form').trigger('submit')
    expect(chosen).toEqual([{ red_line_case: '6' }])
    view.unmount()
  })
})

describe('the history', () => {
  it('is searched, and goes on where the page ends', async () => {
    const asked: [CheckSearch, string | undefined][] = []
    const entry = (id: string) => ({ id: id.repeat(64), created_at: check.created_at, name: `码头${id}`, area_m2: 1, outcome: 'review' as const, schematic: true })
    const view = open(HistoryView, {
      keptChecks: (search, next) => {
        asked.push([{ ...search }, next])
        return Promise.resolve(next ? { checks: [entry('b')] } : { checks: [entry('a')], next: '/api/v1/checks?before=x' })
      },
    })
    await flushPromises()
    await view.get('#history-name').setValue('码头')
    await view.get('#history-to').setValue('2026-11-26')
    await view.get('form').trigger('submit')
    await flushPromises()
    expect(asked.at(-1)?.[0]).toMatchObject({ name: '码头', before: beginOf('2026-11-27'), since: undefined })
    await view.findAll('button').find((button) => button.text() === '更多')?.trigger('click')
    await flushPromises()
    expect(asked.at(-1)?.[1]).toBe('/api/v1/checks?before=x')
    expect(view.findAll('[data-test=history] tbody tr').map((row) => row.get('a').text())).toEqual(['码头a', '码头b'])
    view.unmount()
  })

  it('asks with what was said only', () => {
    expect(queryOf({ name: '', outcome: 'review', since: undefined, parcels: false, limit: 0 })).toBe('?outcome=review&limit=0')
    expect(queryOf({ name: '' })).toBe('')
    expect(beginOf('2026-13')).toBeUndefined()
  })
})
