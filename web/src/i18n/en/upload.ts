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
  datum: 'Where longitude and latitude come from',
  datumNone: 'Not shifted (CGCS2000, WGS 84)',
  datumGcj02: 'GCJ-02 (Amap, Tencent)',
  datumBd09: 'BD-09 (Baidu)',
  datumHint: 'No file says so itself: where the numbers were taken from one of these maps, choose it and the file is read anew. Otherwise the site may lie hundreds of metres off.',
  tooLarge: '“{name}” has {size}; the service takes {most}. Split or compress it (.zip, .gz); larger ones can be imported on the server with hongxian import.',
  cancel: 'Cancel',
}

export default upload
