import { readFileSync } from 'node:fs'
import { expect, field, test, truncated } from './page'

test('a picked file gets an answer: outcome, three lists, townships, versions, papers, and the map shows it', async ({ planner, page }) => {
  await planner.open()
  expect(await planner.seriousFindings()).toEqual([])
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
  expect(await planner.seriousFindings()).toEqual([])
  await page.screenshot({ path: 'test-results/check.png' })

  // Its overlaps are what the map draws.
  const papers = page.getByRole('navigation', { name: '下载核查报告' })
  await expect(papers.getByRole('link')).toHaveCount(7)
  const waiting = page.waitForEvent('download')
  await papers.getByRole('link', { name: 'GeoJSON' }).click()
  const text = readFileSync(await (await waiting).path(), 'utf8')
  const { features } = JSON.parse(text) as { features: { properties: { role: string } }[] }
  expect(features[0]?.properties.role).toBe('site')
  expect(features.slice(1).map(({ properties }) => properties.role)).toContain('overlap')

  // A concerned feature is shown by keyboard, though its layer was hidden.
  const feature = planner.answer.locator('[data-status=concerned]').getByRole('button', { name: /^在地图上查看/ }).first()
  for (const box of await page.getByRole('checkbox').all()) await box.uncheck()
  await feature.press('Enter')
  await expect(page.getByRole('checkbox', { checked: true })).toHaveCount(1)
  await planner.mapIsDrawn()
  await page.screenshot({ path: 'test-results/feature.png' })
})

test.describe('without a map', () => {
  test.use({ webgl: false })

  test('a form without a file asks for one, a broken file gets a sentence in both languages, the next an answer', async ({ planner, page, witness }) => {
    await planner.open()
    await page.getByRole('button', { name: '开始核查' }).click()
    await expect(page.getByText('请先选择文件。')).toBeVisible()
    await expect(page.getByLabel('范围文件')).toBeFocused()
    await planner.check(truncated)
    await expect(planner.problem.locator('[lang=zh-CN]')).toHaveText(/[一-龥]{4}/)
    await expect(planner.problem.locator('[lang=en]')).toHaveText(/[A-Za-z]{4}/)
    // the browser itself reports the refusal on its console
    expect(witness.complaints.splice(0)).toEqual([expect.stringMatching(/status of 4\d\d/)])
    await planner.check(field)
    await expect(planner.answer).toBeVisible()

    // What a person chose is checked again, and shown as made.
    const again = planner.answer.getByRole('button', { name: '按所选重新核查' })
    await expect(again).toBeDisabled()
    const first = planner.answer.getByTestId('rules').getByRole('group').first().getByRole('radio').first()
    await first.check()
    await again.click()
    await expect(planner.answer.getByText('已选：').first()).toBeVisible()
    await expect(first).toBeChecked()
    await expect(again).toBeDisabled()
    await page.screenshot({ path: 'test-results/choices.png' })

    await page.getByRole('button', { name: '核查另一个' }).click()
    await expect(planner.answer).toHaveCount(0)
    await expect(page.getByText('支持 GeoJSON')).toBeVisible()
  })
})
