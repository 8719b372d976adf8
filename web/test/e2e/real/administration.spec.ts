import { expect, test } from '../page'

test.use({ webgl: false })

test('the audit trail is narrowed, verified and exported', async ({ planner, page, request }) => {
  await planner.open('audit')
  await expect(page.getByTestId('chain')).toContainText(/审计链已记 \d+ 条/)
  await page.getByLabel('操作', { exact: true }).selectOption('import')
  const rows = page.getByTestId('audit').locator('tbody tr')
  await expect(rows.first()).toHaveAttribute('data-action', /^import/)
  await expect(rows.filter({ hasNot: page.locator('.object') })).toHaveCount(0)
  await expect(page.getByTestId('audit').locator('tbody tr:not([data-action^=import])')).toHaveCount(0)
  await page.getByLabel('对象').fill('500237.red-line')
  await page.getByRole('button', { name: '查询' }).click()
  await expect(rows.first()).toContainText('500237.red-line@')
  await rows.first().getByText('明细').click()
  await page.getByRole('button', { name: '核验审计链' }).click()
  await expect(page.getByTestId('verified')).toContainText('审计链完整')
  expect(await planner.seriousFindings()).toEqual([])
  await page.screenshot({ path: 'test-results/audit.png' })
  const lines = (await (await request.get(await page.getByRole('link', { name: '导出（JSONL）' }).evaluate((a) => (a as HTMLAnchorElement).href))).text()).trim().split('\n')
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({ seq: 1 })
  await page.getByRole('navigation', { name: '管理' }).getByRole('link', { name: '用户' }).click()
  await expect(page.getByRole('heading', { name: '用户' })).toBeVisible()
})

// An account made here would have to sign in for every later spec: whoever is asking,
// and the tokens, are answered by the test.
test('a token is shown once, and ended', async ({ planner, page }) => {
  const held: { id: number; name: string; prefix: string; rights: string[]; created_at: string; expires_at?: string; revoked_at?: string }[] = []
  await page.route('**/api/v1/session', (route) => route.fulfill({ json: {
    signed_in: true, local: false, password_due: false, limited: false, name: 'zhang', title: '张三', role: 'planner', rights: ['see', 'ask'], methods: ['password'],
  } }))
  await page.route('**/api/v1/tokens', (route) => {
    if (route.request().method() === 'GET') return route.fulfill({ json: { tokens: held } })
    const token = { id: 7, prefix: 'hxt_k3v9', created_at: '2026-11-26T02:00:00Z', ...(route.request().postDataJSON() as { name: string; rights: string[]; expires_at: string }) }
    held.push(token)
    return route.fulfill({ status: 201, json: { token, secret: 'hxt_k3v9_0123456789abcdefghijklmnopqrstuvwxyz' } })
  })
  await page.route('**/api/v1/tokens/7', (route) => {
    for (const token of held) token.revoked_at = '2026-11-26T03:00:00Z'
    return route.fulfill({ status: 204 })
  })
  await planner.open()
  await page.getByTestId('who').getByRole('link', { name: '张三' }).click()
  await expect(page.getByTestId('empty')).toBeVisible()
  await page.locator('#token-name').fill('审批系统')
  await page.getByLabel('核查、比较').check()
  await page.getByRole('button', { name: '新增令牌' }).click()
  await expect(page.getByTestId('secret')).toContainText('hxt_k3v9_0123456789')
  expect(await planner.seriousFindings()).toEqual([])
  await page.screenshot({ path: 'test-results/tokens.png' })
  await page.getByRole('button', { name: '已存好' }).click()
  await expect(page.locator('#view')).not.toContainText('hxt_k3v9_0123456789')
  await page.getByRole('button', { name: '作废令牌 审批系统' }).click()
  await page.getByRole('button', { name: '确认作废' }).click()
  await expect(page.getByTestId('tokens')).toContainText('已作废')
  expect(await planner.seriousFindings()).toEqual([]) // a revoked one is greyed
})
