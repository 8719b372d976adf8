import { expect, test } from '../page'

// Beside the legend, in shares of the map: a field in the west of the county.
const corners: [number, number][] = [[0.2, 0.5], [0.3, 0.48], [0.32, 0.58], [0.22, 0.6]]

test('a drawing can be taken back and deleted; a corridor needs its width and a mast its radius', async ({ planner, page }) => {
  await planner.open()
  await planner.drawWith('面')
  for (const [x, y] of corners) await planner.press(x, y)
  await page.getByRole('button', { name: '撤销' }).click() // the last corner
  await page.keyboard.press('Enter')
  await expect(page.getByTestId('drawn')).toHaveText('已绘制： 面 1 个')
  await page.getByRole('button', { name: '开始核查' }).click()
  const areaOf = async () => {
    await expect(planner.answer).toBeVisible()
    const area = await planner.answer.locator('.site .area').textContent()
    await page.getByRole('button', { name: '返回修改' }).click()
    return area
  }
  const three = await areaOf()
  await expect(page.getByTestId('draw')).toHaveAttribute('data-tools', 'ready')
  await planner.mapIsDrawn()
  await page.getByRole('button', { name: '全部删除' }).click()
  await expect(page.getByTestId('drawn')).toHaveCount(0)
  await page.getByRole('button', { name: '开始核查' }).click()
  await expect(page.getByText('请先在地图上绘制范围。')).toBeVisible()
  await page.getByRole('button', { name: '撤销' }).click()
  await expect(page.getByTestId('drawn')).toHaveText('已绘制： 面 1 个')
  await page.getByRole('button', { name: '开始核查' }).click()
  expect(await areaOf()).toBe(three)

  await expect(page.getByTestId('draw')).toHaveAttribute('data-tools', 'ready')
  await planner.mapIsDrawn()
  await page.getByRole('button', { name: '全部删除' }).click()
  await page.getByRole('button', { name: '线（带宽度）' }).click()
  for (const [x, y] of corners.slice(0, 3)) await planner.press(x, y)
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: '点（带半径）' }).click()
  await planner.press(0.4, 0.3)
  await expect(page.getByTestId('drawn')).toHaveText('已绘制： 线 1 条，点 1 个')
  await page.getByRole('button', { name: '开始核查' }).click()
  await expect(page.getByLabel('线状工程宽度（米）')).toBeFocused()
  await page.getByLabel('线状工程宽度（米）').fill('60')
  await page.getByLabel('点状工程半径（米）').fill('200')
  await planner.mapIsDrawn()
  expect(await planner.seriousFindings()).toEqual([])
  await page.screenshot({ path: 'test-results/corridor.png' })
  await page.getByRole('button', { name: '开始核查' }).click()
  await expect(planner.answer.getByRole('combobox', { name: '查看' })).toContainText('全部 2 个地块合计')
  await planner.answer.getByRole('combobox', { name: '查看' }).selectOption({ index: 1 })
  await expect(planner.answer).toContainText('宽 60 米')
  await planner.mapIsDrawn()
})

test.describe('without a map', () => {
  test.use({ webgl: false })

  test('coordinates are typed by keyboard alone, and a guessed system is confirmed', async ({ planner, page, witness }) => {
    await planner.open()
    await page.getByRole('radio', { name: '文件' }).focus()
    await page.keyboard.press('ArrowRight')
    await page.keyboard.press('ArrowRight')
    await page.getByLabel('坐标', { exact: true }).fill('J1 3439600 392600\nJ2 3439650 393050\nJ3 3440080 393010\nJ4 3440030 392570')
    await page.getByRole('button', { name: '开始核查' }).press('Enter')
    await expect(planner.problem).toContainText('EPSG:4546')
    // the browser itself reports the question on its console
    expect(witness.complaints.splice(0)).toEqual([expect.stringMatching(/status of 400/)])
    await page.getByRole('button', { name: '确认并继续' }).press('Enter')
    await expect(planner.answer.locator('.site')).toContainText('19.31')
    await expect(planner.answer.locator('.site')).toContainText('坐标系 EPSG:4546')
    expect(await planner.seriousFindings()).toEqual([])
  })
})
