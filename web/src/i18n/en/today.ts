import type zh from '../zh/today'

const today: typeof zh = {
  title: 'What would differ today',
  note: 'The report stands by the versions of its time; this table is for information.',
  same: 'Checked against the versions in force, the result is the same.',
  layer: 'Layer',
  status: 'Status',
  was: 'then',
  is: 'now',
  versionOnly: 'another version, the same figures',
}

export default today
