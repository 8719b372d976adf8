/** An EPSG code as the server takes it, "" for none, null when it is neither. */
export function normalCrs(typed: string): string | null {
  const text = typed.trim().toUpperCase()
  if (text === '') return ''
  const code = /^(?:EPSG[:：]?\s*)?(\d{4,6})$/.exec(text)?.[1]
  return code ? `EPSG:${code}` : null
}

/** A file's size as people say it. */
export function fileSize(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`
  const kilo = bytes / 1024
  return kilo < 1024 ? `${kilo.toFixed(kilo < 10 ? 1 : 0)} KB` : `${(kilo / 1024).toFixed(1)} MB`
}
