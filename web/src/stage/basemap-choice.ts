const REMEMBERED = 'hongxian.basemap'

/** The base map of the last visit; empty: none. */
export function remembered(): string {
  try {
    return localStorage.getItem(REMEMBERED) ?? ''
  } catch {
    return '' // storage may be forbidden
  }
}

export function remember(key: string): void {
  try {
    localStorage.setItem(REMEMBERED, key)
  } catch {
    // storage may be forbidden: the choice holds for this visit
  }
}
