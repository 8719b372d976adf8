import { readFileSync } from 'node:fs'
import { expect, field, test, truncated } from './page'

test('a picked file gets an answer: outcome, three lists, townships, versions', async ({ planner, page }) => {
  await planner.open()
  await planner.check(field)
  await expect(planner.answer).toHaveAttribute('data-outcome', /^(clear|conditional|prohibited|review)$/)
  await expect(planner.answer.getByRole('heading', { level: 3 }).first()).toBeFocused()
  for (const status of ['涉及', '不涉及', '未核查']) {
    await expect(planner.answer.getByRole('heading', { name: new RegExp(`^${status} \\d+$`) })).toBeVisible()
  }
  await expect(planner.answer.getByTestId('townships')).toContainText('合计')
  await expect(planner.answer.getByTestId('check-id')).toHaveText(/^[0-9a-f]{64}$/)
  await expect(planner.answer).toContainText(/公顷/)
  await planner.mapIsDrawn()
  await page.screenshot({ path: 'test-results/check.png' })
})

test('a concerned feature can be shown on the map, by keyboard', async ({ planner, page }) => {
  await planner.open()
  await planner.check(field)
  const feature = planner.answer.locator('[data-status=concerned]').getByRole('button', { name: /^在地图上查看/ }).first()
  for (const box of await page.getByRole('checkbox').all()) await box.uncheck()
  await feature.press('Enter')
  await expect(page.getByRole('checkbox', { checked: true })).toHaveCount(1) // its layer shows again
  await planner.mapIsDrawn()
  await page.screenshot({ path: 'test-results/feature.png' })
})

test('a broken file gets a sentence in both languages, and the next file an answer', async ({ planner, witness }) => {
  await planner.open()
  await planner.check(truncated)
  await expect(planner.problem.locator('[lang=zh-CN]')).toHaveText(/[一-龥]{4}/)
  await expect(planner.problem.locator('[lang=en]')).toHaveText(/[A-Za-z]{4}/)
  // the browser itself reports the refusal on its console
  expect(witness.complaints.splice(0)).toEqual([expect.stringMatching(/status of 4\d\d/)])
  await planner.check(field)
  await expect(planner.answer).toBeVisible()
})

test('another file can be asked about after an answer', async ({ planner, page }) => {
  await planner.open()
  await planner.check(field)
  await page.getByRole('button', { name: '核查另一个' }).click()
  await expect(planner.answer).toHaveCount(0)
  await expect(page.getByText('支持 GeoJSON')).toBeVisible()
})

test('without a file the form asks for one', async ({ planner, page }) => {
  await planner.open()
  await page.getByRole('button', { name: '开始核查' }).click()
  await expect(page.getByText('请先选择文件。')).toBeVisible()
  await expect(page.getByLabel('范围文件')).toBeFocused()
})

test('axe finds nothing serious, before and after an answer', async ({ planner }) => {
  await planner.open()
  expect(await planner.seriousFindings()).toEqual([])
  await planner.check(field)
  await expect(planner.answer).toBeVisible()
  expect(await planner.seriousFindings()).toEqual([])
})

test('an answer can be downloaded, and its overlaps are what the map draws', async ({ planner, page }) => {
  await planner.open()
  await planner.check(field)
  const papers = page.getByRole('navigation', { name: '下载核查报告' })
  await expect(papers.getByRole('link')).toHaveCount(7)
  const waiting = page.waitForEvent('download')
  await papers.getByRole('link', { name: 'GeoJSON' }).click()
  const text = readFileSync(await (await waiting).path(), 'utf8')
  const { features } = JSON.parse(text) as { features: { properties: { role: string } }[] }
  expect(features[0]?.properties.role).toBe('site')
  expect(features.slice(1).map(({ properties }) => properties.role)).toContain('overlap')
  await planner.mapIsDrawn()
  await page.screenshot({ path: 'test-results/papers.png' })
})

test('what a person chose is checked again, and shown as made', async ({ planner, page }) => {
  await planner.open()
  await planner.check(field)
  const again = planner.answer.getByRole('button', { name: '按所选重新核查' })
  await expect(again).toBeDisabled()
  const first = planner.answer.getByTestId('rules').getByRole('group').first().getByRole('radio').first()
  await first.check()
  await again.click()
  await expect(planner.answer.getByText('已选：').first()).toBeVisible()
  await expect(first).toBeChecked()
  await expect(again).toBeDisabled()
  await planner.mapIsDrawn()
  await page.screenshot({ path: 'test-results/choices.png' })
})
