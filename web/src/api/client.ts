import type { FeatureCollection } from 'geojson'
import type { CheckAnswer, LayerList, PaperFormat, TileJson } from './answers'
import { ApiError, pageProblem, problemOf } from './problem'

/** What a check is asked with. */
export interface CheckQuestion {
  file: File
  /** EPSG:…; empty lets the server find it in the file. */
  crs: string
  name: string
  /** 线状工程宽度, metres: lines are corridors of this width. */
  width?: number
  /** 点状工程半径, metres: points are circles of this radius. */
  radius?: number
  /** Degrees that a web map has shifted. */
  datum?: 'gcj02' | 'bd09'
  /** The person agreed to the system that the server proposed. */
  confirmCrs?: boolean
  /** 人工选择: what a person decided, by the question's key. */
  choices?: Readonly<Record<string, string>>
}

/** How far a question has come: the file is sent, then the server works. */
export interface Progress {
  phase: 'sending' | 'checking'
  /** Bytes sent of the whole, 0…1. */
  sent: number
}

export interface CheckOptions {
  signal?: AbortSignal
  onProgress?: (progress: Progress) => void
}

/** The server, as the page uses it. Every method throws ApiError and nothing else. */
export interface Api {
  layers(): Promise<LayerList>
  tileJson(layer: string): Promise<TileJson>
  check(question: CheckQuestion, options?: CheckOptions): Promise<CheckAnswer>
  /** The site (role site) and its overlaps (role overlap) of a kept check; EPSG:4490, longitude first. */
  pieces(id: string): Promise<FeatureCollection>
  /** Where a kept check can be fetched as a paper. */
  paperAddress(id: string, format: PaperFormat): string
}

/** The API of the server the page came from; root is its address, "" for the same. */
export function openApi(root = ''): Api {
  const paperAddress = (id: string, format: PaperFormat) => `${root}/api/v1/checks/${encodeURIComponent(id)}.${format}`
  return {
    layers: () => get(`${root}/api/v1/layers`),
    tileJson: (layer) => get(`${root}/tiles/${encodeURIComponent(layer)}.json`),
    check: (question, options) => send(`${root}/api/v1/checks`, formOf(question), options),
    pieces: (id) => get(paperAddress(id, 'geojson')),
    paperAddress,
  }
}

async function get<Answer>(url: string): Promise<Answer> {
  const answer = await fetch(url, { headers: { Accept: 'application/json' } }).catch(() => {
    throw new ApiError(pageProblem('unreachable'))
  })
  return answerOf<Answer>(answer.status, await answer.text().catch(() => ''))
}

/** Sends a form and tells how much of it has gone, which fetch cannot. */
function send<Answer>(url: string, form: FormData, options: CheckOptions = {}): Promise<Answer> {
  const { signal, onProgress } = options
  return new Promise((resolve, reject) => {
    const fail = (code: 'cancelled' | 'unreachable') => reject(new ApiError(pageProblem(code)))
    if (signal?.aborted) return fail('cancelled')
    const request = new XMLHttpRequest()
    request.open('POST', url)
    request.setRequestHeader('Accept', 'application/json')
    request.upload.onprogress = ({ loaded, total }) =>
      onProgress?.({ phase: 'sending', sent: total > 0 ? loaded / total : 0 })
    request.upload.onload = () => onProgress?.({ phase: 'checking', sent: 1 })
    request.onload = () => {
      try {
        resolve(answerOf<Answer>(request.status, request.responseText))
      } catch (thrown) {
        reject(thrown)
      }
    }
    request.onerror = () => fail('unreachable')
    request.onabort = () => fail('cancelled')
    signal?.addEventListener('abort', () => request.abort(), { once: true })
    request.send(form)
  })
}

/** The fields of a question; what was not said is no field. */
export function formOf({ file, crs, name, width, radius, datum, confirmCrs, choices = {} }: CheckQuestion): FormData {
  const form = new FormData()
  form.set('file', file, file.name)
  if (crs.trim()) form.set('crs', crs.trim())
  if (name.trim()) form.set('name', name.trim())
  if (width !== undefined) form.set('width', String(width))
  if (radius !== undefined) form.set('radius', String(radius))
  if (datum) form.set('datum', datum)
  if (confirmCrs) form.set('confirm_crs', 'true')
  for (const [key, answer] of Object.entries(choices)) form.append('choice', `${key}=${answer}`)
  return form
}

/** The JSON of a good answer; anything else is thrown as the problem it is. */
function answerOf<Answer>(status: number, body: string): Answer {
  const json = parse(body)
  if (status >= 200 && status < 300 && json !== undefined) return json as Answer
  throw new ApiError(problemOf(status, json))
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}
