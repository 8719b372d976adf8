import type zh from '../zh/quality'

const quality: typeof zh = {
  title: 'Quality report',
  loading: 'Examining…',
  download: 'Download the quality report',
  papers: { xlsx: 'Report, Excel', gpkg: 'Offending places, GPKG' },
  stops: '{n} checks stop the publication: mend them, or let an approver accept them on a document.',
  found: '{n} checks found something; none stops the publication.',
  good: 'Nothing was found.',
  counts: '{all} checks, {passed} passed, {unchecked} not checked',
  accepted: 'The findings were accepted on “{basis}” when it was published.',
  check: 'Check',
  result: 'Result',
  count: 'Findings',
  area: 'Area',
  limit: 'Stops above',
  never: 'never',
  examples: 'Such as',
  records: 'record {list}',
  want: ', expected {want}',
  more: ' …',
  status: { passed: 'passed', found: 'found', blocking: 'stops', not_checked: 'not checked' },
  others: '{n} checks that passed or were not made',
  note: 'Examined {when}, {n} features; the county is that of townships {townships}.',
  places: 'Places',
  features: 'Features',
  width: 'Mean width',
  fly: 'Show place {no} on the map',
  showMore: 'Show more ({n} left)',
}

export default quality
