import { expect, test } from '../page'

test('a map is arranged, shared by its address, and compared by swiping', async ({ planner, page }) => {
  await planner.open()
  await page.getByRole('button', { name: '生态保护红线：透明度、顺序、版本' }).click()
  const settings = page.getByTestId('layer-settings')
  await settings.getByRole('slider', { name: '不透明度' }).fill('40')
  await settings.getByRole('button', { name: '下移' }).click()
  await settings.getByRole('combobox', { name: '版本' }).selectOption('2018')
  await expect(page).toHaveURL(/#layers=protected-area,red-line@2018~40,/)
  await page.getByRole('checkbox', { name: '永久基本农田' }).uncheck()
  await planner.mapIsDrawn()
  await page.getByRole('region', { name: '地图' }).last().focus()
  await page.keyboard.press('+')
  await expect(page).toHaveURL(/#map=\d+\.\d\d\/31\.\d{5}\/1(09|10)\.\d{5}&layers=/)
  const address = page.url()

  const older = page.waitForRequest(/red-line@2018\/\d+\/\d+\/\d+\.mvt/)
  await page.goto('about:blank')
  await page.goto(address)
  await older
  await planner.mapIsDrawn()
  await expect(page.getByRole('checkbox', { name: '永久基本农田' })).not.toBeChecked()
  await page.getByText('书签与链接').click()
  await page.getByRole('textbox', { name: '书签名称' }).fill('红线旧版')
  await page.getByRole('button', { name: '收藏' }).click()

  await planner.go('核查记录')
  await expect(page).toHaveURL(/\/history#map=/) // it goes along
  await page.getByRole('button', { name: '生态保护红线：透明度、顺序、版本' }).click()
  const newer = page.waitForRequest(/red-line@2022\/\d+\/\d+\/\d+\.mvt/)
  await settings.getByRole('combobox', { name: '卷帘对比' }).selectOption('2022')
  await newer
  const handle = page.getByRole('slider', { name: '卷帘位置' })
  await handle.focus()
  await page.keyboard.press('Shift+ArrowRight')
  await expect(handle).toHaveAttribute('aria-valuetext', '左 2018，右 2022，分界在 60 %')
  await planner.mapIsDrawn()
  expect(await planner.seriousFindings()).toEqual([])
  await page.screenshot({ path: 'test-results/swipe.png' })
  await page.getByRole('button', { name: '结束对比' }).click()
  await page.getByRole('link', { name: '红线旧版' }).click()
  await expect(page).toHaveURL(address)
})
