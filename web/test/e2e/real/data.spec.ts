import { expect, test } from '../page'

/** A township's worth of red line with a record that crosses itself; far less than the county has. */
const delivery = (label: string) => ({
  name: `红线-${label}.geojson`,
  mimeType: 'application/geo+json',
  buffer: Buffer.from(JSON.stringify({
    type: 'FeatureCollection',
    features: [
      [[109.80, 31.00], [109.82, 31.00], [109.82, 31.02], [109.80, 31.02], [109.80, 31.00]],
      [[109.90, 31.00], [109.91, 31.01], [109.91, 31.00], [109.90, 31.01], [109.90, 31.00]],
    ].map((ring, i) => ({ type: 'Feature', properties: { code: `E2E-${i}`, name: `送件图斑${i}` }, geometry: { type: 'Polygon', coordinates: [ring] } })),
  })),
})

async function deliver(page: import('@playwright/test').Page, layer: string, label: string): Promise<void> {
  await page.getByLabel('图层文件').setInputFiles(delivery(label))
  await page.locator('#import-layer').selectOption(layer)
  await page.getByLabel('版本', { exact: true }).fill(label)
  await page.getByRole('button', { name: '导入为草稿' }).click()
  await expect(page).toHaveURL(new RegExp(`/data/${layer}/${label}$`))
}

test('a delivery becomes a draft with its report, and its losses stop it', async ({ planner, page, witness }) => {
  await planner.open('data')
  await planner.mapIsDrawn()
  expect(await planner.seriousFindings()).toEqual([])
  await page.screenshot({ path: 'test-results/data.png' })
  await page.getByRole('link', { name: '导入新版本' }).click()
  await page.getByRole('button', { name: '导入为草稿' }).click()
  expect(await planner.seriousFindings()).toEqual([])
  const label = `e2e.${Date.now()}`
  await deliver(page, 'red-line', label)

  await expect(page.getByTestId('preview')).toHaveAttribute('data-drawn', 'true') // the draft, live on the map
  const findings = page.getByTestId('findings').locator('tbody tr')
  await expect(page.getByTestId('intake')).toContainText('读入 2 条，保留 1 条')
  await expect(findings.first()).toContainText('拒收')
  await findings.first().getByRole('button').click()
  await planner.mapIsDrawn()
  expect(await planner.seriousFindings()).toEqual([])
  await page.screenshot({ path: 'test-results/version.png' })

  await page.getByRole('button', { name: `发布草稿 ${label}…` }).click()
  await page.getByRole('button', { name: '发布', exact: true }).click()
  const confirm = page.getByTestId('confirm-loss')
  await expect(confirm.getByTestId('losses').locator('tbody tr').first()).toContainText('-')
  await expect(confirm.getByRole('button', { name: '确认减少并发布' })).toBeDisabled()
  expect(await planner.seriousFindings()).toEqual([])
  await page.screenshot({ path: 'test-results/gate.png' })
  await confirm.getByRole('button', { name: '暂不发布' }).click()
  await page.reload()
  await expect(page.getByTestId('versions')).toContainText('草稿')
  // the browser itself reports the refusal on its console
  expect(witness.complaints.splice(0)).toEqual([expect.stringMatching(/status of 409/)])
})

test.describe('without a map', () => {
  test.use({ webgl: false })

  test('a layer that is not protected is put in force from the page', async ({ planner, page }) => {
    await planner.open('import/human-activity')
    const label = `e2e.${Date.now()}`
    await deliver(page, 'human-activity', label)
    await page.getByRole('button', { name: `发布草稿 ${label}…` }).click()
    await page.getByRole('button', { name: '发布', exact: true }).click()
    await expect(page.getByTestId('published')).toContainText('已是现行版本', { timeout: 90_000 })
    await expect(page.getByTestId('versions')).toContainText('现行')
  })
})
