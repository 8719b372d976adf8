import { expect, test } from './page'

test('the layers of the county are drawn, named and hidden, in the language that is asked for', async ({ planner, page }) => {
  await planner.open()
  await expect(page.getByRole('heading', { level: 1 })).toContainText('巫山县')
  await expect(page.getByRole('checkbox', { name: '生态保护红线' })).toBeChecked()
  await page.screenshot({ path: 'test-results/map.png' })
  const box = await planner.map.boundingBox()
  if (!box) throw new Error('the map has no place')
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2)
  await expect(page.getByText('乡镇（街道）').first()).toBeVisible()
  await expect(page.locator('.hover')).toContainText(/乡镇（街道）\s*\S+/)

  // The schematic badge goes with the last schematic layer.
  await expect(page.getByTestId('schematic')).toHaveText('示意数据')
  for (const one of await page.getByRole('checkbox').all()) await one.uncheck()
  await expect(page.getByTestId('schematic')).toHaveCount(0)
  await planner.mapIsDrawn()

  // English, and again at the next visit.
  await page.getByRole('button', { name: 'English' }).click()
  await expect(page.getByRole('heading', { name: 'Check a project' })).toBeVisible()
  await expect(page.locator('html')).toHaveAttribute('lang', 'en')
  await page.reload()
  await expect(page.getByRole('checkbox', { name: 'red line' })).toBeVisible()
  const lines = page.locator('.legend .version')
  expect(Math.max(...await lines.evaluateAll((all) => all.map(({ clientHeight }) => clientHeight))), 'a version takes one line').toBeLessThan(24)
  await planner.mapIsDrawn()
})

test.describe('on a projector', () => {
  test.use({ viewport: { width: 1024, height: 768 } })

  test('every tab and the map find room, in both languages', async ({ planner, page }) => {
    await planner.open()
    const room = () => page.evaluate(() => {
      const tabs = document.querySelector('header nav')
      return { page: document.documentElement.scrollWidth, tabs: (tabs?.scrollWidth ?? 9999) - (tabs?.clientWidth ?? 0) }
    })
    expect(await room()).toEqual({ page: 1024, tabs: 0 })
    await expect(page.getByRole('checkbox', { name: '生态保护红线' })).toBeHidden() // the legend opens when it is wanted
    await page.getByRole('button', { name: '展开图例' }).click()
    await expect(page.getByRole('checkbox', { name: '生态保护红线' })).toBeVisible()
    await planner.go('报告查验')
    expect(await room()).toEqual({ page: 1024, tabs: 0 })
    await page.screenshot({ path: 'test-results/projector.png' })
    await page.getByRole('button', { name: 'English' }).click()
    await expect(page.getByRole('button', { name: 'Whole county' })).toBeVisible()
    expect(await room()).toEqual({ page: 1024, tabs: 0 })
  })
})

test.describe('without WebGL', () => {
  test.use({ webgl: false })

  test('the page says so and still checks', async ({ planner, page }) => {
    await planner.open()
    await expect(page.getByTestId('no-webgl')).toBeVisible()
    await expect(page.getByRole('button', { name: '开始核查' })).toBeEnabled()
  })
})
