import type zh from '../zh/parameters'

const parameters: typeof zh = {
  title: 'Conversion (seven parameters)',
  ways: { none: 'Not needed (CGCS2000, WGS 84)', held: 'A set held for the county', file: 'A file', own: "The file's own (boundary points)", written: 'Written out' },
  name: 'Name of the set',
  file: 'File with the set (YAML)',
  fileHint: "One set, written as in the server's own file: name, datum, convention, units, seven numbers, control points if there are any; at most 8 KB.",
  datum: 'From',
  datums: { xian80: 'Xian 1980', beijing54: 'Beijing 1954' },
  convention: 'Convention of rotations',
  choose: 'Choose',
  conventions: { 'position-vector': 'Position vector (Bursa-Wolf)', 'coordinate-frame': 'Coordinate frame' },
  numbers: { dx: 'Shift X', dy: 'Shift Y', dz: 'Shift Z', rx: 'Rotation X', ry: 'Rotation Y', rz: 'Rotation Z', scale: 'Scale' },
  ownHint: 'The numbers are those of the file, which does not say their convention: choose it here.',
  missing: 'Something of the parameters is missing.',
  secret: 'They serve this one reading; records and reports show name and digest only.',
  enter: 'Give the parameters',
}

export default parameters
