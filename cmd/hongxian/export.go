package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"hongxian/geodata"
	"hongxian/geodata/postgis"
	"hongxian/internal/answer"
	"hongxian/internal/audit"
	"hongxian/internal/report/delivery"
)

func newExport(s *settings) *cobra.Command {
	var format, out string
	cmd := &cobra.Command{
		Use:   "export LAYER@LABEL -o OUT",
		Short: "导出一个版本：原坐标、原坐标系、全部属性 / give a version back as it was delivered",
		Long: "导出一个版本，坐标、坐标系和属性与交付时一致。gpkg、geojson 逐位一致；shp 的坐标一致，过长的字段名截短并附对照表；\n" +
			"gdb 的坐标取到 0.1 毫米；txt（勘测定界界址点）取到毫米，只有编号、名称和用途，且只限高斯平面坐标。\n\n" +
			"Coordinates, reference system and attributes are those of the delivery: to the bit in gpkg and geojson; shp\n" +
			"shortens long field names and lists them; gdb rounds to 0.1 mm; txt to the millimetre, with code, name and class only.",
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			ref, err := labelledRef(args[0])
			if err != nil {
				return err
			}
			chosen, err := exportFormat(format, out)
			if err != nil {
				return err
			}
			d, err := s.openDatabase(cmd.Context(), use{command: "hongxian export"})
			if err != nil {
				return err
			}
			defer d.Close()
			v, err := d.export(cmd.Context(), ref, chosen, out)
			if err != nil {
				return err
			}
			if err := audit.Write(cmd.Context(), d.pool, audit.Entry{Action: "export", Object: v.Ref().String(), Detail: map[string]any{"format": chosen}}); err != nil {
				return err
			}
			fmt.Fprintf(cmd.OutOrStdout(), "已导出 %s 到 %s：%d 个图斑，EPSG:%d。\nExported %s to %s: %d features, EPSG:%d.\n",
				v.Ref(), out, v.Features, v.SRID, v.Ref(), out, v.Features, v.SRID)
			return nil
		},
	}
	cmd.Flags().StringVar(&format, "format", "", "gpkg、shp、geojson、gdb 或 txt，缺省看文件名 / default: by the file's name")
	cmd.Flags().StringVarP(&out, "output", "o", "", "写入的文件；shp 与 gdb 为 .zip / the file to write; shp and gdb are .zip")
	_ = cmd.MarkFlagRequired("output")
	return cmd
}

// exportFormat is the format asked for, or the one that the file's name tells.
func exportFormat(format, out string) (delivery.Format, error) {
	if format != "" {
		return delivery.Format(format), nil
	}
	name := strings.ToLower(out)
	i := slices.IndexFunc(delivery.Formats, func(f delivery.Format) bool { return strings.HasSuffix(name, "."+f.Extension()) })
	if i < 0 {
		return "", &geodata.Error{Kind: geodata.Invalid, Code: "format-missing",
			ZH: fmt.Sprintf("从文件名“%s”看不出格式，请加 --format gpkg、shp、geojson、gdb 或 txt。", filepath.Base(out)),
			EN: fmt.Sprintf("The name %q does not tell the format; give --format gpkg, shp, geojson, gdb or txt.", filepath.Base(out))}
	}
	return delivery.Formats[i], nil
}

func (d *database) exports() *answer.Exports {
	return &answer.Exports{Catalogue: &postgis.Catalogue{DB: d.pool}}
}

// export writes a version's file.
func (d *database) export(ctx context.Context, ref geodata.VersionRef, format delivery.Format, path string) (v geodata.Version, err error) {
	err = writeWhole(path, func(f *os.File) error {
		v, err = d.exports().Write(ctx, ref, format, f)
		return err
	})
	return v, err
}
