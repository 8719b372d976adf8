import { inject, onActivated, onMounted, provide, shallowRef, computed, type InjectionKey, type ShallowRef } from 'vue'
import type { Choropleth } from '../map/choropleth'
import type { CountyMap } from '../map/county-map'
import type { SiteOutline } from '../site/outline'

/** A feature of a layer, to be outlined. */
export interface Pointed {
  layer: string
  code: string
}

/** A version that is not in force yet, to be seen beside those that are. */
export interface Draft {
  layer: string
  label: string
  /** The layer's, for the reader. */
  title: string
}

/** What a view shows on the map while it is the one that is open. */
export interface Showing {
  site: ShallowRef<SiteOutline | null>
  pointed: ShallowRef<Pointed | null>
  choropleth: ShallowRef<Choropleth | null>
  draft: ShallowRef<Draft | null>
}

/** The map beside all views: it shows what the open view wants shown. */
export interface Stage {
  showing: ShallowRef<Showing>
  /** The map once it is open; null before, and where there is none. */
  map: ShallowRef<CountyMap | null>
}

const stageKey: InjectionKey<Stage> = Symbol('stage')

const emptyShowing = (): Showing => ({ site: shallowRef(null), pointed: shallowRef(null), choropleth: shallowRef(null), draft: shallowRef(null) })

/** Makes the stage that the views below share. */
export function provideStage(): Stage {
  const stage: Stage = { showing: shallowRef(emptyShowing()), map: shallowRef(null) }
  provide(stageKey, stage)
  return stage
}

/** A view's part of the stage: what it shows is on the map whenever the view is open. */
export function useStage() {
  const stage = inject(stageKey, () => ({ showing: shallowRef(emptyShowing()), map: shallowRef(null) }), true)
  const showing = emptyShowing()
  const take = () => void (stage.showing.value = showing)
  onMounted(take)
  onActivated(take)
  return {
    ...showing,
    map: computed(() => stage.map.value),
    zoomToSite: () => showing.site.value && stage.map.value?.zoomTo(showing.site.value.bounds),
    /** Outlines a feature beside the site. */
    point(feature: Pointed | null) {
      showing.pointed.value = feature
      if (feature && showing.site.value) stage.map.value?.zoomTo(showing.site.value.bounds)
    },
  }
}
