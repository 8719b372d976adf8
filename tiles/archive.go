package tiles

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/maptile"

	"hongxian/geodata"
	"hongxian/tiles/pmtiles"
)

// Export writes all drawn tiles of a version as a PMTiles archive; they pass
// through a temporary file in folder. A version that is drawn live has none
// (Conflict).
func (s *Store) Export(ctx context.Context, sheet Sheet, w io.Writer, folder string) error {
	v := sheet.Version
	zooms, err := s.Zooms(ctx, v)
	if err != nil {
		return err
	}
	if len(zooms) == 0 {
		return &geodata.Error{Kind: geodata.Conflict, Code: "tiles-not-drawn",
			ZH: fmt.Sprintf("版本 %s 没有预绘的瓦片：草稿、空版本和本功能之前发布的版本都没有。", v.Ref()),
			EN: fmt.Sprintf("Version %s has no tiles drawn beforehand; drafts, empty versions and versions published before there were any have none.", v.Ref())}
	}
	sheet.Zooms = zooms
	t := sheet.Describe("")
	h := pmtiles.Header{MinZoom: t.MinZoom, MaxZoom: t.MaxZoom, Metadata: map[string]any{
		"name": t.Name, "description": t.Description, "attribution": t.Attribution, "type": "overlay", "version": t.Version,
		"vector_layers": t.VectorLayers, "hongxian": archived{Version: v, Title: sheet.Title, Tiling: sheet.Tiling, Paint: sheet.Paint, Zooms: zooms}}}
	if sheet.Bounds != nil {
		h.Bounds = *sheet.Bounds
	}
	return pmtiles.Write(w, folder, h, s.All(ctx, v))
}

// archived is what an archive keeps to be served without a database.
type archived struct {
	Version geodata.Version
	Title   string
	Tiling  bool
	Paint   Paint
	Zooms   []Zoom
}

// Archive serves the version of one PMTiles archive. It implements Source.
type Archive struct {
	Sheet
	reader *pmtiles.Reader
	file   *os.File
}

// OpenArchive opens an archive that Export wrote. What is none is Invalid.
func OpenArchive(path string) (*Archive, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, &geodata.Error{Kind: geodata.Invalid, Code: "archive-unreadable", Err: err,
			ZH: fmt.Sprintf("无法打开瓦片存档 %s。", path), EN: fmt.Sprintf("The tile archive %s cannot be opened.", path)}
	}
	a, err := readArchive(f)
	if err != nil {
		_ = f.Close() // it was only read
		return nil, &geodata.Error{Kind: geodata.Invalid, Code: "archive-unreadable", Err: err,
			ZH: fmt.Sprintf("%s 不是本程序导出的瓦片存档：%v。", path, err),
			EN: fmt.Sprintf("%s is not a tile archive exported by this program: %v.", path, err)}
	}
	return a, nil
}

func readArchive(f *os.File) (*Archive, error) {
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	reader, err := pmtiles.Open(f, info.Size())
	if err != nil {
		return nil, err
	}
	text, err := json.Marshal(reader.Metadata["hongxian"])
	if err != nil {
		return nil, err
	}
	var kept archived
	if err := json.Unmarshal(text, &kept); err != nil {
		return nil, err
	}
	ref := kept.Version.Ref()
	if known, err := geodata.ParseVersionRef(ref.String()); err != nil || known.Label == "" || known.County == "" {
		return nil, fmt.Errorf("it does not name its version")
	}
	kept.Version.State = geodata.InForce // as far as this archive knows
	return &Archive{reader: reader, file: f, Sheet: Sheet{Version: kept.Version, Title: kept.Title, Bounds: &reader.Bounds,
		Paint: kept.Paint, Tiling: kept.Tiling, Zooms: kept.Zooms}}, nil
}

// Close closes the file.
func (a *Archive) Close() error { return a.file.Close() }

// Tile implements Source.
func (a *Archive) Tile(_ context.Context, _ geodata.Version, t maptile.Tile) ([]byte, error) {
	b, err := a.reader.Tile(t)
	if err != nil {
		return nil, fmt.Errorf("tile %d/%d/%d of the archive: %w", t.Z, t.X, t.Y, err)
	}
	return b, nil
}

// Bounds implements Source.
func (a *Archive) Bounds(context.Context, geodata.Version) (orb.Bound, bool, error) {
	return a.reader.Bounds, true, nil
}

// Zooms implements Source.
func (a *Archive) Zooms(context.Context, geodata.Version) ([]Zoom, error) { return a.Sheet.Zooms, nil }
