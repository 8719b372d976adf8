import type { Map as MapLibreMap, StyleSpecification } from 'maplibre-gl'
import type { Page } from '@playwright/test'
import type { PMTiles } from 'pmtiles'
import { pattern, type PatternKind } from '../../../src/layers/pattern'
import { colourOf } from '../../../src/layers/style'
import { themeOf } from '../../../src/layers/theme'
import { expect, test } from '../page'
import { openShelf } from './shelf'

// Another site of the intranet draws what this service has, with the libraries of others.
let shelf: Awaited<ReturnType<typeof openShelf>>
test.beforeAll(async () => { shelf = await openShelf() })
test.afterAll(() => shelf.close())

test("the pmtiles client reads an exported archive by ranges, tile for tile what is served", async ({ page, request, baseURL }) => {
  let ranges = 0
  page.on('response', (response) => { if (response.status() === 206) ranges++ })
  await page.goto(shelf.origin)
  await page.addScriptTag({ url: `${shelf.origin}/pmtiles.js` })
  const read = await page.evaluate(async () => {
    const { PMTiles: Archive } = (window as unknown as { pmtiles: { PMTiles: typeof PMTiles } }).pmtiles
    const archive = new Archive(`${location.origin}/archive.pmtiles`)
    const header = await archive.getHeader()
    const metadata = (await archive.getMetadata()) as { name: string; vector_layers: { id: string }[] }
    const tiles: { at: string; bytes: number[] }[] = []
    for (let z = header.minZoom; z <= header.maxZoom; z++) {
      const n = 2 ** z
      const x = Math.floor(((header.centerLon + 180) / 360) * n)
      const latitude = (header.centerLat * Math.PI) / 180
      const y = Math.floor(((1 - Math.asinh(Math.tan(latitude)) / Math.PI) / 2) * n)
      for (const [dx, dy] of [[0, 0], [1, 0], [0, 1]] as const) {
        const tile = await archive.getZxy(z, x + dx, y + dy)
        if (tile) tiles.push({ at: `${z}/${x + dx}/${y + dy}`, bytes: [...new Uint8Array(tile.data)] })
      }
    }
    return { header, metadata, tiles }
  })
  expect(read.header).toMatchObject({ specVersion: 3, tileType: 1, tileCompression: 2, minZoom: 6, maxZoom: 16 })
  expect(read.metadata.name).toBe('500237.red-line@2022')
  expect(read.metadata.vector_layers.map(({ id }) => id)).toEqual(['red-line'])
  expect(read.tiles.length).toBeGreaterThan(8)
  expect(ranges).toBeGreaterThan(2)
  for (const { at, bytes } of read.tiles) {
    const served = await request.get(`${baseURL}/tiles/red-line@2022/${at}.mvt`, { headers: { 'Accept-Encoding': 'identity' } })
    expect(served.status(), at).toBe(200)
    expect(Buffer.compare(Buffer.from(bytes), await served.body()), at).toBe(0)
  }
})

/** A layer of the style, with what it tells a viewer. */
type Told = { metadata?: { 'hongxian:layer'?: string; 'hongxian:pattern'?: { image: string; kind: PatternKind; colour: string } } }

test('the style draws on another site, its Chinese names from the own fonts', async ({ page, request, baseURL }) => {
  const style = (await (await request.get(`${baseURL}/style.json`)).json()) as StyleSpecification
  const pictures = style.layers.flatMap((layer) => {
    const told = (layer as Told).metadata?.['hongxian:pattern']
    return told ? [{ name: told.image, ...pattern(told.kind, told.colour) }] : []
  })
  expect(pictures.length).toBeGreaterThan(0)
  await page.goto(shelf.origin)
  const names = await page.evaluate(async ({ style, pictures, library }) => {
    const { Map: Drawn, setWorkerUrl } = (await import(/* @vite-ignore */ library)) as typeof import('maplibre-gl')
    setWorkerUrl(library.replace('gl.mjs', 'gl-worker.mjs'))
    const map = new Drawn({ container: 'map', style: JSON.parse(style) as StyleSpecification, center: [109.88, 31.07], zoom: 10, fadeDuration: 0, attributionControl: false })
    for (const { name, width, height, data } of pictures) {
      map.addImage(name, { width, height, data: Uint8ClampedArray.from(Object.values(data)) }, { pixelRatio: 2 })
    }
    ;(window as unknown as { map: MapLibreMap }).map = map
    await new Promise<void>((resolve) => { map.once('idle', () => resolve()) })
    return map.queryRenderedFeatures({ layers: ['township-label'] }).map(({ properties }) => String(properties['name']))
  }, { style: JSON.stringify(style), pictures: pictures.map((p) => ({ ...p, data: [...p.data] })), library: `${shelf.origin}/maplibre-gl.mjs` })
  expect(names.length).toBeGreaterThan(3)
  expect(names.every((name) => /^[一-龥]{2,}$/.test(name))).toBe(true)

  const map = page.locator('#map')
  const idle = async (shown: boolean, text?: string): Promise<string> => {
    await page.evaluate(async ({ shown, text }) => {
      const { map } = window as unknown as { map: MapLibreMap }
      for (const { id, type } of map.getStyle().layers) {
        if (type !== 'symbol') continue
        map.setLayoutProperty(id, 'text-field', text ?? ['get', 'name'])
        map.setLayoutProperty(id, 'visibility', shown && id === 'township-label' ? 'visible' : 'none')
      }
      await new Promise<void>((resolve) => { map.once('idle', () => resolve()) })
    }, { shown, text })
    return (await map.screenshot()).toString('base64')
  }
  const named = await idle(true)
  await map.screenshot({ path: 'test-results/style.png' })
  const blank = await idle(false)
  const same = await idle(true, '镇')
  expect(await dark(page, named)).toBeGreaterThan((await dark(page, blank)) + 300) // ink of the names
  expect(await dark(page, named)).not.toBe(await dark(page, same)) // each name its own signs, not one box for all
})

/** How many dark pixels a picture has. */
async function dark(page: Page, png: string): Promise<number> {
  return page.evaluate(async (text) => {
    const picture = await createImageBitmap(await (await fetch(`data:image/png;base64,${text}`)).blob())
    const canvas = new OffscreenCanvas(picture.width, picture.height).getContext('2d')
    if (!canvas) throw new Error('no canvas')
    canvas.drawImage(picture, 0, 0)
    const { data } = canvas.getImageData(0, 0, picture.width, picture.height)
    let n = 0
    for (let i = 0; i < data.length; i += 4) if ((data[i] ?? 255) + (data[i + 1] ?? 255) + (data[i + 2] ?? 255) < 200) n++
    return n
  }, png)
}

/** An expression as text; colours mean the same in capitals. */
const lower = (of: unknown): string => JSON.stringify(of).toLowerCase()

test('the page and the served style draw the same layers, in the same colours and patterns', async ({ request, baseURL }) => {
  const style = (await (await request.get(`${baseURL}/style.json`)).json()) as StyleSpecification
  const { layers } = (await (await request.get(`${baseURL}/api/v1/layers`)).json()) as
    { layers: { key: string; colour?: string; in_force?: unknown }[] }
  const inForce = layers.filter((layer) => layer.in_force)
  expect(Object.keys(style.sources).sort()).toEqual(inForce.map(({ key }) => key).sort())
  for (const { key, colour } of inForce) {
    const theme = themeOf(key, colour)
    const fill = style.layers.find(({ id }) => id === `${key}-fill`)
    expect(lower(fill?.type === 'fill' && fill.paint?.['fill-color']), key).toBe(lower(colourOf(theme)))
    const told = style.layers.map((layer) => (layer as Told).metadata?.['hongxian:pattern']).find((p) => p?.image === `pattern-${key}`)
    expect(told?.kind ?? 'none', key).toBe(theme.fill === 'hatch' || theme.fill === 'dots' ? theme.fill : 'none')
  }
})
