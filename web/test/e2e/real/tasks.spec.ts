import type { Page } from '@playwright/test'
import { expect, test } from '../page'
import { noteGraphics, tasksOf, type Task } from './traced'

/** A person feels a press that is answered later. */
const LONGEST = 200

// The browser's graphics run on the processor here, and what waits for them is not the
// page's: that is subtracted. What others do on the machine cannot be told from the page's
// own work; it does not come at the same step three times.
// HONGXIAN_E2E_SCALE=10 .ci/e2e tasks: the same with ten times the vertices and parcels.
test('no task of the map keeps a person waiting, and no shader is compiled in the midst of the work', async ({ browser, page, planner }) => {
  await noteGraphics(page)
  await planner.open()
  const box = await planner.map.boundingBox()
  if (!box) throw new Error('the map has no place')
  const at = (x: number, y: number): [number, number] => [box.x + x * box.width, box.y + y * box.height]
  const turn = async (by: number) => {
    await page.mouse.move(...at(0.4, 0.5))
    const stirred = await stirring(page)
    await page.mouse.wheel(0, by)
    await stirred()
    await planner.mapIsDrawn()
  }
  const press = async (name: string) => {
    await page.getByRole('button', { name }).click()
    await planner.mapIsDrawn()
  }
  const toggle = async () => {
    for (const name of ['环境管控单元', '生态保护红线']) await page.getByRole('checkbox', { name }).click()
    await planner.mapIsDrawn()
  }
  const steps = {
    'wheel in': () => turn(-300),
    'zoom in': () => press('放大'),
    'pan': async () => {
      await page.mouse.move(...at(0.5, 0.5))
      await page.mouse.down()
      await page.mouse.move(...at(0.35, 0.4), { steps: 4 })
      await page.mouse.up()
      await planner.mapIsDrawn()
    },
    'hover': () => page.mouse.move(...at(0.6, 0.6), { steps: 6 }),
    'identify': async () => {
      await page.mouse.click(...at(0.4, 0.5))
      await expect(page.getByTestId('identify').getByRole('listitem').first()).toBeVisible()
      await planner.mapIsDrawn()
    },
    'wheel out': () => turn(300),
    'zoom out': () => press('缩小'),
    'layers': toggle,
    'layers back': toggle,
    'county': () => press('全县'),
  }
  const longest = new Map(Object.keys(steps).map((step) => [step, Infinity]))
  for (let attempt = 0; attempt < 3 && [...longest.values()].some((ms) => ms > LONGEST); attempt++) {
    const tasks = await tasksOf(browser, page, steps)
    console.log(summary(tasks))
    for (const [step, before] of longest) longest.set(step, Math.min(before, Math.max(0, ...tasks.filter((task) => task.step === step).map(own))))
    expect(tasks.filter(({ links }) => links > 0), 'tasks that compile shaders').toEqual([])
  }
  expect([...longest].filter(([, ms]) => ms > LONGEST), 'steps with a longer task').toEqual([])
  expect([...longest.values()].filter((ms) => ms > 0).length, 'steps that were seen').toBe(longest.size)
})

/** Watches for the map to begin drawing, which may be over before a browser that is asked now and then tells. */
async function stirring(page: Page): Promise<() => Promise<void>> {
  const watch = await page.evaluateHandle(() => ({
    begun: new Promise<void>((resolve) => {
      const map = document.querySelector('[data-test=map]')
      if (map) new MutationObserver(() => resolve()).observe(map, { attributeFilter: ['data-state'] })
    }),
  }))
  return () => watch.evaluate(({ begun }) => begun)
}

const own = ({ wall, graphics }: Task): number => wall - graphics

/** The longest tasks, as the three ways of looking at them say. */
function summary(tasks: readonly Task[]): string {
  const most = (of: (task: Task) => number) => {
    const [worst] = [...tasks].sort((a, b) => of(b) - of(a))
    return worst ? `${of(worst).toFixed(0)} ms (${worst.step})` : 'none'
  }
  return `${tasks.length} tasks; longest: ${most(({ worked }) => worked)} of work; ${most(own)} without waiting for graphics; ${most(({ wall }) => wall)} in all`
}
