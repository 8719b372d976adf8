package main

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"hongxian/geodata"
	"hongxian/geodata/county"
	"hongxian/geodata/postgis"
	"hongxian/geodata/schematic"
	"hongxian/internal/intake"
	"hongxian/internal/publish"
)

func newDemo(s *settings) *cobra.Command {
	var scale int
	cmd := &cobra.Command{
		Use:   "demo",
		Short: "载入示意县（示意数据，非真实成果）/ load the schematic county (no real data)",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			d, err := s.openDatabase(cmd.Context(), use{command: "hongxian demo"})
			if err != nil {
				return err
			}
			defer d.Close()
			return d.loadSchematic(cmd.Context(), scale, cmd.OutOrStdout(), newMeter(cmd.ErrOrStderr()))
		},
	}
	cmd.Flags().IntVar(&scale, "scale", 1, "规模倍数 / N times the vertices or features")
	return cmd
}

// loadSchematic loads every layer of the schematic county that is not held yet
// and puts it in force. It can be run again, also after it was cut off.
func (d *database) loadSchematic(ctx context.Context, scale int, w io.Writer, m *meter) error {
	start := time.Now()
	sketch, err := schematic.New(schematic.DefaultSeed, scale)
	if err != nil {
		return err
	}
	deliveries := sketch.Deliveries()
	profile, err := county.Load(deliveries[0].Ref.County)
	if err != nil {
		return err
	}
	if err := register(ctx, d.pool, profile); err != nil {
		return err
	}
	loaded := 0
	for _, delivery := range deliveries {
		delivery.Data.Name = fmt.Sprintf("%s ×%d", delivery.Data.Name, scale) // told apart from another scale's
		isNew, err := d.loadOne(ctx, delivery, m)
		if err != nil {
			return err
		}
		if isNew {
			loaded++
			fmt.Fprintf(w, "%s  %s\n", time.Now().Format(time.TimeOnly), delivery.Data.Name)
		}
	}
	if loaded == 0 {
		fmt.Fprintln(w, "示意县已经载入。\nThe schematic county is loaded already.")
		return nil
	}
	fmt.Fprintf(w, "示意县已载入：%d 个图层版本，用时 %.0f 秒。全部为示意数据，不是真实成果。\n", loaded, time.Since(start).Seconds())
	fmt.Fprintf(w, "The schematic county is loaded: %d layer versions in %.0f s. None of it is real data.\n", loaded, time.Since(start).Seconds())
	return nil
}

// loadOne imports and publishes a delivery unless it was in force already.
func (d *database) loadOne(ctx context.Context, delivery schematic.Delivery, m *meter) (isNew bool, err error) {
	v, err := (&postgis.Catalogue{DB: d.pool}).Resolve(ctx, delivery.Ref)
	if err == nil && v.Published != nil {
		return false, sameSketch(v, delivery.Data.Name)
	}
	if err != nil && !geodata.IsKind(err, geodata.NotFound) {
		return false, err
	}
	_, err = (&intake.Loader{DB: d.pool}).Load(ctx, intake.Request{Ref: delivery.Ref, Delivery: delivery.Data,
		Effective: &delivery.Effective, Basis: delivery.Basis,
		Approvals: delivery.Approvals, Progress: m.records})
	if err != nil {
		return false, err
	}
	if _, err := d.examine(ctx, delivery.Ref, nil); err != nil {
		return false, err
	}
	// The sketch is drawn to be sound: its report is kept, and stops nothing.
	sketch := d.publisher(publish.Consent{Basis: delivery.Basis, Loss: true})
	sketch.Inspector = nil
	defer m.finish()
	_, err = sketch.Publish(ctx, delivery.Ref, m.share)
	return err == nil, err
}

// sameSketch refuses to take another scale, or a county's real version, for the
// sketch that was asked for.
func sameSketch(held geodata.Version, source string) error {
	if held.Schematic && held.Source == source {
		return nil
	}
	return &geodata.Error{Kind: geodata.Conflict, Code: "demo-would-mix",
		ZH: fmt.Sprintf("库中已有版本 %s（%s），不能与示意数据混放；请用新的 --data 目录。", held.Ref(), held.Source),
		EN: fmt.Sprintf("Version %s (%s) is held already and must not be mixed with the schematic county; use another --data folder.", held.Ref(), held.Source)}
}
