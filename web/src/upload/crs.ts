/** An EPSG code as the server takes it, "" for none, null when it is neither. */
export function normalCrs(typed: string): string | null {
  const text = typed.trim().toUpperCase()
  if (text === '') return ''
  const code = /^(?:EPSG[:：]?\s*)?(\d{4,6})$/.exec(text)?.[1]
  return code ? `EPSG:${code}` : null
}
