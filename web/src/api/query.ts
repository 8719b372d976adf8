/** The query of what was said; what was not is no parameter. */
export function queryOf(parameters: Readonly<Record<string, string | number | boolean | undefined>>): string {
  const said = Object.entries(parameters).filter(([, value]) => value !== undefined && value !== '' && value !== false)
  const text = new URLSearchParams(said.map(([name, value]) => [name, String(value)])).toString()
  return text && `?${text}`
}
