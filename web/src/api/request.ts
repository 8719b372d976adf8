import { ApiError, pageProblem, problemOf } from './problem'

/** How far a question has come: the file is sent, then the server works. */
export interface Progress {
  phase: 'sending' | 'checking'
  /** Bytes sent of the whole, 0…1. */
  sent: number
}

export interface SendOptions {
  signal?: AbortSignal
  onProgress?: (progress: Progress) => void
}

/** Asks without a body, and reads the JSON of the answer. */
export const ask = <Answer>(url: string, method: 'GET' | 'POST' | 'DELETE' = 'GET', signal?: AbortSignal): Promise<Answer> =>
  fetched(url, { method, signal })

/** Says something as JSON, and reads the JSON of the answer. */
export const tell = <Answer>(url: string, body: unknown): Promise<Answer> =>
  fetched(url, { method: 'POST', body: JSON.stringify(body), headers: { 'Content-Type': 'application/json' } })

/** Says what is to be otherwise, and reads the JSON of the answer. */
export const change = <Answer>(url: string, body: unknown): Promise<Answer> =>
  fetched(url, { method: 'PATCH', body: JSON.stringify(body), headers: { 'Content-Type': 'application/json' } })

const listeners = new Set<() => void>()

/** Calls back whenever the server does not know who is asking: a session has ended. Gives how to stop. */
export function onUnknown(call: () => void): () => void {
  listeners.add(call)
  return () => listeners.delete(call)
}

async function fetched<Answer>(url: string, request: RequestInit): Promise<Answer> {
  const answer = await fetch(url, { ...request, headers: { Accept: 'application/json', ...request.headers } }).catch(() => {
    throw new ApiError(pageProblem(request.signal?.aborted ? 'cancelled' : 'unreachable'))
  })
  return answerOf<Answer>(answer.status, await answer.text().catch(() => ''))
}

/** Sends a form and tells how much of it has gone, which fetch cannot. */
export function send<Answer>(url: string, form: FormData, options: SendOptions = {}): Promise<Answer> {
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

/** The JSON of a good answer; anything else is thrown as the problem it is. */
function answerOf<Answer>(status: number, body: string): Answer {
  if (status === 204) return undefined as Answer
  if (status === 401) listeners.forEach((call) => call())
  const json = parse(body)
  if (status >= 200 && status < 300 && json !== undefined) return json as Answer
  throw new ApiError(problemOf(status, json), json)
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}
