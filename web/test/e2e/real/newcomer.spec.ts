import { execFileSync } from 'node:child_process'
import { readFileSync, statSync } from 'node:fs'
import { expect, test } from '../page'

/** Counts what a person does: a press, a typed word, a drawn outline is one action each. */
function counting() {
  let actions = 0
  return {
    async act(doing: () => Promise<unknown>): Promise<void> {
      actions++
      await doing()
    },
    /** How many there were since the last time it was asked. */
    taken(): number {
      const before = actions
      actions = 0
      return before
    },
  }
}

test("a newcomer's five tasks take as few actions as promised", async ({ planner, page }) => {
  await planner.open()
  const { act, taken } = counting()
  const tab = (name: string) => act(() => planner.go(name))
  const press = (name: string) => act(() => page.getByRole('button', { name }).click())

  // 1: does a field that I draw touch the red line?
  await act(() => page.getByText('在图上绘制').click())
  await expect(page.getByTestId('draw')).toHaveAttribute('data-tools', 'ready')
  await act(() => page.getByTestId('draw').getByRole('button', { name: '面' }).click())
  await act(async () => {
    for (const [x, y] of [[0.2, 0.5], [0.3, 0.48], [0.32, 0.58], [0.22, 0.6]] as const) await planner.press(x, y)
    await page.keyboard.press('Enter')
  })
  await press('开始核查')
  await expect(planner.answer).toHaveAttribute('data-outcome', /^(prohibited|review)$/)
  await expect(planner.answer.locator('[data-status=concerned] [data-layer=red-line]')).toBeVisible()
  expect(taken()).toBeLessThanOrEqual(4)
  await page.screenshot({ path: 'test-results/draw.png' })

  // 2: its paper
  const paper = page.waitForEvent('download')
  await act(() => page.getByRole('link', { name: 'PDF 报告' }).click())
  expect(execFileSync('pdfinfo', [await (await paper).path()], { encoding: 'utf8' })).toMatch(/Pages:\s+\d/)
  expect(taken()).toBeLessThanOrEqual(1)

  // 3: did the red line shrink between two versions?
  await tab('面积变化')
  await press('开始比较')
  await expect(page.getByTestId('verdict')).toContainText('面积不减少')
  expect(taken()).toBeLessThanOrEqual(4)

  // 4: the township table as a file
  await tab('乡镇统计')
  const table = page.waitForEvent('download')
  await act(() => page.getByRole('link', { name: 'Excel' }).click())
  const file = await (await table).path()
  expect(statSync(file).size).toBeGreaterThan(4000)
  expect(readFileSync(file).subarray(0, 2).toString()).toBe('PK')
  expect(taken()).toBeLessThanOrEqual(3)

  // 5: where is a township?
  await act(() => page.getByRole('combobox', { name: '查找' }).fill('大昌镇'))
  await act(() => page.keyboard.press('Enter'))
  await planner.mapIsDrawn()
  await expect(planner.map.locator('.maplibregl-ctrl-scale')).toHaveText(/^[1-5]\s公里$/) // it was 20 of the whole county
  expect(taken()).toBeLessThanOrEqual(2)
  await page.screenshot({ path: 'test-results/search.png' })
})
