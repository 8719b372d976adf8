import { flushPromises } from '@vue/test-utils'
import { describe, expect, it } from 'vitest'
import { shallowRef } from 'vue'
import { createMemoryHistory, createRouter } from 'vue-router'
import { routes } from '../../src/router'
import { bookmarks, keep, MOST } from '../../src/bookmarks/bookmarks'
import { changed, type Arrangement } from '../../src/layers/arrangement'
import { fragmentOf, keepAddress, readFragment, type MapState } from '../../src/stage/address'

const usual: Arrangement = ['red-line', 'township'].map((key) => ({ key, shown: true, opacity: 100, label: '' }))
const state: MapState = {
  view: { lon: 109.87462, lat: 31.07289, zoom: 12.5 }, layers: changed(usual, 'red-line', { opacity: 40, label: '2018' }), swipe: { layer: 'red-line', label: '2022' },
}

describe('the address', () => {
  it('holds the whole state of the map, and nothing of what is usual', () => {
    const text = fragmentOf(state, usual)
    expect(text).toBe('#map=12.50/31.07289/109.87462&layers=red-line@2018~40,township&swipe=red-line@2022')
    expect(readFragment(text, usual)).toEqual(state)
    expect(fragmentOf({ view: null, layers: usual, swipe: null }, usual)).toBe('')
  })

  it('is read without trust', () => {
    for (const hash of ['', '#', '#map=99/1/1', '#map=1/91/1', '#map=a/b/c', '#layers=,,&swipe=made-up@1', '#swipe=red-line', '#map=1/1']) {
      expect(readFragment(hash, usual), hash).toEqual({ view: null, layers: usual, swipe: null })
    }
  })

  it('stays beside the state, from view to view', async () => {
    const router = createRouter({ history: createMemoryHistory(), routes })
    await router.push('/')
    const kept = shallowRef<MapState | null>({ view: null, layers: usual, swipe: null })
    const stop = keepAddress(router, kept, () => usual)
    kept.value = state
    await flushPromises()
    expect(router.currentRoute.value.fullPath).toBe(`/${fragmentOf(state, usual)}`)
    await router.push({ name: 'verify', params: { code: 'X' } })
    expect(router.currentRoute.value.fullPath).toBe(`/verify/X${fragmentOf(state, usual)}`)
    kept.value = { view: null, layers: usual, swipe: null }
    await flushPromises()
    expect(router.currentRoute.value.fullPath).toBe('/verify/X')
    stop()
  })
})

describe('bookmarks', () => {
  it('are remembered, the latest of them, and read without trust', () => {
    keep(Array.from({ length: MOST + 1 }, (_, i) => ({ name: `${i}`, address: `/#map=${i}/31/110` })))
    expect(bookmarks().map(({ name }) => name)).toEqual(Array.from({ length: MOST }, (_, i) => `${i + 1}`))
    localStorage.setItem('hongxian.bookmarks', '[{"name":"x","address":"https://elsewhere"},{"name":"y","address":"//elsewhere"},7,null,{"name":"z","address":"/stats"}]')
    expect(bookmarks().map(({ name }) => name)).toEqual(['z'])
    localStorage.setItem('hongxian.bookmarks', '{')
    expect(bookmarks()).toEqual([])
  })
})
