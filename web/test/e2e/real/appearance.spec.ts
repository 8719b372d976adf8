import type { Page } from '@playwright/test'
import { expect, field, test, type Planner } from '../page'

// Among the first of the real specs: later ones put other versions in force. What is
// compared is the first screen of a view, without ids, digests and moments (still.css).

/** A view as it is when everything in it has come, the pointer on nothing. */
async function looks(page: Page, name: string): Promise<void> {
  await page.mouse.move(0, 0)
  await page.evaluate(() => document.fonts.ready)
  await expect(page.locator('#view')).toHaveScreenshot(`${name}.png`)
}

/** Views of figures: where each is, and what has come when it is whole. */
const figures: [name: string, open: (planner: Planner, page: Page) => Promise<void>][] = [
  ['indicators', async (planner, page) => {
    await planner.open('indicators')
    await expect(page.locator('#view').getByText('河长制')).toBeVisible()
    await expect(page.getByTestId('figures-plan')).toBeVisible()
  }],
  ['check', async (planner) => {
    await planner.go('项目核查')
    await planner.check(field)
    await expect(planner.answer).toBeVisible()
  }],
  ['change', async (planner, page) => {
    await planner.go('面积变化')
    await page.getByRole('button', { name: '开始比较' }).click()
    await expect(page.getByTestId('verdict')).toContainText('功能不降低')
    await expect(page.getByTestId('pieces')).toBeAttached()
  }],
  ['stats', async (planner, page) => {
    await planner.go('乡镇统计')
    await expect(page.getByTestId('stats').locator('[data-row=total]')).toBeAttached()
    await expect(page.getByTestId('working')).toHaveCount(0)
  }],
  ['overlaps', async (planner, page) => {
    await planner.go('范围重叠')
    await page.getByRole('button', { name: '计算重叠' }).click()
    await expect(page.getByTestId('matrix')).toBeVisible()
    await expect(page.getByTestId('overlap-townships')).toBeAttached()
  }],
  ['quality', async (_, page) => {
    await page.goto('data/red-line/2022')
    await page.getByText(/^通过和未检查的/).click()
    await expect(page.getByTestId('quality')).toContainText('没有发现问题')
  }],
]

test.describe('without a map', () => {
  test.use({ webgl: false })

  test('figures look as they looked', async ({ planner, page }) => {
    for (const [name, open] of figures) {
      await open(planner, page)
      await looks(page, name)
    }
  })
})

test('the map looks as it looked', async ({ planner, page }) => {
  await planner.open()
  await page.mouse.move(0, 0)
  // A software GPU smooths edges by the processor's own instructions: edges may differ a
  // little everywhere. The smallest layer that is gone differs in 2 % of all pixels.
  await expect(planner.map).toHaveScreenshot('map.png', { maxDiffPixelRatio: 0.01, threshold: 0.1 })
})
