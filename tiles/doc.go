// Package tiles draws held versions as Mapbox vector tiles.
//
// # One tile
//
//	address ─▶ Renderer ─▶ cache, bounded by bytes ─▶ hit: gzip bytes, ETag
//	               │ miss
//	               └─▶ one flight an address ─▶ Source ─▶ gzip ─▶ cache
//
// A version in force or superseded never changes, so its tiles may be cached for
// ever, here and in every browser: the key is the version, and a correction is
// another version. Drafts are drawn afresh each time.
//
// # What a tile holds
//
// One layer, named by the layer key; extent 4096, buffer 64; features with a
// numeric id (1…n within the version) and the properties code, name and class.
// Coordinates are EPSG:3857, made from the held EPSG:4490.
//
// # Limits
//
// Below zoom 14 vertices snap to half a display pixel (a tile is 512 pixels
// wide), on one grid for all features, so that neighbours stay neighbours, and
// features smaller than a quarter of a pixel are left out. A tile holds at most
// MaxFeatures features, the largest. Zooms go to MaxZoom; a map overzooms beyond.
package tiles
