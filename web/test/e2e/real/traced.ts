import type { Browser, Page } from '@playwright/test'

/** One task of the page's main thread, in milliseconds. */
export interface Task {
  step: string
  /** From its begin to its end, waiting included. */
  wall: number
  /** Of it waited for in graphics calls. */
  graphics: number
  /** Processor time: what the page itself worked. */
  worked: number
  /** Shader programs that were linked in it. */
  links: number
}

interface TraceEvent {
  name: string
  cat: string
  ph: string
  pid: number
  tid: number
  ts: number
  dur?: number
  tdur?: number
  args: { name?: string }
  id2?: { local?: string }
}

/**
 * Graphics calls that must have an answer of the GPU process before they return, and so
 * wait until everything asked of it before is drawn. All others are only put into its
 * queue; that they wait, where it is full, is not counted in the page's favour.
 */
const answering = [
  'getProgramParameter', 'getProgramInfoLog', 'getShaderParameter', 'getShaderInfoLog', 'getActiveAttrib', 'getActiveUniform', 'getAttribLocation',
  'getUniformLocation', 'getUniformBlockIndex', 'getParameter', 'getExtension', 'getError', 'checkFramebufferStatus', 'clientWaitSync', 'readPixels', 'finish',
]

/** Makes the page note how long it waits for graphics, and when a shader program is linked. */
export async function noteGraphics(page: Page): Promise<void> {
  await page.addInitScript((names) => {
    const calls = WebGL2RenderingContext.prototype as unknown as Record<string, (...args: unknown[]) => unknown>
    for (const name of [...names, 'linkProgram']) {
      const call = calls[name]
      if (!call) continue
      calls[name] = function (this: unknown, ...args: unknown[]) {
        const start = performance.now()
        try {
          return Reflect.apply(call, this, args)
        } finally {
          const end = performance.now()
          if (name === 'linkProgram') performance.mark('graphics:link')
          else if (end - start > 0.1) performance.measure('graphics:wait', { start, end })
        }
      }
    }
  }, answering)
}

/** Runs steps of work while the browser keeps its own record of every task. */
export async function tasksOf(browser: Browser, page: Page, steps: Record<string, () => Promise<void>>): Promise<Task[]> {
  await browser.startTracing(page, { categories: ['toplevel', 'disabled-by-default-devtools.timeline', 'blink.user_timing', '__metadata'] })
  for (const [name, step] of Object.entries(steps)) {
    await page.evaluate((mark) => performance.mark(`step:${mark}`), name)
    await step()
  }
  await page.evaluate(() => performance.mark('step:end'))
  const { traceEvents } = JSON.parse((await browser.stopTracing()).toString()) as { traceEvents: TraceEvent[] }
  return tasksIn(traceEvents)
}

function tasksIn(events: readonly TraceEvent[]): Task[] {
  const timing = events.filter(({ cat }) => cat.includes('user_timing')).sort((a, b) => a.ts - b.ts)
  const steps = timing.filter(({ name }) => name.startsWith('step:'))
  const [first] = steps
  const main = events.find(({ name, pid, args }) => name === 'thread_name' && args.name === 'CrRendererMain' && pid === first?.pid)
  if (!first || !main) throw new Error('the trace does not tell the page’s main thread')
  const links = timing.filter(({ name, pid }) => name === 'graphics:link' && pid === main.pid)
  const waits = spans(timing.filter(({ name, pid }) => name === 'graphics:wait' && pid === main.pid))
  return events
    .filter(({ name, ph, pid, tid, ts }) => name === 'RunTask' && ph === 'X' && pid === main.pid && tid === main.tid && ts >= first.ts)
    .map(({ ts, dur = 0, tdur }) => {
      if (tdur === undefined) throw new Error('the browser does not tell processor time')
      const inside = (call: { ts: number }) => call.ts >= ts && call.ts <= ts + dur
      return {
        step: (steps.filter((step) => step.ts <= ts).at(-1) ?? first).name.slice('step:'.length),
        wall: dur / 1000, worked: tdur / 1000, graphics: waits.filter(inside).reduce((sum, call) => sum + call.dur, 0) / 1000, links: links.filter(inside).length,
      }
    })
}

/** The measures of a page, each from its begin to its end. */
function spans(events: readonly TraceEvent[]): { ts: number; dur: number }[] {
  const open = new Map<string | undefined, TraceEvent>()
  return events.flatMap((event) => {
    const begun = open.get(event.id2?.local)
    if (event.ph === 'b') open.set(event.id2?.local, event)
    return event.ph === 'e' && begun ? [{ ts: begun.ts, dur: event.ts - begun.ts }] : []
  })
}
