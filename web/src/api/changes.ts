import type { Change, ChangeFormat, ChangeList, Publication } from './answers'
import { ApiError } from './problem'
import { ask, tell } from './request'
import type { FeatureCollection } from 'geojson'

/** What became of the wish to put a draft in force: 已发布, still being prepared, or first to be confirmed. */
export type PublishAnswer =
  | { state: 'done' | 'preparing'; publication: Publication }
  | { state: 'confirm'; changes: Change[] }
  | { state: 'findings' }

/** What somebody answers for when a draft is put in force, and the document that this rests on. */
export interface Consent {
  /** 确认减少. */
  loss?: boolean
  /** 接受质检问题. */
  findings?: boolean
  basis: string
}

/** 面积变化: comparing versions, and putting one in force. */
export interface ChangesApi {
  /** Compares two versions, or gives the kept comparison of them. */
  compare(from: string, to: string): Promise<Change>
  kept(id: string): Promise<Change>
  list(next?: string): Promise<ChangeList>
  /** The features before and after, and the ground that changed, in the exchange's shape; EPSG:4490. */
  pieces(id: string): Promise<FeatureCollection>
  paperAddress(id: string, format: ChangeFormat): string
  /** Puts a draft in force; a loss, and findings that are blocking, are answered for on a document. */
  publish(layer: string, label: string, consent?: Consent): Promise<PublishAnswer>
}

/** @param root the server's address, "" for the page's own */
export function openChanges(root: string): ChangesApi {
  const at = (path: string) => `${root}/api/v1/${path}`
  const id = encodeURIComponent
  const paperAddress = (change: string, format: ChangeFormat) => at(`changes/${id(change)}.${format}`)
  return {
    compare: (from, to) => tell(at('changes'), { from, to }),
    kept: (change) => ask(at(`changes/${id(change)}`)),
    list: (next) => ask(next ? root + next : at('changes')),
    pieces: (change) => ask(paperAddress(change, 'geojson')),
    paperAddress,
    publish: (layer, label, consent) => published(at(`layers/${id(layer)}/versions/${id(label)}/publish`), consent),
  }
}

async function published(url: string, consent?: Consent): Promise<PublishAnswer> {
  try {
    const said = consent && { ...(consent.loss && { confirm_loss: true }), ...(consent.findings && { accept_findings: true }), basis: consent.basis }
    const publication = await tell<Publication>(url, said ?? {})
    return { state: publication.done ? 'done' : 'preparing', publication }
  } catch (thrown) {
    if (!(thrown instanceof ApiError)) throw thrown
    if (thrown.problem.code === 'quality-blocking') return { state: 'findings' }
    const changes = thrown.problem.code === 'area-decreases' ? lossesOf(thrown.body) : undefined
    if (!changes) throw thrown
    return { state: 'confirm', changes }
  }
}

/** The comparisons that a refusal to publish carries. */
function lossesOf(body: unknown): Change[] | undefined {
  const { changes } = (body ?? {}) as { changes?: Change[] }
  return Array.isArray(changes) ? changes : undefined
}
