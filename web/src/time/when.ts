/** A moment as people read it, to the second: "2026/11/26 10:03:04", "26/11/2026, 10:03:04". */
export function moment(iso: string, language: string): string {
  return new Date(iso).toLocaleString(language === 'en' ? 'en-GB' : 'zh-CN')
}

/** The beginning of a day on the reader's clock, or of the one after it, as RFC 3339; undefined for no day. */
export function beginOf(day: string, daysLater = 0): string | undefined {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(day)
  if (!match) return undefined
  const [, year, month, date] = match.map(Number)
  return new Date(year ?? 0, (month ?? 1) - 1, (date ?? 1) + daysLater).toISOString()
}
