export const identify = {
  title: 'What lies here',
  close: 'Close',
  loading: 'Looking…',
  none: 'In no feature of the other layers.',
  outside: 'In no feature.',
  show: 'Outline on the map',
  code: 'Code',
  class: 'Class',
  area: 'Feature area',
  version: 'Version',
  basis: 'Document',
  effective: 'effective {day}',
}

export const search = {
  label: 'Find a township, a feature, coordinates or a kept check',
  placeholder: 'Find (Ctrl K)',
  hint: "Township, a feature's code or name, project, check or parcel, printed code, coordinates (degrees, DMS, EPSG:4546 and other Gauss-Krüger planes)",
  searching: 'Searching…',
  none: 'Nothing found.',
  count: '{n} results',
  place: 'Coordinates, read as {crs}',
  outside: 'outside the county',
  check: 'Kept check',
}

export const layerSettings = {
  title: 'Layer settings',
  of: '{layer}: opacity, order, version',
  opacity: 'Opacity',
  order: 'Order',
  up: 'Up',
  down: 'Down',
  version: 'Version',
  compare: 'Swipe',
  noCompare: 'none',
}

export const swipe = {
  handle: 'Where the versions meet',
  value: 'left {left}, right {right}, at {n} %',
  close: 'End',
}

export const bookmarks = {
  title: 'Bookmarks and link',
  name: 'Name',
  add: 'Add',
  copy: 'Copy link',
  copied: 'Copied: the link holds the place and the layers.',
  unnamed: 'Bookmark {n}',
  remove: 'Remove',
  removeName: 'Remove the bookmark {name}',
  forbidden: 'The browser forbids storage: bookmarks last for this visit.',
}

export const print = {
  title: 'Print the map',
  open: 'Print',
  usual: '{county}: controls of spatial planning',
  heading: 'Title',
  paper: 'Paper',
  way: 'Format',
  upright: 'Upright',
  landscape: 'Landscape',
  format: 'File',
  note: 'What the map shows now is drawn anew at 300 dpi, with legend, scale and north arrow.',
  make: 'Make',
  working: 'Drawing…',
  failed: 'It could not be made: the graphics card does not draw so large a picture. Choose smaller paper.',
  versions: 'Versions: {list}',
  and: ', ',
  basis: 'CGCS2000, shown in Mercator, scale at the middle of the map; made on {day}',
}

export const measure = {
  title: "The map's tools",
  line: 'Line',
  area: 'Area',
  hint: { line: 'Measure a length', area: 'Measure an ellipsoidal area' },
  how: { line: 'Click point after point; double-click or Enter ends, Esc cancels.', area: 'Click point after point; the first point or Enter ends, Esc cancels.' },
  ellipsoidal: 'Ellipsoidal area',
  plane: 'Area in the plane',
  length: 'Length',
  perimeter: 'Perimeter',
  geodesic: 'On the ellipsoid',
  metres: '{n} m',
  note: 'By the rule of checks: edges straight in the plane {crs}, areas on the CGCS2000 ellipsoid.',
}
