import { readFileSync } from 'node:fs'
import { expect, test } from '../page'

test('the table is closed to the last printed digit, charted and coloured on the map', async ({ planner, page }) => {
  await planner.open('stats')
  const table = page.getByTestId('stats')
  await page.getByLabel('分类型').check()
  await expect(table.getByRole('button', { name: '一般管控单元' })).toBeVisible()
  const column = (kind: string) => table.locator(`tbody tr.${kind} td:nth-child(3)`).allTextContents()
  const cents = (texts: string[]) => texts.reduce((sum, text) => sum + Math.round(Number(text.replace('*', '')) * 100), 0)
  expect(cents(await column('township')) + cents(await column('outside')) - cents(await column('multiply'))).toBe(cents(await column('total')))
  expect(await planner.seriousFindings()).toEqual([])

  await expect(page.getByTestId('choropleth-key')).toContainText('生态保护红线占乡镇面积')
  await table.getByRole('button', { name: '优先保护单元' }).click()
  await expect(page.getByTestId('choropleth-key')).toContainText('优先保护单元占乡镇面积')
  await planner.mapIsDrawn()
  await page.screenshot({ path: 'test-results/stats.png' })
  await page.getByRole('button', { name: '图表' }).click()
  await expect(page.getByTestId('chart').getByRole('listitem')).toHaveCount(26)
  expect(await planner.seriousFindings()).toEqual([])
  await page.screenshot({ path: 'test-results/stats-chart.png' })
  await planner.go('项目核查') // the colours are the table's, and go with it
  await expect(page.getByTestId('choropleth-key')).toHaveCount(0)
  await planner.mapIsDrawn()
})

test.describe('without a map', () => {
  test.use({ webgl: false })

  test('the page prints what the file prints', async ({ planner, page }) => {
    await planner.open('stats')
    const waiting = page.waitForEvent('download')
    await page.getByRole('link', { name: 'CSV' }).click()
    const file = await waiting
    expect(file.suggestedFilename()).toBe('乡镇统计表.csv')
    const lines = readFileSync(await file.path(), 'utf8').trim().split(/\r?\n/)
    const table = page.getByTestId('stats')
    const total = (lines.at(-1) ?? '').split(',').filter((cell) => /^\d+\.\d\d$/.test(cell))
    expect(total.length).toBeGreaterThan(5)
    const printed = await table.locator('[data-row=total] td').allTextContents()
    for (const cell of total.slice(0, 2)) expect(printed.map((text) => text.replace('*', ''))).toContain(cell)
    await expect(table.locator('tbody tr.township')).toHaveCount(26)
  })

  test('two versions stand side by side, in other units', async ({ planner, page }) => {
    await planner.open('stats')
    await page.getByText('图层与版本').click()
    await page.getByRole('checkbox', { name: '生态保护红线 2018' }).check()
    const table = page.getByTestId('stats')
    await expect(table.getByRole('columnheader', { name: '生态保护红线@2018' })).toBeVisible()
    await expect(table.getByRole('columnheader', { name: '生态保护红线@2022' })).toBeVisible()
    await page.getByLabel('单位').selectOption('万亩')
    await expect(table.locator('[data-row=total] td').first()).toHaveText(/^\d+\.\d{4}\*?$/)
    await planner.mapIsDrawn()
  })
})
