import type { Page } from '@playwright/test'
import { outcomeColours } from '../../../src/batch/outcome-colours'
import { expect, test } from '../page'

/** How many pixels of the map have a colour, nearly. */
async function coloured(page: Page, colour: string): Promise<number> {
  const png = (await page.getByTestId('map').screenshot()).toString('base64')
  const apart = await page.context().newPage() // the page's own rules let no data address be read
  const found = await apart.evaluate(async ({ png, wanted }) => {
    const picture = await createImageBitmap(await (await fetch(`data:image/png;base64,${png}`)).blob())
    const canvas = new OffscreenCanvas(picture.width, picture.height).getContext('2d')
    if (!canvas) throw new Error('no canvas')
    canvas.drawImage(picture, 0, 0)
    const { data } = canvas.getImageData(0, 0, picture.width, picture.height)
    let n = 0
    for (let i = 0; i < data.length; i += 4) if (wanted.every((value, j) => Math.abs((data[i + j] ?? 0) - value) < 24)) n++
    return n
  }, { png, wanted: [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16)) })
  await apart.close()
  return found
}

/** So many fields of a hectare all over the county, the third of every hundred without a place. */
function parcels(n: number, name: string) {
  const features = Array.from({ length: n }, (_, i) => {
    const [x, y] = [109.6 + 0.5 * ((i * 0.6180339887) % 1), 30.85 + 0.5 * ((i * 0.7548776662) % 1)]
    const ring = [[x, y], [x + 0.001, y], [x + 0.001, y + 0.0009], [x, y + 0.0009], [x, y]]
    return {
      type: 'Feature', properties: { name: `${name}${i + 1}` },
      geometry: i % 100 === 2 ? { type: 'Polygon', coordinates: [] } : { type: 'Polygon', coordinates: [ring] },
    }
  })
  return { name: `${name}.geojson`, mimeType: 'application/geo+json', buffer: Buffer.from(JSON.stringify({ type: 'FeatureCollection', features })) }
}

test('a batch goes on while one looks elsewhere, and ends in a table', async ({ planner, page }) => {
  await planner.open('batches')
  expect(await planner.seriousFindings()).toEqual([])
  await page.getByLabel('地块文件').setInputFiles(parcels(3000, '地块'))
  await page.getByLabel('批次名称（可不填）').fill('全县地块')
  await page.getByRole('button', { name: '上传并开始' }).click()
  const batch = page.getByTestId('batch')
  await expect(batch.getByRole('progressbar')).toBeVisible()
  const address = page.url()
  expect(new URL(address).pathname).toMatch(/^\/batches\/[0-9a-f]{32}$/)
  // Its progress moves by itself: some figure between none and all is seen.
  await expect(batch.locator('strong')).toHaveText(/已核查 (?!0 )(?!3000 )\d+ \/ 3000 个地块/, { timeout: 40_000 })

  await planner.go('批量核查')
  await expect(page.getByTestId('batches')).toContainText('全县地块')
  await page.getByTestId('batches').getByRole('link', { name: '全县地块' }).first().click()
  await expect(page).toHaveURL(address)
  await expect(batch).toHaveAttribute('data-state', 'done', { timeout: 60_000 })
  await expect(batch).toContainText('已核查 3000 / 3000 个地块')
  await expect(batch).toContainText('其中 30 个未核查')

  const table = page.getByTestId('parcels')
  await expect(page.getByRole('button', { name: '全部 3000' })).toBeVisible()
  const first = table.locator('tbody tr').first()
  await expect(first).toContainText('地块1')
  await table.getByRole('button', { name: '生态保护红线' }).click()
  await expect(table.getByRole('columnheader', { name: '生态保护红线' })).toHaveAttribute('aria-sort', 'descending')
  await expect(first).toContainText(/\d\.\d{4}/)
  await page.getByRole('button', { name: /^未核查 30$/ }).click()
  await expect(table.locator('tbody tr')).toHaveCount(30)
  await page.getByRole('button', { name: '全部 3000' }).click()
  await first.getByRole('button', { name: /^定位/ }).click()
  await planner.mapIsDrawn()
  expect(await planner.seriousFindings()).toEqual([])

  // All parcels on the map, in the colours of their outcomes, over nothing else.
  for (const box of await page.locator('.legend').getByRole('checkbox').all()) if (await box.isEnabled()) await box.uncheck()
  await page.getByRole('button', { name: '全县' }).click()
  await planner.mapIsDrawn()
  const before = await coloured(page, outcomeColours.review)
  await page.getByRole('button', { name: '在地图上显示全部' }).click()
  await expect(async () => expect(await coloured(page, outcomeColours.review)).toBeGreaterThan(before + 500)).toPass()
  await page.screenshot({ path: 'test-results/batch.png' })

  const waiting = page.waitForEvent('download')
  await page.getByRole('link', { name: 'CSV' }).click()
  expect((await waiting).suggestedFilename()).toMatch(/^batch-.*\.csv$/)
  await first.getByRole('link').click()
  await expect(planner.answer).toBeVisible()
  await planner.go('核查记录') // parcels of batches are listed when they are wanted
  await expect(page.getByRole('heading', { name: '核查记录' })).toBeVisible()
  await page.getByLabel('项目名称含').fill('地块2999')
  await page.getByRole('button', { name: '查询' }).click()
  await expect(page.getByTestId('empty')).toBeVisible()
  await page.getByLabel('含批量核查的地块').check()
  await expect(page.getByTestId('history')).toContainText('地块2999')
})

test.describe('without a map', () => {
  test.use({ webgl: false })

  test('a batch can be cancelled, and keeps what is answered', async ({ planner, page }) => {
    await planner.open('batches')
    await page.getByLabel('地块文件').setInputFiles(parcels(20_000, '大批'))
    await page.getByRole('button', { name: '上传并开始' }).click()
    const batch = page.getByTestId('batch')
    await expect(batch.locator('strong')).toHaveText(/已核查 [1-9]\d* \/ 20000/, { timeout: 60_000 })
    await page.getByRole('button', { name: '取消批次' }).click()
    await expect(page.getByRole('button', { name: '继续核查' })).toBeFocused()
    await page.getByRole('alertdialog').getByRole('button', { name: '取消批次' }).click()
    await expect(batch).toHaveAttribute('data-state', 'cancelled')
    await expect(batch.locator('strong')).not.toHaveText(/20000 \/ 20000/)
    await page.reload()
    await expect(batch).toHaveAttribute('data-state', 'cancelled')
    await expect(page.getByRole('button', { name: /^全部 \d+/ })).toBeVisible()
    await expect(page.getByTestId('parcels').locator('tbody tr').first()).toContainText('大批1')
  })
})
