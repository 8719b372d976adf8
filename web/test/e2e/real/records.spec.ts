import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, field, test } from '../page'

test.use({ webgl: false }) // papers and records

const program = fileURLToPath(new URL('../../../../bin/hongxian', import.meta.url))

test('addresses open directly, from a folder below too', async ({ planner, page, witness }) => {
  const unknown = 'f'.repeat(64)
  await planner.open(`verify/${unknown}`)
  await expect(page.getByTestId('no-record')).toContainText('没有这份报告的留存记录')
  expect(await planner.seriousFindings()).toEqual([])
  await page.goto('verify/1234')
  await expect(planner.problem).toContainText('查验码')
  await page.goto(`checks/${unknown}`)
  await expect(planner.problem).toContainText('没有编号为')
  await page.goto(`batches/${'f'.repeat(32)}`)
  await expect(planner.problem).toContainText('没有编号为')
  await planner.mapIsDrawn()
  // the browser itself reports the refusals on its console
  const refusals = witness.complaints.splice(0)
  expect(refusals.length).toBeGreaterThan(0)
  for (const refusal of refusals) expect(refusal).toMatch(/status of 4\d\d/)
  const lost = await page.goto('nothing')
  expect(lost?.status()).toBe(404)
  expect(witness.complaints.splice(0)).toEqual([expect.stringMatching(/status of 404/)])
})

test('a kept check is compared with a version that came after it, and checked again', async ({ planner, page }, info) => {
  await planner.open()
  await planner.check(field)
  await expect(planner.answer).toBeVisible()
  const id = await planner.checkId()
  await planner.answer.getByRole('link', { name: `/checks/${id.slice(0, 12)}…` }).click()
  await expect(page).toHaveURL(new RegExp(`/checks/${id}$`))
  await page.reload()
  await page.getByRole('button', { name: '与现行版本比较' }).click()
  await expect(page.getByTestId('no-changes')).toHaveText('按现行版本核查，结果相同。')

  // The heritage site is drawn anew, around the field.
  const file = info.outputPath('heritage.geojson')
  const ring = [[109.87, 31.06], [109.89, 31.06], [109.89, 31.08], [109.87, 31.08], [109.87, 31.06]]
  writeFileSync(file, JSON.stringify({ type: 'Feature', properties: { code: 'YC-9', name: '新划遗产地' }, geometry: { type: 'Polygon', coordinates: [ring] } }))
  const label = `e2e.${Date.now()}`
  execFileSync(program, ['import', `heritage@${label}`, file])
  execFileSync(program, ['publish', `heritage@${label}`])
  await page.getByRole('button', { name: '与现行版本比较' }).click()
  const changed = page.getByTestId('changes').locator('[data-layer=heritage]')
  await expect(changed).toContainText(`500237.heritage@${label}`)
  await expect(changed.getByRole('row').last()).toContainText('涉及')
  expect(await planner.seriousFindings()).toEqual([])
  await planner.mapIsDrawn()
  await page.screenshot({ path: 'test-results/changes.png' })

  await page.getByRole('button', { name: '用现行版本重新核查并留存' }).click()
  await expect(page).not.toHaveURL(new RegExp(`/checks/${id}$`))
  await expect(planner.answer).toContainText('新划遗产地')
  await page.goBack()
  await expect(planner.answer.getByTestId('check-id')).toHaveText(id)
  await expect(planner.answer).not.toContainText('新划遗产地')
  await planner.mapIsDrawn()
})

test('a check is filed, verified by its printed code, and found again', async ({ planner, page }) => {
  await planner.open()
  await page.getByLabel('项目名称（可不填）').fill('归档的地块')
  await planner.check(field)
  await expect(planner.answer).toContainText('归档的地块')
  const id = await planner.checkId()
  const waiting = page.waitForEvent('download')
  await page.getByRole('link', { name: 'PDF 报告' }).click()
  const paper = execFileSync('pdftotext', ['-layout', await (await waiting).path(), '-'], { encoding: 'utf8' })
  const code = /\b([0-9A-Z]{4}-){4}[0-9A-Z*~$=]\b/.exec(paper)?.[0]
  expect(code, paper).toBeDefined()

  await planner.go('报告查验')
  await page.getByLabel('查验码').fill(code ?? '')
  await page.getByRole('button', { name: '查验' }).click()
  await expect(page.getByTestId('verification')).toHaveAttribute('data-confirmed', 'true')
  await expect(page).toHaveURL(new RegExp(`/verify/${code}$`))
  expect(await planner.seriousFindings()).toEqual([])
  await page.screenshot({ path: 'test-results/verify.png' })
  await page.getByRole('link', { name: '归档的地块' }).click()
  await expect(page).toHaveURL(new RegExp(`/checks/${id}$`))
  await expect(planner.answer.getByTestId('check-id')).toHaveText(id)

  await planner.go('核查记录')
  await page.getByLabel('项目名称含').fill('归档的')
  await page.getByRole('button', { name: '查询' }).click()
  await expect(page.getByTestId('history').getByRole('row')).toHaveCount(2)
  await expect(page.getByTestId('history')).toContainText('归档的地块')
  expect(await planner.seriousFindings()).toEqual([])
  await page.screenshot({ path: 'test-results/history.png' })

  await planner.go('项目核查') // left and returned to: the answer is still there
  await expect(planner.answer.getByTestId('check-id')).toHaveText(id)
})
