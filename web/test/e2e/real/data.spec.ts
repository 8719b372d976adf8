import type { Page } from '@playwright/test'
import { expect, test } from '../page'

/** A township's worth of red line, another on top of it and a record that crosses itself; far less than the county has. */
const delivery = (label: string, over = false) => ({
  name: `红线-${label}.geojson`,
  mimeType: 'application/geo+json',
  buffer: Buffer.from(JSON.stringify({
    type: 'FeatureCollection',
    features: [
      [[109.80, 31.00], [109.82, 31.00], [109.82, 31.02], [109.80, 31.02], [109.80, 31.00]],
      [[109.90, 31.00], [109.91, 31.01], [109.91, 31.00], [109.90, 31.01], [109.90, 31.00]],
      ...(over ? [[[109.81, 31.01], [109.83, 31.01], [109.83, 31.03], [109.81, 31.03], [109.81, 31.01]]] : []),
    ].map((ring, i) => ({ type: 'Feature', properties: { code: `E2E-${i}`, name: `送件图斑${i} ${label}`, 主导功能: '水源涵养' }, geometry: { type: 'Polygon', coordinates: [ring] } })),
  })),
})

async function deliver(page: Page, layer: string, label: string): Promise<void> {
  await page.locator('#import-layer').selectOption(layer)
  await page.getByLabel('版本', { exact: true }).fill(label)
  if (layer === 'red-line') {
    await page.getByLabel('图层文件').setInputFiles(delivery(label, true))
    await mapFields(page)
  } else {
    await page.getByLabel('图层文件').setInputFiles(delivery(label))
  }
  await page.getByRole('button', { name: '导入为草稿' }).click()
  await expect(page).toHaveURL(new RegExp(`/data/${layer}/${label}$`))
}

/** What the file is taken for is shown with its evidence; the class is said by hand. */
async function mapFields(page: Page): Promise<void> {
  const mapping = page.getByTestId('mapping')
  await expect(mapping.getByLabel('图斑编码')).toHaveValue('code')
  await expect(mapping.getByLabel('图斑名称')).toHaveValue('name')
  await expect(mapping.getByRole('row', { name: /图斑编码/ })).toContainText('E2E-0')
  await mapping.getByLabel('类别').selectOption('主导功能')
  await expect(mapping.getByRole('row', { name: /类别/ })).toContainText('水源涵养')
  await page.getByRole('button', { name: '导入为草稿' }).scrollIntoViewIfNeeded()
  await page.screenshot({ path: 'test-results/mapping.png' })
}

test('a delivery becomes a draft with its reports; what is wrong with it and its losses stop it', async ({ planner, page, request, witness }) => {
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
  await expect(page.getByTestId('intake')).toContainText('读入 3 条，保留 2 条')
  await expect(findings.first()).toContainText('拒收')
  await findings.first().getByRole('button').click()
  await planner.mapIsDrawn()
  expect(await planner.seriousFindings()).toEqual([])
  await page.screenshot({ path: 'test-results/version.png' })

  // The quality report: what stops it first, its place on the map, and as files.
  const overlap = page.getByTestId('quality-checks').locator('tbody tr').first()
  await expect(overlap).toContainText('层内重叠')
  await expect(overlap).toContainText('阻止发布')
  await page.getByTestId('quality-places').getByRole('button').first().click()
  await planner.mapIsDrawn()
  await expect(page.locator('.maplibregl-ctrl-scale')).toContainText(/\d\s米$/) // flown there from the whole county
  for (const link of await page.getByTestId('quality').getByRole('link').all()) {
    const file = await request.get(await link.evaluate((a) => (a as HTMLAnchorElement).href))
    expect(file.ok() && (await file.body()).length > 1000).toBe(true)
  }
  await page.getByTestId('quality').scrollIntoViewIfNeeded()
  await page.screenshot({ path: 'test-results/quality.png' })

  await page.getByRole('button', { name: `发布草稿 ${label}…` }).click()
  await page.getByRole('button', { name: '发布', exact: true }).click()
  const found = page.getByTestId('confirm-findings')
  await expect(found).toContainText('层内重叠：1 处')
  await expect(found.getByRole('button', { name: '接受问题并发布' })).toBeDisabled()
  await found.getByRole('checkbox').check()
  await found.getByRole('textbox').fill('某府〔2026〕2号')
  expect(await planner.seriousFindings()).toEqual([])
  await page.screenshot({ path: 'test-results/findings.png' })
  await found.getByRole('button', { name: '接受问题并发布' }).click()
  const confirm = page.getByTestId('confirm-loss')
  await expect(confirm.getByTestId('losses').locator('tbody tr').first()).toContainText('-')
  await expect(confirm.getByRole('button', { name: '确认减少并发布' })).toBeDisabled()
  expect(await planner.seriousFindings()).toEqual([])
  await page.screenshot({ path: 'test-results/gate.png' })
  await confirm.getByRole('button', { name: '暂不发布' }).click()
  await page.reload()
  await expect(page.getByTestId('versions')).toContainText('草稿')
  // the browser itself reports the refusal on its console
  expect(witness.complaints.splice(0)).toEqual([expect.stringMatching(/status of 409/), expect.stringMatching(/status of 409/)])
})

test.describe('without a map', () => {
  test.use({ webgl: false })

  test('a long import is left, found again and cancelled, and nothing of it is stored', async ({ planner, page, request }) => {
    await planner.open('import/human-activity')
    const label = `e2e.${Date.now()}`
    const ring = (i: number) => {
      const [x, y] = [109.6 + (i % 200) * 0.002, 30.9 + Math.floor(i / 200) * 0.002]
      return [[x, y], [x + 0.001, y], [x + 0.001, y + 0.001], [x, y + 0.001], [x, y]].map((at) => at.map((c) => +c.toFixed(6)))
    }
    const features = Array.from({ length: 30_000 }, (_, i) => ({ type: 'Feature', properties: { code: `L${i}` }, geometry: { type: 'Polygon', coordinates: [ring(i)] } }))
    await page.getByLabel('图层文件').setInputFiles({ name: '大件.geojson', mimeType: 'application/geo+json', buffer: Buffer.from(JSON.stringify({ type: 'FeatureCollection', features })) })
    await expect(page.getByTestId('mapping')).toContainText('L0')
    await page.getByLabel('版本', { exact: true }).fill(label)
    await page.getByRole('button', { name: '导入为草稿' }).click()
    await expect(page).toHaveURL(/import\/human-activity\/[0-9a-f]{32}/)
    await page.getByRole('link', { name: '返回图层数据' }).click()
    const row = page.getByTestId('imports').getByRole('row', { name: new RegExp(label) })
    await expect(row).toHaveAttribute('data-state', /waiting|running/)
    await page.screenshot({ path: 'test-results/imports.png' })
    await row.getByRole('link').click()
    await expect(page.getByTestId('import')).toContainText(/已读入|正在入库/)
    await page.getByRole('button', { name: '取消导入' }).click()
    await expect(page.getByTestId('cancelled')).toContainText('没有入库任何数据')
    expect(await planner.seriousFindings()).toEqual([])
    const { versions } = (await (await request.get('api/v1/layers/human-activity/versions')).json()) as { versions: { label: string }[] }
    expect(versions.map((one) => one.label)).not.toContain(label)
  })

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
