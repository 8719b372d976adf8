import { expect, field, test } from './page'

test('layers that cannot be read can be asked for again, and tiles that do not come are owned up to', async ({ planner, page, witness }) => {
  await page.route('**/tiles/*township@*/**', (route) => route.abort())
  await page.route('**/api/v1/layers', (route) => route.abort())
  await page.goto('.')
  await expect(planner.problem.locator('[lang=zh-CN]')).toContainText('连接不上服务')
  await expect(planner.problem.locator('[lang=en]')).toContainText('cannot be reached')
  expect(witness.complaints.splice(0)).toEqual([expect.stringContaining('ERR_FAILED')])
  await page.unroute('**/api/v1/layers')
  await page.getByRole('button', { name: '重试' }).click()
  await expect(page.getByText('部分图块未能载入')).toBeVisible({ timeout: 40_000 })
  await planner.check(field)
  await expect(planner.answer).toBeVisible()
})

test('a map that is long in drawing says so until it is drawn', async ({ planner, page }) => {
  let release = (): void => undefined
  const released = new Promise<void>((resolve) => (release = resolve))
  await page.route('**/tiles/*township@*/**', async (route) => {
    await released
    await route.continue()
  })
  await page.goto('.')
  await expect(page.getByText('正在绘制地图…')).toBeVisible({ timeout: 40_000 })
  release()
  await planner.mapIsDrawn()
  await expect(page.getByText('正在绘制地图…')).toHaveCount(0)
})

test.describe('without a map', () => {
  test.use({ webgl: false })

  test('a server that goes away during a check is named, not waited for; a check under way can be cancelled', async ({ planner, page, witness }) => {
    await planner.open()
    await page.route('**/api/v1/checks', (route) => route.abort())
    await planner.check(field)
    await expect(planner.problem).toContainText('连接不上服务')
    expect(witness.complaints.splice(0)).toEqual([expect.stringContaining('ERR_FAILED')])
    await page.unroute('**/api/v1/checks')
    await page.route('**/api/v1/checks', () => undefined) // never answered
    await planner.check(field)
    await page.getByRole('status').getByRole('button', { name: '取消' }).click()
    await expect(page.getByRole('button', { name: '开始核查' })).toBeEnabled()
    await expect(planner.problem).toHaveCount(0)
  })

  test('a file can be dropped', async ({ planner, page }) => {
    await planner.open()
    const dropped = await page.evaluateHandle(({ name, text }) => {
      const transfer = new DataTransfer()
      transfer.items.add(new File([text], name))
      return transfer
    }, { name: field.name, text: field.buffer.toString() })
    await page.dispatchEvent('.drop', 'drop', { dataTransfer: dropped })
    await expect(page.getByText(`已选：${field.name}`)).toBeVisible()
    await page.getByRole('button', { name: '开始核查' }).click()
    await expect(planner.answer).toBeVisible()
  })
})
