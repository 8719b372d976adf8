import { createReadStream, readFileSync, statSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { dirname, join } from 'node:path'
import { createRequire } from 'node:module'

const packages = createRequire(import.meta.url)
const folder = (name: string): string => dirname(packages.resolve(`${name}/package.json`))

/** What another site of the intranet may serve: an empty page, map libraries, an archive. */
const shelf: Record<string, { path: string; type: string } | undefined> = {
  ...Object.fromEntries(['maplibre-gl.mjs', 'maplibre-gl-shared.mjs', 'maplibre-gl-worker.mjs'].map((file) => [
    `/${file}`, { path: join(folder('maplibre-gl'), 'dist', file), type: 'text/javascript' },
  ])),
  '/pmtiles.js': { path: join(folder('pmtiles'), 'dist', 'pmtiles.js'), type: 'text/javascript' },
  '/archive.pmtiles': { path: process.env['HONGXIAN_ARCHIVE'] ?? '', type: 'application/octet-stream' },
}

/** A static server that knows byte ranges, as any web server does. */
export async function openShelf(): Promise<{ origin: string; close: () => void }> {
  const server: Server = createServer(answer)
  // A fixed port: `hongxian serve` is told which origin may read its tiles.
  await new Promise<void>((ready) => server.listen(Number(new URL(origin()).port), '127.0.0.1', ready))
  const { port } = server.address() as AddressInfo
  return { origin: `http://127.0.0.1:${port}`, close: () => { server.closeAllConnections(); server.close() } }
}

const origin = (): string => process.env['HONGXIAN_OTHER_SITE'] ?? 'http://127.0.0.1:18474'

function answer({ url = '/', headers }: IncomingMessage, response: ServerResponse): void {
  if (url === '/') {
    response.setHeader('Content-Type', 'text/html')
    response.end('<!doctype html><link rel="icon" href="data:,"><style>#map{width:900px;height:700px}</style><div id="map"></div>')
    return
  }
  const held = shelf[url]
  if (!held) {
    response.writeHead(404).end()
    return
  }
  response.setHeader('Content-Type', held.type)
  const range = /^bytes=(\d+)-(\d+)$/.exec(headers.range ?? '')
  if (!range) {
    response.end(readFileSync(held.path))
    return
  }
  const size = statSync(held.path).size
  const start = Number(range[1])
  const end = Math.min(Number(range[2]), size - 1)
  response.writeHead(206, { 'Content-Range': `bytes ${start}-${end}/${size}`, 'Content-Length': end - start + 1 })
  createReadStream(held.path, { start, end }).pipe(response)
}
