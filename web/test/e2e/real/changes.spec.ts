import { expect, test } from '../page'

test('two versions are compared in three actions, and every piece is found on the map', async ({ planner, page }) => {
  await planner.open()
  await planner.go('面积变化')
  await page.getByRole('button', { name: '开始比较' }).click()
  const verdict = page.getByTestId('verdict')
  await expect(verdict).toContainText('面积不减少')
  await expect(verdict).toContainText('性质不改变')
  await expect(verdict).toContainText('功能不降低')
  await expect(verdict).toContainText('τ = ')
  await expect(page).toHaveURL(/\/changes\/[0-9a-f]{64}$/)
  await planner.mapIsDrawn()

  // The rows add up: what the county gained is what its pieces gained.
  const rows = page.getByTestId('pieces').locator('tbody tr')
  const listed = await rows.evaluateAll((all) => all.map((row) => ({ kind: row.children[1]?.textContent?.trim(), area: Number(row.children[2]?.textContent) })))
  const total = page.getByTestId('figures').locator('[data-code=total] td')
  for (const [kind, column] of [['调入', 2], ['调出', 3]] as const) {
    const sum = listed.filter((row) => row.kind === kind).reduce((all, { area }) => all + area, 0)
    expect(sum).toBeGreaterThan(0)
    expect(Math.abs(sum - Number(await total.nth(column).textContent()))).toBeLessThan(0.0001 * listed.length)
  }

  // A press on a row flies there; a press on the map finds the row.
  await rows.nth(3).getByRole('button').click()
  await planner.mapIsDrawn()
  await page.screenshot({ path: 'test-results/change-piece.png' })
  await page.mouse.move(0, 0)
  await expect(rows.nth(3)).not.toHaveClass(/marked/)
  const box = await planner.map.boundingBox()
  if (!box) throw new Error('the map has no place')
  // The piece fills the part of the map that the legend leaves; its middle may be a hole.
  for (let step = 0; step < 25 && !(await rows.nth(3).getAttribute('class'))?.includes('marked'); step++) {
    await page.mouse.move(box.x + (box.width - 294) * (0.2 + 0.15 * (step % 5)), box.y + box.height * (0.2 + 0.15 * Math.floor(step / 5)), { steps: 2 })
  }
  await expect(rows.nth(3)).toHaveClass(/marked/)
  expect(await planner.seriousFindings()).toEqual([])
})

test.describe('without a map', () => {
  test.use({ webgl: false })

  test('a kept comparison opens by its address and comes as every paper', async ({ planner, page, request }) => {
    await planner.open('changes')
    const link = page.getByTestId('kept-changes').getByRole('link', { name: /2018 → 2022/ }).first()
    const address = await link.getAttribute('href')
    expect(await planner.seriousFindings()).toEqual([])
    await page.goto(address ?? '')
    await expect(page.getByTestId('change-id')).toBeVisible()
    const papers = await page.getByTestId('papers').getByRole('link').evaluateAll((links) => links.map((one) => (one as HTMLAnchorElement).href))
    expect(papers.map((paper) => paper.split('.').at(-1))).toEqual(['pdf', 'xlsx', 'geojson', 'gpkg', 'png', 'svg'])
    for (const paper of papers) {
      const answer = await request.get(paper)
      expect(answer.status(), paper).toBe(200)
      expect((await answer.body()).length, paper).toBeGreaterThan(1000)
    }
    await planner.mapIsDrawn()
  })
})
