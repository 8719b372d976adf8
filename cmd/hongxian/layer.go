package main

import (
	"context"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"hongxian/geodata"
	"hongxian/geodata/postgis"
	"hongxian/internal/openapi"
	"hongxian/internal/report"
)

func newLayer(s *settings) *cobra.Command {
	cmd := &cobra.Command{Use: "layer", Short: "查看图层与版本 / look at layers and their versions"}
	var county string
	list := &cobra.Command{
		Use: "list", Short: "图层目录 / the catalogue of layers", Args: cobra.NoArgs,
		RunE: s.looking(func(ctx context.Context, w io.Writer, c *postgis.Catalogue, _ []string) error {
			layers, err := listLayers(ctx, c, county)
			if err != nil {
				return err
			}
			_, err = io.WriteString(w, report.LayersTable(layers))
			return err
		}),
	}
	list.Flags().StringVar(&county, "county", "", "县代码，仅有一个县时可省略 / the county's code, where several are held")
	show := &cobra.Command{
		Use: "show LAYER", Short: "一个图层 / one layer", Args: cobra.ExactArgs(1),
		RunE: s.looking(func(ctx context.Context, w io.Writer, c *postgis.Catalogue, args []string) error {
			_, layer, err := findLayer(ctx, c, args[0])
			if err != nil {
				return err
			}
			_, err = io.WriteString(w, report.LayerTable(layer))
			return err
		}),
	}
	versions := &cobra.Command{
		Use: "versions LAYER", Short: "一个图层的全部版本 / the versions of a layer", Args: cobra.ExactArgs(1),
		RunE: s.looking(func(ctx context.Context, w io.Writer, c *postgis.Catalogue, args []string) error {
			ref, _, err := findLayer(ctx, c, args[0])
			if err != nil {
				return err
			}
			held, err := c.Versions(ctx, ref.County, ref.Layer)
			if err != nil {
				return err
			}
			_, err = io.WriteString(w, report.VersionsTable(report.VersionList(ref.Layer, held)))
			return err
		}),
	}
	secrecy := &cobra.Command{
		Use: "secrecy LAYER LEVEL", Short: "标密级 公开、内部、秘密、机密 / mark a layer public, internal, confidential or secret", Args: cobra.ExactArgs(2),
		RunE: s.looking(func(ctx context.Context, w io.Writer, c *postgis.Catalogue, args []string) error {
			level, err := geodata.ParseSecrecy(args[1])
			if err != nil {
				return err
			}
			ref, layer, err := findLayer(ctx, c, args[0])
			if err == nil {
				err = c.Mark(ctx, ref.County, ref.Layer, level)
			}
			if err != nil {
				return err
			}
			fmt.Fprintf(w, "%s %s：%s\n", layer.Key, layer.Title, level)
			return nil
		}),
	}
	cmd.AddCommand(list, show, versions, secrecy)
	return cmd
}

// looking is a command that only reads the catalogue.
func (s *settings) looking(look func(context.Context, io.Writer, *postgis.Catalogue, []string) error) func(*cobra.Command, []string) error {
	return func(cmd *cobra.Command, args []string) error {
		d, err := s.openDatabase(cmd.Context(), use{command: "hongxian layer"})
		if err != nil {
			return err
		}
		defer d.Close()
		return look(cmd.Context(), cmd.OutOrStdout(), &postgis.Catalogue{DB: d.pool}, args)
	}
}

func listLayers(ctx context.Context, c *postgis.Catalogue, code string) (openapi.LayerList, error) {
	held, err := c.County(ctx, code)
	if err != nil {
		return openapi.LayerList{}, err
	}
	layers, err := c.Layers(ctx, held.Code)
	if err != nil {
		return openapi.LayerList{}, err
	}
	versions, err := c.Versions(ctx, held.Code, "")
	if err != nil {
		return openapi.LayerList{}, err
	}
	return report.LayerList(openapi.County{Code: held.Code, Name: held.NameZH}, report.LayerStates(layers, versions, nil)), nil
}

// findLayer reads [county.]layer and finds the layer in the catalogue.
func findLayer(ctx context.Context, c *postgis.Catalogue, text string) (geodata.VersionRef, openapi.Layer, error) {
	ref, err := geodata.ParseVersionRef(text)
	if err == nil && ref.Label != "" {
		err = &geodata.Error{Kind: geodata.Invalid, Code: "label-unwanted",
			ZH: fmt.Sprintf("这里只写图层，不写版本：%s。", ref.Layer), EN: fmt.Sprintf("Name the layer without a version here: %s.", ref.Layer)}
	}
	if err != nil {
		return ref, openapi.Layer{}, err
	}
	list, err := listLayers(ctx, c, ref.County)
	if err != nil {
		return ref, openapi.Layer{}, err
	}
	ref.County = list.County.Code
	for _, l := range list.Layers {
		if l.Key == string(ref.Layer) {
			return ref, l, nil
		}
	}
	return ref, openapi.Layer{}, &geodata.Error{Kind: geodata.NotFound, Code: "layer-unknown",
		ZH: fmt.Sprintf("没有图层 %s，请看 hongxian layer list。", ref.Layer), EN: fmt.Sprintf("There is no layer %s; see hongxian layer list.", ref.Layer)}
}
