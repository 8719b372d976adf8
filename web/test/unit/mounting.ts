import { mount } from '@vue/test-utils'
import { defineComponent, h, KeepAlive, type Component } from 'vue'
import { createMemoryHistory, createRouter } from 'vue-router'
import { apiKey } from '../../src/api'
import { createCatalogues } from '../../src/i18n'
import { routes } from '../../src/router'
import { provideStage, type Stage } from '../../src/stage/stage'
import { fakeApi, type FakeAnswers } from './fake-api'

/** A view as the page opens it, beside a map's stage, before a server that answers only what a test gives it. */
export function open(view: Component, answers: FakeAnswers = {}, props: Record<string, unknown> = {}) {
  const router = createRouter({ history: createMemoryHistory(), routes })
  let stage!: Stage
  const page = defineComponent({
    props: { shown: { type: Object, default: () => ({}) } },
    setup(own) {
      stage = provideStage()
      return () => h(KeepAlive, null, { default: () => h(view, own.shown) })
    },
  })
  const panel = mount(page, {
    props: { shown: props },
    global: { plugins: [createCatalogues(), router], provide: { [apiKey as symbol]: fakeApi(answers) } },
    attachTo: document.body,
  })
  return Object.assign(panel, {
    router,
    /** Events of the view itself. */
    told: (event: string) => panel.getComponent(view).emitted(event),
    onMap: () => stage.showing.value.site.value,
    coloured: () => stage.showing.value.choropleth.value,
    pointed: () => stage.showing.value.pointed.value,
  })
}
