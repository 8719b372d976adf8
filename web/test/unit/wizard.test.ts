import { flushPromises } from '@vue/test-utils'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { ApiError, type Import, type Problem, type Progress } from '../../src/api'
import { follow } from '../../src/api/events'
import { onUnknown } from '../../src/api/request'
import ImportView from '../../src/data/ImportView.vue'
import { layerList } from './fake-api'
import { open } from './mounting'

const id = 'ab'.repeat(16)
const begun: Import = { id, ref: '500237.red-line@2026', file: '红线.zip', who: 'li', state: 'waiting', staged: 0, kept: 0, begun_at: '2026-11-26T00:00:00Z' }
const unreachable: Problem = { code: 'unreachable', status: 0, zh: '连接不上服务', en: 'unreachable' }

/** The wizard with a file and a label; how its sending ends is the test's to say. */
async function filled(size = 2) {
  let settle: { resolve: (job: Import) => void; reject: (why: ApiError) => void } | undefined
  let told: ((progress: Progress) => void) | undefined
  let sent = 0
  const view = open(ImportView, {
    layers: () => Promise.resolve(layerList),
    follow: () => () => undefined,
    data: {
      propose: () => Promise.reject(new ApiError({ ...unreachable, code: 'other' })),
      deliver: (_, options) => {
        sent++
        told = options?.onProgress
        return new Promise<Import>((resolve, reject) => (settle = { resolve, reject }))
      },
      import: () => Promise.resolve(begun),
    },
  }, { layer: 'red-line' })
  await flushPromises()
  const file = new File(['PK'], '红线.zip')
  Object.defineProperty(file, 'size', { value: size })
  Object.defineProperty(view.get('#import-file').element, 'files', { value: [file] })
  await view.get('#import-file').trigger('change')
  await view.get('#import-label').setValue('2026')
  await flushPromises()
  const form = view.get('form')
  return {
    view, form, count: () => sent,
    progress: (phase: Progress['phase']) => told?.({ phase, sent: phase === 'sending' ? 0.4 : 1 }),
    taken: async () => { settle?.resolve(begun); await flushPromises() },
    lost: async () => { settle?.reject(new ApiError(unreachable)); await flushPromises() },
  }
}

describe('the import wizard', () => {
  it('sends a file once, however often the button is pressed', async () => {
    const { view, form, count } = await filled()
    form.element.dispatchEvent(new Event('submit'))
    form.element.dispatchEvent(new Event('submit'))
    await flushPromises()
    expect(count()).toBe(1)
    view.unmount()
  })

  it('does not say that nothing is stored where that is not known', async () => {
    const { view, form, progress, lost } = await filled()
    await form.trigger('submit')
    progress('sending')
    await lost()
    expect(view.text()).toContain('没有入库任何数据')
    await form.trigger('submit')
    expect(view.text()).not.toContain('没有入库任何数据')
    progress('checking')
    await lost()
    expect(view.text()).toContain('导入可能已经开始')
    expect(view.text()).not.toContain('没有入库任何数据')
    view.unmount()
  })

  it('does not call anybody back who has left while it was sent', async () => {
    const { view, form, taken } = await filled()
    const replaced = vi.spyOn(view.router, 'replace')
    await form.trigger('submit')
    view.unmount()
    await taken()
    expect(replaced).not.toHaveBeenCalled()
  })

  it('asks before what is being sent is lost with the page, and only then', async () => {
    const { view, form, taken } = await filled()
    const leaving = () => {
      const event = new Event('beforeunload', { cancelable: true })
      window.dispatchEvent(event)
      return event.defaultPrevented
    }
    expect(leaving()).toBe(false)
    await form.trigger('submit')
    expect(leaving()).toBe(true)
    await taken()
    expect(leaving()).toBe(false)
    view.unmount()
  })

  it('says of a file that is too large that it is, and sends nothing', async () => {
    const { view, form, count } = await filled(200 * 2 ** 20)
    expect(view.text()).toContain('“红线.zip”有 200.0 MB，超过服务允许的 100.0 MB')
    await form.trigger('submit')
    expect(count()).toBe(0)
    view.unmount()
  })
})

/** A stream that the test lets break. */
class Stream extends EventTarget {
  static readonly CLOSED = 2
  static last: Stream
  static opened = 0
  readyState = 0
  onerror: (() => void) | null = null
  constructor(readonly url: string) {
    super()
    Stream.last = this
    Stream.opened++
  }
  close(): void {
    this.readyState = Stream.CLOSED
  }
}

describe('work that is followed', () => {
  afterEach(() => {
    vi.unstubAllGlobals()
    vi.useRealTimers()
  })

  async function refused(status: number, body: object) {
    vi.useFakeTimers()
    Stream.opened = 0
    vi.stubGlobal('EventSource', Stream)
    const asked = vi.fn(() => Promise.resolve(new Response(JSON.stringify(body), { status })))
    vi.stubGlobal('fetch', asked)
    const gone: Problem[] = []
    const lost: boolean[] = []
    const stop = follow('/api/v1/jobs/ab/events', { moved: () => undefined, interrupted: (is) => lost.push(is), gone: (why) => gone.push(why) })
    Stream.last.onerror?.() // the browser makes it again by itself
    await vi.advanceTimersByTimeAsync(5000)
    expect(asked).not.toHaveBeenCalled()
    Stream.last.readyState = Stream.CLOSED
    Stream.last.onerror?.() // the server refused: the browser does not
    await vi.advanceTimersByTimeAsync(5000)
    return { gone, lost, asked, stop }
  }

  it('asks for the work where the stream is refused: the session has ended', async () => {
    const unknown = vi.fn()
    const unhear = onUnknown(unknown)
    const { gone, asked } = await refused(401, { type: 'urn:x', code: 'sign-in', detail: '请登录。', detail_en: 'Sign in.' })
    expect(asked).toHaveBeenCalledWith('/api/v1/jobs/ab', expect.anything())
    expect(gone.map(({ code }) => code)).toEqual(['sign-in'])
    expect(unknown).toHaveBeenCalledTimes(1)
    unhear()
  })

  it('follows on where the server is there again, and asks again where it is not yet', async () => {
    const { gone, stop } = await refused(200, { id: 'ab' })
    expect([gone, Stream.opened]).toEqual([[], 2])
    stop()
    const away = await refused(502, {})
    expect([away.gone, Stream.opened]).toEqual([[], 1])
    const before = away.asked.mock.calls.length
    await vi.advanceTimersByTimeAsync(3000)
    expect(away.asked.mock.calls.length).toBeGreaterThan(before)
    away.stop()
  })
})
