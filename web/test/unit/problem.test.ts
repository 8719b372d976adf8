import { describe, expect, it } from 'vitest'
import { ApiError, asProblem } from '../../src/api'
import { pageProblem, problemOf } from '../../src/api/problem'

const body = {
  type: 'urn:hongxian:problem:ring-self-crosses', title: '输入有误', title_en: 'Invalid input', status: 422,
  detail: '边界自相交。', detail_en: 'The ring crosses itself.', code: 'ring-self-crosses',
  record: 3, coordinate: [109.5, 31.25], request_id: 'r-1',
}

describe('problemOf', () => {
  it('reads both sentences, the record and the coordinate', () => {
    expect(problemOf(422, body)).toEqual({
      code: 'ring-self-crosses', status: 422, zh: '边界自相交。', en: 'The ring crosses itself.',
      record: 3, at: [109.5, 31.25], requestId: 'r-1',
    })
  })

  it.each([
    ['no body', undefined, 502, 'unreadable-answer'],
    ["a proxy's page", '<html>', 413, 'too-large'],
    ['a list', [], 500, 'unreadable-answer'],
  ])('words %s itself', (_, answer, status, code) => {
    expect(problemOf(status, answer)).toMatchObject({ code, status, zh: expect.stringMatching(/。$/), en: expect.stringMatching(/\.$/) })
  })

  it('drops a record and a coordinate that are none', () => {
    const { record, at } = problemOf(422, { ...body, record: 0, coordinate: ['a', 'b'] })
    expect([record, at]).toEqual([undefined, undefined])
  })
})

describe('asProblem', () => {
  it("keeps an api error's problem and owns up to anything else", () => {
    const problem = pageProblem('unreachable')
    expect(asProblem(new ApiError(problem))).toBe(problem)
    expect(asProblem(new TypeError('x')).code).toBe('unexpected')
  })
})
