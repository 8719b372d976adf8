// Package tiles draws held versions as Mapbox vector tiles.
//
// # One tile
//
//	address ─▶ Renderer ─▶ cache, bounded by bytes ─▶ hit: bytes, ETag
//	               │ miss
//	               └─▶ one flight an address ─▶ Source ─▶ encoding ─▶ cache
//
// A version in force or superseded never changes, so its tiles may be cached for
// ever, here and in every browser: the key is the version, and a correction is
// another version. Drafts are drawn afresh each time.
//
// # Where tiles come from
//
// Baking draws all tiles of a version when it is published (packages bake and
// mesh); Store reads them; an Archive holds those of one version in a PMTiles file.
// LiveSource draws drafts, and versions that were published before tiles were
// drawn beforehand.
//
// # What a tile holds
//
// Layers named by their layer keys; extent 4096, buffer 64; features with a
// numeric id (1…n within the version) and the properties code, name and class;
// below the layer's feature zoom one shape a class, with class and count.
// Coordinates are EPSG:3857, made from the held EPSG:4490.
//
// # Limits
//
// Zooms go to MaxZoom; a map overzooms beyond. A baked tile weighs at most
// bake.MaxBytes, or is listed; a tile holds at most MaxLayers layers. Drawn live, below zoom 14
// vertices snap to half a display pixel, features smaller than a quarter of a
// pixel are left out, and a tile holds at most MaxFeatures, the largest.
package tiles
