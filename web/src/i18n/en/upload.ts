import type zh from '../zh/upload'

const upload: typeof zh = {
  pick: 'Choose a file',
  drop: 'or drop it here',
  picked: 'Chosen: {name} ({size})',
  needFile: 'Choose a file first.',
  crs: 'Coordinate system (optional)',
  crsInvalid: 'Write the coordinate system as in EPSG:4546.',
  sending: 'Sending… {percent}',
  working: 'Checking…',
  cancel: 'Cancel',
}

export default upload
