import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { expect, test as base, type Locator, type Page } from '@playwright/test'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** A picked file: a field of about 20 ha beside the county's seat, in degrees. */
export const field = {
  name: '项目地块.geojson',
  mimeType: 'application/geo+json',
  buffer: Buffer.from(JSON.stringify({
    type: 'Feature',
    properties: { name: '项目地块' },
    geometry: {
      type: 'Polygon',
      coordinates: [[[109.8800, 31.0700], [109.8850, 31.0705], [109.8845, 31.0745], [109.8798, 31.0740], [109.8800, 31.0700]]],
    },
  })),
}

/** A picked file that ends in the middle. */
export const truncated = { ...field, name: 'truncated.geojson', buffer: field.buffer.subarray(0, 60) }

/** The page as a planner works with it. */
export class Planner {
  readonly answer: Locator
  readonly problem: Locator
  readonly map: Locator

  constructor(readonly page: Page, private readonly webgl: boolean) {
    this.answer = page.getByTestId('answer')
    this.problem = page.getByTestId('problem')
    this.map = page.getByTestId('map')
  }

  async open(address = '.'): Promise<void> {
    await this.page.goto(address)
    await this.mapIsDrawn()
  }

  /** Opens a view by its tab. */
  async go(tab: string): Promise<void> {
    await this.page.getByRole('navigation', { name: '功能' }).getByRole('link', { name: tab }).click()
  }

  /** Presses a place of the map, in shares of its width and height. */
  async press(x: number, y: number): Promise<void> {
    const box = await this.map.boundingBox()
    if (!box) throw new Error('the map has no place')
    await this.page.mouse.click(box.x + x * box.width, box.y + y * box.height)
  }

  /** Opens the drawing tools, and waits until they have come. */
  async drawWith(shape: string): Promise<void> {
    await this.page.getByText('在图上绘制').click()
    await expect(this.page.getByTestId('draw')).toHaveAttribute('data-tools', 'ready')
    await this.page.getByTestId('draw').getByRole('button', { name: shape }).click()
  }

  /** The id of the check that is answered. */
  async checkId(): Promise<string> {
    return (await this.answer.getByTestId('check-id').textContent()) ?? ''
  }

  /** Waits on the map's own word that everything asked for is drawn; without a map, on its sentence. */
  async mapIsDrawn(): Promise<void> {
    if (this.webgl) await expect(this.map).toHaveAttribute('data-state', 'idle', { timeout: 90_000 })
    else await expect(this.page.getByTestId('no-webgl')).toBeVisible()
  }

  async pick(file: typeof field): Promise<void> {
    await this.page.getByLabel('范围文件').setInputFiles(file)
  }

  async check(file: typeof field): Promise<void> {
    await this.pick(file)
    await this.page.getByRole('button', { name: '开始核查' }).click()
  }

  /** Rules of WCAG that are broken seriously, by axe-core. */
  async seriousFindings(): Promise<string[]> {
    await this.page.evaluate(axe)
    return this.page.evaluate(async () => {
      const { axe: tool } = window as unknown as { axe: typeof import('axe-core') }
      const { violations } = await tool.run(document, { resultTypes: ['violations'] })
      return violations
        .filter(({ impact }) => impact === 'serious' || impact === 'critical')
        .flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html} ${node.failureSummary}`))
    })
  }
}

/** What the browser complained about, and whom it asked. */
export interface Witness {
  complaints: string[]
  strangers: string[]
}

/** Makes the page's browser one that cannot draw a map. */
function withoutWebGL(): void {
  const original = HTMLCanvasElement.prototype.getContext
  HTMLCanvasElement.prototype.getContext = function (this: HTMLCanvasElement, kind: string, ...rest: unknown[]) {
    return kind === 'webgl2' ? null : Reflect.apply(original, this, [kind, ...rest])
  } as typeof original
}

/**
 * Every test ends with a look at what the browser did meanwhile. A software GPU
 * takes seconds to open the map: a test whose subject is not the map says
 * `test.use({ webgl: false })`, which is a browser the page must serve as well.
 */
export const test = base.extend<{ webgl: boolean; witness: Witness; planner: Planner }>({
  webgl: [true, { option: true }],
  page: async ({ page, webgl }, use) => {
    if (!webgl) await page.addInitScript(withoutWebGL)
    await use(page)
  },
  witness: [async ({ page }, use) => {
    const witness: Witness = { complaints: [], strangers: [] }
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') witness.complaints.push(message.text())
    })
    page.on('pageerror', (error) => witness.complaints.push(String(error)))
    page.on('request', (request) => {
      const { protocol, hostname } = new URL(request.url())
      if (protocol.startsWith('http') && hostname !== '127.0.0.1') witness.strangers.push(request.url())
    })
    await use(witness)
    expect(witness.strangers, 'requests to other origins').toEqual([])
    expect(witness.complaints, 'what the browser complained about').toEqual([])
  }, { auto: true }],
  planner: async ({ page, webgl }, use) => use(new Planner(page, webgl)),
})

export { expect }
