import { expect, field, test } from '../page'

test.use({ webgl: false }) // what files are read as

/** A square in the county's plane of Xian 1980 (西安 80). */
const xian80 = {
  name: '西安80地块.geojson',
  mimeType: 'application/geo+json',
  buffer: Buffer.from(JSON.stringify({
    type: 'FeatureCollection',
    crs: { type: 'name', properties: { name: 'urn:ogc:def:crs:EPSG::2382' } },
    features: [{
      type: 'Feature', properties: { code: 'X80-1', name: '西安80图斑' },
      geometry: { type: 'Polygon', coordinates: [[[392600, 3439600], [392800, 3439600], [392800, 3439750], [392600, 3439600]]] },
    }],
  })),
}

/** Made-up parameters, as a planner writes them out and as a file has them. */
const numbers = { 'X 平移': '-112.375', 'Y 平移': '43.625', 'Z 平移': '31.25', 'X 旋转': '1.875', 'Y 旋转': '-2.125', 'Z 旋转': '3.5', '尺度': '-4.25' }
const set = `- name: 示例参数组
  datum: xian80
  convention: position-vector
  units: {shift: m, rotation: arcsecond, scale: ppm}
  shift: [-112.375, 43.625, 31.25]
  rotation: [1.875, -2.125, 3.5]
  scale: -4.25
`

test('a delivery of an older datum is read by the parameters that are written out for it', async ({ planner, page, witness }) => {
  await planner.open('import/human-activity')
  await page.getByLabel('版本', { exact: true }).fill(`e2e.${Date.now()}`)
  await page.getByLabel('图层文件').setInputFiles(xian80)
  await planner.problem.getByRole('button', { name: '填写转换参数' }).click()
  await expect(page.getByLabel('坐标转换参数（七参数）')).toBeFocused()
  await page.getByLabel('坐标转换参数（七参数）').selectOption('逐项填写')
  await page.getByRole('button', { name: '导入为草稿' }).click()
  await expect(page.getByTestId('parameters').getByRole('alert')).toContainText('没有填全')
  for (const [name, value] of Object.entries(numbers)) await page.getByLabel(name).fill(value)
  await page.getByLabel('旋转约定').selectOption('位置矢量（布尔沙）')
  expect(await page.getByLabel('尺度').inputValue()).toBe('-4.25')
  await expect(page.getByTestId('mapping')).toContainText('坐标系 EPSG:4546')
  expect(await planner.seriousFindings()).toEqual([])
  await page.getByTestId('parameters').scrollIntoViewIfNeeded()
  await page.screenshot({ path: 'test-results/parameters.png' })
  await page.getByRole('button', { name: '导入为草稿' }).click()
  await expect(page.getByTestId('intake')).toContainText('七参数“随文件提交”')
  await expect(page.locator('body')).not.toContainText('112.375')
  for (const refusal of witness.complaints.splice(0)) expect(refusal).toMatch(/status of 400/) // the browser's own word for it
})

test('a site of an older datum is read by a file of parameters; degrees of a web map are taken back', async ({ planner, page, witness }) => {
  await planner.open()
  await planner.check(xian80)
  await planner.problem.getByRole('button', { name: '填写转换参数' }).click()
  await page.getByLabel('坐标转换参数（七参数）').selectOption('参数文件')
  await page.getByLabel('参数文件（YAML）').setInputFiles({ name: '参数.yaml', mimeType: 'text/yaml', buffer: Buffer.from(set) })
  expect(await planner.seriousFindings()).toEqual([])
  await page.getByRole('button', { name: '开始核查' }).click()
  await expect(planner.answer).toContainText('七参数“示例参数组”')
  await expect(planner.answer).not.toContainText('112.375')
  await expect(planner.answer.getByTestId('shifted')).toHaveCount(0) // its place is known
  expect(witness.complaints.splice(0)).toEqual([expect.stringMatching(/status of 400/)])

  await page.getByRole('button', { name: '核查另一个' }).click()
  await planner.check(field)
  const source = planner.answer.getByTestId('shifted').getByLabel('数据来源坐标（经纬度）')
  await expect(source).toHaveValue('')
  const before = await planner.checkId()
  expect(await planner.seriousFindings()).toEqual([])
  await source.selectOption('GCJ-02（高德、腾讯地图）')
  await expect(planner.answer).toContainText('坐标按声明为 GCJ-02')
  await expect(source).toHaveValue('gcj02')
  await page.screenshot({ path: 'test-results/shifted.png' })
  await source.selectOption('无偏移（CGCS2000、WGS 84）')
  await expect(planner.answer.getByTestId('check-id')).toHaveText(before)
})
