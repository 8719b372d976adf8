/** What the server reads, by the ends of the files' names. */
export const extensions = [
  '.geojson', '.json', '.geojsonl', '.gpkg', '.zip', '.gz', '.kml', '.kmz', '.ovkml', '.dxf', '.txt', '.csv', '.xlsx', '.wkt',
] as const

/** The largest file that the server takes, in bytes. */
export const LARGEST = 100 * 2 ** 20

/** A file's size as people say it. */
export function fileSize(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`
  const kilo = bytes / 1024
  return kilo < 1024 ? `${kilo.toFixed(kilo < 10 ? 1 : 0)} KB` : `${(kilo / 1024).toFixed(1)} MB`
}
