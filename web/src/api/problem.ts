/** What went wrong, fit to be shown: one Chinese and one English sentence, and where. */
export interface Problem {
  /** Stable, kebab-case: the last segment of the problem's type. */
  code: string
  status: number
  zh: string
  en: string
  /** 1-based record number in the file. */
  record?: number
  /** East first, in the file's own coordinates. */
  at?: [number, number]
  /** To name the request to whoever reads the server's log. */
  requestId?: string
}

/** The error the api module throws, and the only one it throws. */
export class ApiError extends Error {
  /** @param body the whole answer, where a refusal carries more than its problem */
  constructor(readonly problem: Problem, readonly body?: unknown) {
    super(problem.en)
    this.name = 'ApiError'
  }
}

const sentences: Record<string, [zh: string, en: string]> = {
  'unreachable': [
    '连接不上服务，请检查网络，或确认服务已启动，然后重试。',
    'The server cannot be reached. Check the network, or whether the server runs, and try again.',
  ],
  'cancelled': ['已取消。', 'Cancelled.'],
  'too-large': [
    '文件超过服务允许的大小，请拆分后再试。',
    'The file is larger than the server accepts. Split it and try again.',
  ],
  'unreadable-answer': [
    '服务的答复无法识别，未给出结果。请联系管理员。',
    "The server's answer cannot be read; no result was given. Tell your administrator.",
  ],
  'unexpected': [
    '页面内部错误，未给出结果。请刷新后重试。',
    'Internal error of the page; no result was given. Reload and try again.',
  ],
}

/** A problem the page itself words, because no answer of the server says it. */
export function pageProblem(code: keyof typeof sentences & string, status = 0): Problem {
  const [zh, en] = sentences[code] ?? ['', '']
  return { code, status, zh, en }
}

/** Reads problem+json (RFC 9457); a body that is none gets the page's own words. */
export function problemOf(status: number, body: unknown): Problem {
  if (!isRecord(body) || typeof body['type'] !== 'string') {
    return pageProblem(status === 413 ? 'too-large' : 'unreadable-answer', status)
  }
  const fallback = pageProblem('unreadable-answer', status)
  return {
    code: text(body['code']) ?? fallback.code,
    status,
    zh: text(body['detail']) ?? text(body['title']) ?? fallback.zh,
    en: text(body['detail_en']) ?? text(body['title_en']) ?? fallback.en,
    record: positive(body['record']),
    at: point(body['coordinate']),
    requestId: text(body['request_id']),
  }
}

/** The problem behind anything thrown; what is no ApiError is the page's fault. */
export function asProblem(thrown: unknown): Problem {
  return thrown instanceof ApiError ? thrown.problem : pageProblem('unexpected')
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const text = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined

const positive = (value: unknown): number | undefined =>
  typeof value === 'number' && value > 0 ? value : undefined

const point = (value: unknown): [number, number] | undefined =>
  Array.isArray(value) && typeof value[0] === 'number' && typeof value[1] === 'number'
    ? [value[0], value[1]]
    : undefined
