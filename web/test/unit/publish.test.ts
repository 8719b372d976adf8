import { flushPromises } from '@vue/test-utils'
import { describe, expect, it, vi } from 'vitest'
import type { Change, Consent, PublishAnswer, Quality } from '../../src/api'
import { openChanges } from '../../src/api/changes'
import PublishPanel from '../../src/publish/PublishPanel.vue'
import { open } from './mounting'

const loss = {
  id: 'd'.repeat(64), from: '500237.red-line@2022', before_m2: 30_000, after_m2: 20_000, net_m2: -10_000, lost_m2: 10_000,
  verdict: { lost_without_approval_m2: 10_000 },
} as Change
const publication = { version: {} as never, done: true, superseded: '2022', warnings: ['乡镇图层有缝隙。'], changes: [] }

function panel(answers: PublishAnswer[]) {
  const asked: (Consent | undefined)[] = []
  const view = open(PublishPanel, {
    data: { quality: () => Promise.resolve({ checks: [{ kind: 'overlap', title: '层内重叠', title_en: 'Overlaps', status: 'blocking', count: 3 }, { kind: 'gap', title: '缝隙', title_en: 'Gaps', status: 'found', count: 1 }] } as Quality) },
    changes: {
      publish: (_layer, _label, consent) => {
        asked.push(consent)
        const answer = answers.shift()
        return answer ? Promise.resolve(answer) : Promise.reject(new Error('asked too often'))
      },
    },
  }, { layer: 'red-line', label: '2026', title: '生态保护红线' })
  const press = async (word: string) => {
    await view.findAll('button').find((button) => button.text() === word)?.trigger('click')
    await flushPromises()
  }
  return { view, asked, press }
}

describe('publishing', () => {
  it('asks before it does anything', async () => {
    const { view, asked, press } = panel([{ state: 'done', publication }])
    await press('发布草稿 2026…')
    expect(asked).toEqual([])
    await press('取消')
    expect(view.find('[data-test=published]').exists()).toBe(false)
    await press('发布草稿 2026…')
    await press('发布')
    expect(asked).toEqual([undefined])
    expect(view.get('[data-test=published]').text()).toContain('原现行版本 2022 已被替代')
    expect(view.get('[data-test=published]').text()).toContain('乡镇图层有缝隙。')
    expect(view.told('published')).toHaveLength(1)
    view.unmount()
  })

  it('shows a loss as a table and takes it only with a document', async () => {
    const { view, asked, press } = panel([{ state: 'confirm', changes: [loss] }, { state: 'done', publication }])
    await press('发布草稿 2026…')
    await press('发布')
    expect(view.get('[data-test=losses] tbody tr').findAll('td').slice(0, 5).map((cell) => cell.text())).toEqual(['3.0000', '2.0000', '-1.0000', '1.0000', '1.0000'])
    const go = () => view.get('[data-test=confirm-loss]').trigger('submit')
    await go()
    await view.get('#publish-basis').setValue('   ')
    await view.get('input[type=checkbox]').setValue(true)
    await go()
    expect(asked).toEqual([undefined])
    await view.get('#publish-basis').setValue(' 渝府〔2026〕1号 ')
    await go()
    await flushPromises()
    expect(asked).toEqual([undefined, { loss: true, basis: '渝府〔2026〕1号' }])
    expect(view.find('[data-test=published]').exists()).toBe(true)
    view.unmount()
  })

  it('names what the quality report stops it for; both are answered for, one after the other', async () => {
    const { view, asked, press } = panel([{ state: 'findings' }, { state: 'confirm', changes: [loss] }, { state: 'done', publication }])
    await press('发布草稿 2026…')
    await press('发布')
    expect(view.get('[data-test=confirm-findings]').findAll('li').map((one) => one.text())).toEqual(['层内重叠：3 处'])
    await view.get('[data-test=confirm-findings]').trigger('submit') // not without its document
    await view.get('#findings-basis').setValue('渝府〔2026〕1号')
    await view.get('input[type=checkbox]').setValue(true)
    await view.get('[data-test=confirm-findings]').trigger('submit')
    await flushPromises()
    expect(view.get<HTMLInputElement>('input[type=checkbox]').element.checked).toBe(false) // a loss is agreed to anew
    await view.get('input[type=checkbox]').setValue(true)
    await view.get('[data-test=confirm-loss]').trigger('submit')
    await flushPromises()
    const basis = '渝府〔2026〕1号'
    expect(asked).toEqual([undefined, { findings: true, basis }, { findings: true, loss: true, basis }])
    view.unmount()
  })

  it('waits for a long preparation by asking the same again', async () => {
    const { view, asked, press } = panel([{ state: 'preparing', publication }, { state: 'preparing', publication }, { state: 'done', publication }])
    await press('发布草稿 2026…')
    await press('发布')
    expect(asked).toEqual([undefined, undefined, undefined])
    expect(view.find('[data-test=published]').exists()).toBe(true)
    view.unmount()
  })
})

describe('the request to publish', () => {
  const answering = (status: number, body: unknown) => {
    const sent: unknown[] = []
    vi.stubGlobal('fetch', (url: string, request: RequestInit) => {
      sent.push([url, JSON.parse(String(request.body))])
      return Promise.resolve(new Response(JSON.stringify(body), { status }))
    })
    return sent
  }
  const problem = { type: 'urn:hongxian:problem:area-decreases', code: 'area-decreases', title: '', status: 409, detail: '减少', detail_en: 'less' }

  it('tells a loss from every other refusal', async () => {
    const sent = answering(409, { ...problem, changes: [loss] })
    expect(await openChanges('').publish('red-line', '2026')).toEqual({ state: 'confirm', changes: [loss] })
    expect(sent).toEqual([['/api/v1/layers/red-line/versions/2026/publish', {}]])
    answering(409, { ...problem, code: 'version-in-force' })
    answering(409, { ...problem, code: 'quality-blocking' })
    expect(await openChanges('').publish('red-line', '2026')).toEqual({ state: 'findings' })
    answering(409, { ...problem, code: 'version-in-force' })
    await expect(openChanges('').publish('red-line', '2026')).rejects.toMatchObject({ problem: { code: 'version-in-force' } })
    vi.unstubAllGlobals()
  })

  it('confirms only with the document', async () => {
    const sent = answering(202, { ...publication, done: false })
    expect((await openChanges('/p').publish('red-line', '2026', { loss: true, basis: '渝府〔2026〕1号' })).state).toBe('preparing')
    expect(sent).toEqual([['/p/api/v1/layers/red-line/versions/2026/publish', { confirm_loss: true, basis: '渝府〔2026〕1号' }]])
    vi.unstubAllGlobals()
  })
})
