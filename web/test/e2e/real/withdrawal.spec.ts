import { expect, test } from '../page'

// The last of all specs: afterwards another red line is in force.
test.use({ webgl: false })

test('a loss is put in force only with its document, and is recorded', async ({ planner, page, request, witness }) => {
  await planner.open('import/red-line')
  const ring = [[109.80, 31.00], [109.82, 31.00], [109.82, 31.02], [109.80, 31.02], [109.80, 31.00]]
  await page.getByLabel('图层文件').setInputFiles({
    name: '红线.geojson', mimeType: 'application/geo+json',
    buffer: Buffer.from(JSON.stringify({ type: 'Feature', properties: { code: 'E2E-1', name: '余下的红线' }, geometry: { type: 'Polygon', coordinates: [ring] } })),
  })
  const label = `e2e.${Date.now()}`
  await page.getByLabel('版本', { exact: true }).fill(label)
  await page.getByRole('button', { name: '导入为草稿' }).click()
  await page.getByRole('button', { name: `发布草稿 ${label}…` }).click()
  await page.getByRole('button', { name: '发布', exact: true }).click()
  const confirm = page.getByTestId('confirm-loss')
  await expect(confirm.getByTestId('losses').locator('tbody tr').first()).toContainText('-')
  const confirmed = confirm.getByRole('button', { name: '确认减少并发布' })
  await expect(confirmed).toBeDisabled()
  await confirm.getByRole('checkbox').check()
  await expect(confirmed).toBeDisabled() // not without its document
  await confirm.getByRole('textbox').fill('某府〔2026〕1号')
  await confirmed.click()
  await expect(page.getByTestId('published')).toContainText('已是现行版本', { timeout: 90_000 })
  // the browser itself reports the refusal before it on its console
  expect(witness.complaints.splice(0)).toEqual([expect.stringMatching(/status of 409/)])

  const { versions } = (await (await request.get('api/v1/layers/red-line/versions')).json()) as { versions: { label: string; state: string }[] }
  expect(versions.find((one) => one.label === label)?.state).toBe('in_force')
  expect(versions.find((one) => one.label === '2022')?.state).toBe('superseded')
})
