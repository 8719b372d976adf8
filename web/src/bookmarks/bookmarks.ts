/** 书签: an address within the page, under a name. */
export interface Bookmark {
  name: string
  /** Path and fragment, below the page's root. */
  address: string
}

const REMEMBERED = 'hongxian.bookmarks'
/** So many are kept; the oldest go first. */
export const MOST = 50

const isBookmark = (value: unknown): value is Bookmark => {
  const { name, address } = (value ?? {}) as Partial<Bookmark>
  return typeof name === 'string' && typeof address === 'string' && address.startsWith('/') && !address.startsWith('//')
}

/** Those of this browser; storage may be forbidden, or hold what is none. */
export function bookmarks(): Bookmark[] {
  try {
    const held: unknown = JSON.parse(localStorage.getItem(REMEMBERED) ?? '[]')
    return Array.isArray(held) ? held.filter(isBookmark) : []
  } catch {
    return []
  }
}

/** Keeps them for the next visit; whether that could be done. */
export function keep(all: readonly Bookmark[]): boolean {
  try {
    localStorage.setItem(REMEMBERED, JSON.stringify(all.slice(-MOST)))
    return true
  } catch {
    return false
  }
}
