package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"hongxian/geodata"
	"hongxian/geodata/postgis"
	"hongxian/tiles"
)

func newTiles(s *settings) *cobra.Command {
	cmd := &cobra.Command{Use: "tiles", Short: "瓦片存档 / tile archives"}
	cmd.AddCommand(&cobra.Command{
		Use:   "export LAYER@LABEL OUT.pmtiles",
		Short: "把一个版本的全部瓦片导出为 PMTiles 存档 / write all tiles of a version as a PMTiles archive",
		Args:  cobra.ExactArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			ref, err := labelledRef(args[0])
			if err != nil {
				return err
			}
			d, err := s.openDatabase(cmd.Context(), use{command: "hongxian tiles export"})
			if err != nil {
				return err
			}
			defer d.Close()
			size, err := d.exportTiles(cmd.Context(), ref, args[1])
			if err != nil {
				return err
			}
			fmt.Fprintf(cmd.OutOrStdout(), "已导出 %s：%d 字节。\nExported %s: %d bytes.\n", args[1], size, args[1], size)
			return nil
		},
	})
	return cmd
}

// exportTiles writes the archive beside its place and moves it there when it is whole.
func (d *database) exportTiles(ctx context.Context, ref geodata.VersionRef, path string) (size int64, err error) {
	sheet, err := d.sheetOf(ctx, ref)
	if err != nil {
		return 0, err
	}
	err = writeWhole(path, func(f *os.File) error {
		if err := tiles.NewStore(d.pool).Export(ctx, sheet, f, filepath.Dir(path)); err != nil {
			return err
		}
		info, err := f.Stat()
		if err == nil {
			size = info.Size()
		}
		return err
	})
	return size, err
}

// sheetOf describes a held version.
func (d *database) sheetOf(ctx context.Context, ref geodata.VersionRef) (tiles.Sheet, error) {
	catalogue := &postgis.Catalogue{DB: d.pool}
	v, err := catalogue.Resolve(ctx, ref)
	if err != nil {
		return tiles.Sheet{}, err
	}
	county, err := catalogue.County(ctx, v.County)
	if err != nil {
		return tiles.Sheet{}, err
	}
	layers, err := catalogue.Layers(ctx, v.County)
	if err != nil {
		return tiles.Sheet{}, err
	}
	sheet := tiles.Sheet{Version: v, Paint: paintOf(county)[v.Layer]}
	for _, l := range layers {
		if l.Key == v.Layer {
			sheet.Title, sheet.Tiling = l.TitleZH, l.Tiles
		}
	}
	b, ok, err := tiles.NewStore(d.pool).Bounds(ctx, v)
	if ok {
		sheet.Bounds = &b
	}
	return sheet, err
}
