import type { View } from '../stage/address'
import type { Laid } from './arrange'
import type { GridPlane } from './gauss-krueger'
import type { LonLat } from './spot'
import type { Choropleth } from './choropleth'
import type { SiteOutline } from '../site/outline'

/** What a map is asked to show. */
export interface MapProps {
  /** The layers from top to bottom, as they are to be drawn. */
  laid: readonly Laid[]
  /** Where to look first; null: at the whole county, or where a view leads. */
  view: View | null
  site: SiteOutline | null
  /** Features to outline: those of a layer that carry the code. */
  highlight: { layer: string; code: string } | null
  choropleth: Choropleth | null
  /** A place to mark. */
  spot: LonLat | null
  /** The county's plane, for coordinates to be read. */
  plane: GridPlane | null
  /** Titles of the layers in the reader's language, by key. */
  titles: Record<string, string>
}
