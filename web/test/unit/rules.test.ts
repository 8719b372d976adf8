import { describe, expect, it } from 'vitest'
import type { Check, CheckAnswer as Answer, CheckFeature } from '../../src/api'
import CheckAnswer from '../../src/answer/CheckAnswer.vue'
import { choicesMade, questionAt, sameChoices } from '../../src/answer/choices'
import { check as canned } from '../e2e/fixture/county.mjs'
import { open as mounted } from './mounting'

const open = (answer: Answer) => mounted(CheckAnswer, {}, { answer, site: 'drawn' as const })

describe('the rules of an answer', () => {
  it('say outcome, text, basis and that a text was not verified', () => {
    const answer = open(canned('地块'))
    const rule = answer.get('[data-rule=red-line-general]')
    for (const part of ['需人工研判', '仅允许有限人为活动', '依据： 自然资发〔2022〕142号', '【待核】']) expect(rule.text()).toContain(part)
    answer.unmount()
    const { verdict } = canned('地块')
    const verified = open({ ...canned('地块'), verdict: { ...verdict, rules: verdict.rules.map((r) => ({ ...r, verified: true })) } })
    expect(verified.find('[data-rule] .head .tag').exists()).toBe(false)
    verified.unmount()
  })

  it('ask a question in one group, the unverified option marked, and re-check as chosen', async () => {
    const answer = open(canned('地块'))
    const group = answer.get('[data-question=red_line_case]')
    expect(group.get('legend').text()).toBe('属于哪一类有限人为活动？')
    expect(group.findAll('label').map((label) => label.text().includes('【待核】'))).toEqual([false, true, false])
    const again = answer.get('[data-test=rules] button[type=submit]')
    expect(again.attributes('disabled')).toBeDefined()
    await group.get('input[value="6"]').setValue(true)
    expect(again.attributes('disabled')).toBeUndefined()
    await answer.get('[data-test=rules] form').trigger('submit')
    expect(answer.told('decide')).toEqual([[{ red_line_case: '6' }]])
    answer.unmount()
  })

  it('show a choice as made, and let it be taken back', async () => {
    const answer = open(canned('地块', { red_line_case: '6' }))
    expect(answer.get('.made').text()).toBe('已选： 必须且无法避让的线性基础设施')
    expect(answer.get<HTMLInputElement>('input[value="6"]').element.checked).toBe(true)
    expect(answer.get('[data-test=sentences]').text()).toContain('省级人民政府论证')
    await answer.get('input[type=radio][value=""]').setValue(true)
    await answer.get('[data-test=rules] form').trigger('submit')
    expect(answer.told('decide')).toEqual([[{}]])
    answer.unmount()
  })
})

describe('the papers of an answer', () => {
  it('are plain links to the kept check, one a format', () => {
    const answer = open(canned('地块'))
    const links = answer.findAll('[data-test=papers] a')
    const { id } = canned('地块')
    expect(links.map((link) => link.attributes('href'))).toEqual(
      ['pdf', 'docx', 'xlsx', 'geojson', 'gpkg', 'txt', 'png'].map((format) => `/api/v1/checks/${id}.${format}`))
    for (const link of links) expect(link.attributes('download')).toBeDefined()
    answer.unmount()
  })
})

describe('choices', () => {
  it('are those of every parcel and of the verdict itself', () => {
    const other = canned('乙', { red_line_case: '1' })
    const check = { ...canned('甲'), verdict: { ...canned('甲').verdict, choices: { a: '2' } } }
    expect(choicesMade([{ check }, { check: other }])).toEqual({ a: '2', red_line_case: '1' })
  })

  it('are the same whatever their order, an empty one being none', () => {
    expect(sameChoices({ a: '1', b: '2', c: '' }, { b: '2', a: '1' })).toBe(true)
    expect(sameChoices({ a: '1' }, { a: '2' })).toBe(false)
  })

  it('are asked for once where two rules wait on them', () => {
    const [rule] = canned('甲').verdict.rules
    if (!rule) throw new Error('the fixture has no rule')
    expect([0, 1].map((i) => questionAt([rule, rule], i)?.key)).toEqual(['red_line_case', undefined])
  })
})

describe('what several layers cover', () => {
  it('is a table where it was computed, and nothing where it was not', () => {
    const answer = open(canned('地块'))
    expect(answer.get('[data-test=combinations] tbody').text()).toMatch(/生态保护红线 ∩ 环境管控单元.*12345\.68.*1\.2346.*18\.52/)
    answer.unmount()
    const without = open({ ...canned('地块'), combinations: undefined })
    expect(without.text()).not.toContain('叠加情况')
    without.unmount()
  })
})

describe('a corridor', () => {
  it('tells its size and where its axis crosses a feature', () => {
    const check = canned('管线')
    const crossed = (feature: CheckFeature) => ({ ...feature, crossings: [{ length_m: 321.456, entry: [109.9, 31.05], exit: [109.91, 31.06] }] })
    const corridor = {
      ...check, site: { ...check.site, form: 'corridor', buffer_m: 12.5, length_m: 1234.567 },
      layers: check.layers.map((l) => (l.layer === 'red-line' ? { ...l, features: l.features.map(crossed) } : l)),
    } as Check
    const answer = open(corridor)
    expect(answer.text()).toContain('宽 12.5 米，轴线长 1234.57 米')
    const row = answer.get('[data-layer=red-line] [data-test=crossings] tbody').text()
    for (const part of ['巫峡水土流失控制区', '321.46', '109.900000, 31.050000', '109.910000, 31.060000']) expect(row).toContain(part)
    expect(answer.findAll('[data-test=crossings]')).toHaveLength(1)
    answer.unmount()
  })
})
