import type zh from '../zh/draw'

const draw: typeof zh = {
  title: 'Draw',
  shape: { polygon: 'Area', corridor: 'Line with width', circle: 'Point with radius' },
  undo: 'Undo',
  remove: 'Delete the selected',
  clear: 'Delete all',
  begin: 'Choose a shape, then draw it on the map. Without a mouse, type coordinates instead.',
  edit: 'Select a shape to drag its corners, press a midpoint to add one, right-click a corner to delete it; Ctrl+Z undoes.',
  how: {
    polygon: 'Click the corners, then the last one again (or Enter) to finish, Esc to cancel.',
    corridor: 'Click along the axis, then the last point again (or Enter) to finish, Esc to cancel.',
    circle: 'Click the centre.',
  },
  drawn: 'Drawn:',
  count: { polygon: '{n} areas', corridor: '{n} lines', circle: '{n} points' },
  and: ', ',
  none: 'Draw the site on the map first.',
  noMap: 'The map is not open, so nothing can be drawn; use a file or type coordinates.',
  failed: 'The drawing program could not be loaded. Reload the page, or use a file or typed coordinates.',
}

export default draw
