import { execFileSync } from 'node:child_process'
import { expect, test } from '../page'

test('the map is printed at 300 dpi with its title and mark', async ({ planner, page }, info) => {
  await planner.open()
  await page.getByRole('button', { name: '打印' }).click()
  const dialog = page.getByRole('dialog', { name: '打印地图' })
  await expect(dialog.getByRole('textbox', { name: '图名' })).toHaveValue('巫山县国土空间规划管控要素分布图')
  expect(await planner.seriousFindings()).toEqual([])
  const waiting = page.waitForEvent('download', { timeout: 150_000 })
  await dialog.getByRole('button', { name: '生成' }).click()
  const file = await waiting
  expect(file.suggestedFilename()).toBe('巫山县国土空间规划管控要素分布图.pdf')
  const path = info.outputPath('map.pdf')
  await file.saveAs(path)
  const described = execFileSync('pdfinfo', [path], { encoding: 'utf8' })
  expect(described).toMatch(/Page size:\s+595\.2\d+ x 841\.8\d+ pts \(A4\)/)
  expect(described).toContain('巫山县国土空间规划管控要素分布图')
  expect(execFileSync('pdfimages', ['-list', path], { encoding: 'utf8' })).toMatch(/jpeg\s.*\b300\s+300\b/)
  execFileSync('pdftoppm', ['-r', '60', '-png', '-singlefile', path, 'test-results/printed'])
})
