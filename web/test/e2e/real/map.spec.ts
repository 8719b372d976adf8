import { expect, test } from '../page'

test('places are found by coordinates and code, named when pressed, and measured as a check would', async ({ planner, page }) => {
  await planner.open()
  const search = page.getByRole('combobox', { name: '查找' })
  await search.fill('392600 3439600')
  await expect(page.getByTestId('found')).toContainText('按 EPSG:4546 读取')
  await search.press('Enter')
  const identify = page.getByTestId('identify')
  await expect(identify).toContainText('X 3439600.00　Y 392600.00')
  await search.fill('31°04′22.4″N 109°52′28.6″E')
  await search.press('Enter')
  await expect(identify).toContainText('东经 109.874611°　北纬 31.072889°')
  await search.fill('FJQ50023702')
  await expect(page.getByTestId('found').getByRole('option')).toHaveCount(1)
  expect(await planner.seriousFindings()).toEqual([])
  await page.screenshot({ path: 'test-results/search-open.png' })
  await page.getByTestId('found').getByRole('option').click()
  await planner.mapIsDrawn()

  // A press names everything that lies there, with its document.
  await page.getByRole('button', { name: '全县' }).click()
  await planner.mapIsDrawn()
  await planner.press(0.3, 0.5)
  await expect(identify.getByRole('heading')).toHaveText(/(镇|乡|街道)$/)
  await expect(identify.getByRole('listitem').first()).toContainText(/示意〔\d{4}〕/)
  await planner.mapIsDrawn()
  expect(await planner.seriousFindings()).toEqual([])
  await page.screenshot({ path: 'test-results/identify.png' })
  await identify.getByRole('button', { name: '关闭' }).click()
  await expect(identify).toHaveCount(0)
  await page.getByRole('region', { name: '地图' }).last().focus() // by keyboard: the map's middle
  await page.keyboard.press('Enter')
  await expect(identify).toBeVisible()
  await identify.getByRole('button', { name: '关闭' }).click()

  await page.getByRole('button', { name: '测面' }).click()
  await expect(page.getByTestId('measured')).toContainText('逐点单击')
  for (const [x, y] of [[0.3, 0.4], [0.45, 0.4], [0.45, 0.55]] as const) await planner.press(x, y)
  const answered = page.waitForResponse('**/api/v1/measure')
  await page.keyboard.press('Enter')
  const asked = (await answered).request().postDataJSON() as { coordinates: number[][][] }
  const measured = page.getByTestId('measured')
  await expect(measured).toContainText('椭球面积')
  await page.screenshot({ path: 'test-results/measure.png' })
  await expect(identify).toHaveCount(0) // the presses were the tool's
  const figure = /([\d.]+) m²/.exec((await measured.locator('.main').textContent()) ?? '')?.[1]
  const check = await page.request.post('api/v1/checks', {
    data: { type: 'Polygon', coordinates: asked.coordinates }, headers: { 'Content-Type': 'application/geo+json' },
  })
  const { site } = await check.json() as { site: { area_m2: number } }
  expect(Math.abs(site.area_m2 - Number(figure))).toBeLessThan(0.006)
  await page.getByRole('button', { name: '测面' }).click()
  await page.getByRole('button', { name: '经纬网' }).click()
  await planner.mapIsDrawn()
  const box = await planner.map.boundingBox()
  if (!box) throw new Error('the map has no place')
  await page.mouse.move(box.x + box.width * 0.4, box.y + box.height * 0.4)
  await expect(page.getByTestId('readout')).toHaveText(/东经 1(09|10)\.\d{6}°.*X 34\d{5}\.\d\d.*EPSG:4546/)
  await page.screenshot({ path: 'test-results/graticule.png' })
})
