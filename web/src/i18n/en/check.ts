import type zh from '../zh/check'

const check: typeof zh = {
  title: 'Check a project',
  intro: "Give a project's site to see whether it touches the red line, protected areas and other layers.",
  source: 'The site comes from',
  sources: { file: 'A file', draw: 'Drawing', text: 'Coordinates' },
  file: 'Site file',
  formats: 'GeoJSON (.geojson .json .geojsonl), GeoPackage (.gpkg), zipped Shapefile or file geodatabase (.zip), .gz, KML (.kml .kmz), Ovital (.ovkml), DXF, boundary points .txt, tables (.csv .xlsx), .wkt',
  text: 'Coordinates',
  textExample: '3439600.12  392600.30\n3439650.00  393050.00\n3440080.00  393010.00',
  textNote: "A point a line (its number may be left out), a blank line between parcels; or paste a boundary-point TXT, a table with named columns, WKT or GeoJSON.",
  textWrong: {
    empty: 'Type the coordinates first.',
    unreadable: 'Line {line} is no point: write "[number] coordinate coordinate".',
    axes: 'The numbers do not say which column is the northing; name the columns in the first line, as in: northing,easting.',
  },
  crsHint: 'Where the file does not say, e.g. EPSG:4546',
  name: 'Project name (optional)',
  more: 'More options',
  width: 'Width of a linear project (m)',
  radius: 'Radius of a point project (m)',
  metresHint: 'Where the file holds only lines or points: lines are widened, points become circles.',
  metresInvalid: 'Write metres, more than 0 and at most 10000.',
  confirmCrs: 'Confirm and continue',
  submit: 'Check',
  back: 'Change the site',
  another: 'Another site',
}

export default check
