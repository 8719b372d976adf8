/** Coordinates that were typed or pasted, as a file that the server reads. */
export type Typed = { file: File } | { wrong: 'empty' | 'unreadable' | 'axes'; line?: number }

/** The longest text that is taken, in characters. */
export const LONGEST_TYPED = 1_000_000

const wkt = /^\s*(SRID=\d+;\s*)?(MULTI)?(POLYGON|LINESTRING|POINT|CURVE|SURFACE|GEOMETRYCOLLECTION)\b/i

/**
 * The text as a file. WKT, GeoJSON, boundary points (界址点 TXT) and tables with
 * named columns are handed on as they are; bare pairs of numbers become a table
 * whose columns are named by where the numbers can lie. A blank line begins
 * another parcel. The reference system is the server's to find, or to ask for.
 */
export function fileOfText(text: string): Typed {
  const trimmed = text.trim()
  if (trimmed === '') return { wrong: 'empty' }
  if (wkt.test(trimmed)) return as('wkt', 'text/plain', trimmed)
  if (trimmed.startsWith('{')) return as('geojson', 'application/geo+json', trimmed)
  if (trimmed.startsWith('[') || /^[^\n]*@\s*$/m.test(trimmed)) return as('txt', 'text/plain', trimmed)
  if (/\p{L}/u.test((trimmed.split('\n')[0] ?? '').replace(/^[A-Za-z]\d+/, ''))) return as('csv', 'text/csv', trimmed)
  return ofPairs(trimmed.split(/\r?\n/))
}

function as(extension: string, type: string, text: string): Typed {
  return { file: new File([text], `坐标.${extension}`, { type }) }
}

interface Row {
  parcel: number
  label: string
  pair: [string, string]
}

function ofPairs(lines: readonly string[]): Typed {
  const rows: Row[] = []
  let parcel = 1
  for (const [i, line] of lines.entries()) {
    const parts = line.split(/[\s,;，；、]+/).filter(Boolean)
    if (parts.length === 0) {
      parcel++
      continue
    }
    const row = rowOf(parts)
    if (!row) return { wrong: 'unreadable', line: i + 1 }
    rows.push({ ...row, parcel })
  }
  const columns = columnsOf(rows.map(({ pair }) => pair))
  if (!columns) return { wrong: 'axes' }
  const table = rows.map(({ label, pair, parcel: of }) => [of, label, ...pair].join(','))
  return as('csv', 'text/csv', [`地块编号,点号,${columns.join(',')}`, ...table].join('\n'))
}

/** Two numbers, or a point's label and two numbers. */
function rowOf(parts: readonly string[]): Omit<Row, 'parcel'> | null {
  const [label, pair] = parts.length === 2 ? ['', parts] : [parts[0] ?? '', parts.slice(1)]
  const [first = '', second = ''] = pair
  const isNumber = (word: string) => /^-?\d+(\.\d+)?$/.test(word)
  if (pair.length !== 2 || !isNumber(first) || !isNumber(second)) return null
  return { label, pair: [first, second] }
}

/** China's northings have seven digits; eastings six, or eight with the zone's number. */
const isNorthing = (n: number): boolean => n >= 1.5e6 && n < 6e6
const isEasting = (n: number): boolean => (n > 0 && n < 1.5e6) || (n >= 1.3e7 && n < 4.6e7)
const isLongitude = (n: number): boolean => n > 60 && n <= 180
const isLatitude = (n: number): boolean => n >= -60 && n <= 60

/** The names of the two columns; null where the numbers do not say which is which. */
function columnsOf(pairs: readonly [string, string][]): [string, string] | null {
  const every = (first: (n: number) => boolean, second: (n: number) => boolean) =>
    pairs.every(([a, b]) => first(Number(a)) && second(Number(b)))
  if (every(isLongitude, isLatitude)) return ['经度', '纬度']
  if (every(isLatitude, isLongitude)) return ['纬度', '经度']
  if (every(isNorthing, isEasting)) return ['纵坐标(X)', '横坐标(Y)']
  if (every(isEasting, isNorthing)) return ['横坐标(Y)', '纵坐标(X)']
  return null
}
