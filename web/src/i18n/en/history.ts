import type zh from '../zh/history'

const history: typeof zh = {
  title: 'Kept checks',
  name: 'Project name contains',
  outcome: 'Outcome',
  any: 'any',
  from: 'From',
  to: 'To',
  search: 'Search',
  parcels: 'with the parcels of batches',
  site: 'Project',
  area: 'Area (ha)',
  when: 'Checked at',
  show: 'Map',
  showName: 'Show {name} on the map',
  more: 'More',
  none: 'No kept check fits.',
  loading: 'Loading…',
}

export default history
