import { expect, test } from './page'

test('the layers of the county are drawn and named', async ({ planner, page }) => {
  await planner.open()
  await expect(page.getByRole('heading', { level: 1 })).toContainText('巫山县')
  await expect(page.getByRole('checkbox', { name: '生态保护红线' })).toBeChecked()
  await page.screenshot({ path: 'test-results/map.png' })
  const box = await planner.map.boundingBox()
  if (!box) throw new Error('the map has no place')
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2)
  await expect(page.getByText('乡镇（街道）').first()).toBeVisible()
  await expect(page.locator('.hover')).toContainText(/乡镇（街道）\s*\S+/)
})

test('a layer can be hidden, and the schematic badge goes with the last schematic layer', async ({ planner, page }) => {
  await planner.open()
  await expect(page.getByTestId('schematic')).toHaveText('示意数据')
  for (const box of await page.getByRole('checkbox').all()) await box.uncheck()
  await expect(page.getByTestId('schematic')).toHaveCount(0)
  await planner.mapIsDrawn()
})

test('the page speaks English when asked, and again at the next visit', async ({ planner, page }) => {
  await planner.open()
  await page.getByRole('button', { name: 'English' }).click()
  await expect(page.getByRole('heading', { name: 'Check a project' })).toBeVisible()
  await expect(page.locator('html')).toHaveAttribute('lang', 'en')
  await page.reload()
  await expect(page.getByRole('checkbox', { name: 'red line' })).toBeVisible()
  await planner.mapIsDrawn()
})

test('without WebGL the page says so and still checks', async ({ page }) => {
  await page.addInitScript(() => {
    const original = HTMLCanvasElement.prototype.getContext
    HTMLCanvasElement.prototype.getContext = function (this: HTMLCanvasElement, kind: string, ...rest: unknown[]) {
      return kind === 'webgl2' ? null : Reflect.apply(original, this, [kind, ...rest])
    } as typeof original
  })
  await page.goto('.')
  await expect(page.getByTestId('no-webgl')).toBeVisible()
  await expect(page.getByRole('button', { name: '开始核查' })).toBeEnabled()
})
