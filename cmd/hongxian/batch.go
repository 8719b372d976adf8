package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"hongxian/geodata"
	"hongxian/geodata/schematic"
	"hongxian/internal/answer"
	"hongxian/internal/batch"
	"hongxian/internal/overlap"
	"hongxian/internal/overlap/outline"
)

// batchFlags say what to check and where the table goes.
type batchFlags struct {
	checkFlags
	projects bool
}

func newBatch(s *settings) *cobra.Command {
	f := batchFlags{checkFlags: checkFlags{format: "table"}}
	cmd := &cobra.Command{
		Use:   "batch FILE | batch --projects",
		Short: "批量核查，一行一个地块；中断后重新运行即继续 / check many parcels; run it again to go on after a break",
		Args: func(cmd *cobra.Command, args []string) error {
			if f.projects {
				return cobra.NoArgs(cmd, args)
			}
			return cobra.ExactArgs(1)(cmd, args)
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			var q answer.Question
			var err error
			if f.projects {
				q.Against, err = f.versions()
			} else {
				q, err = f.question(args[0])
			}
			if err != nil {
				return err
			}
			d, err := s.openDatabase(cmd.Context(), use{command: "hongxian batch"})
			if err != nil {
				return err
			}
			defer d.Close()
			return d.batch(cmd.Context(), q, f, &batchOutput{cmd.OutOrStdout(), cmd.ErrOrStderr(), newMeter(cmd.ErrOrStderr())})
		},
	}
	flags := cmd.Flags()
	coordinates{&f.crs, &f.reading.Parameters, &f.reading.Datum, &f.reading.ConfirmCRS}.add(flags)
	flags.StringVar(&f.name, "name", "", "批次名称 / what to call the batch")
	flags.StringVar(&f.county, "county", "", "县代码，仅有一个县时可省略 / the county's code, where several are held")
	flags.StringArrayVar(&f.against, "against", nil, "对照版本，可重复 / version to check against, may be repeated (LAYER@LABEL)")
	flags.StringVarP(&f.out, "out", "o", "", "结果表，.xlsx 或 .csv / the table, .xlsx or .csv")
	flags.BoolVar(&f.projects, "projects", false, "核查规划的 80 个重点工程 / check the plan's eighty projects")
	return cmd
}

// batchOutput is where a batch is shown.
type batchOutput struct {
	out, err io.Writer
	meter    *meter
}

// batch takes a file in, or finds the batch that an earlier run left, works on it
// and writes its table.
func (d *database) batch(ctx context.Context, q answer.Question, f batchFlags, o *batchOutput) error {
	defer o.meter.finish()
	d.outlines = outline.NewKeeper(d.pool)
	batches := d.batches(nil)
	batches.Staged = func(n int) { o.meter.records(n, 0) }
	held, err := d.handIn(ctx, batches, q, f)
	if err != nil {
		return err
	}
	ended, stop := context.WithCancel(ctx)
	defer stop()
	go follow(ended, batches.Store, held, o.meter)
	runner := &batch.Runner{DB: d.pool, Desk: d.desk()}
	for more := true; more; {
		if more, err = runner.Work(ctx, held.County, held.ID); err != nil {
			return err
		}
	}
	stop()
	o.meter.finish()
	if held, err = batches.Find(ctx, held.County, held.ID); err != nil {
		return err
	}
	var table strings.Builder
	if strings.HasSuffix(f.out, ".xlsx") {
		err = batches.WriteXLSX(ctx, &table, held)
	} else {
		err = batches.WriteCSV(ctx, &table, held.County, held.ID)
	}
	if err != nil {
		return err
	}
	fmt.Fprintf(o.err, "批次 %s：%d 个地块，%d 个未核查。\nBatch %s: %d parcels, %d not checked.\n",
		held.ID, held.Total, held.Failed, held.ID, held.Total, held.Failed)
	return writeOut(f.out, o.out, table.String())
}

// handIn gives the batch to work on.
func (d *database) handIn(ctx context.Context, batches *answer.Batches, q answer.Question, f batchFlags) (batch.Batch, error) {
	if f.projects {
		return d.handInProjects(ctx, batches, f.county, q.Against)
	}
	held, found, err := batches.Unfinished(ctx, q)
	if found || err != nil {
		return held, err
	}
	return batches.Take(ctx, q)
}

// handInProjects hands in the plan's projects, or finds the batch of them that an
// earlier run left: a row each, also for those that the plan gives no place, which
// cannot be checked. The plan's table comes with the schematic county, because
// where a footprint lies is schematic.
func (d *database) handInProjects(ctx context.Context, batches *answer.Batches, countyCode string, against []geodata.VersionRef) (batch.Batch, error) {
	county, err := batches.Counties.County(ctx, countyCode)
	if err != nil {
		return batch.Batch{}, err
	}
	sketch, err := schematic.New(schematic.DefaultSeed, 1)
	if err != nil {
		return batch.Batch{}, err
	}
	projects := sketch.Projects()
	digest, err := projectsDigest(projects, against)
	if err != nil {
		return batch.Batch{}, err
	}
	left, err := batches.Store.Unfinished(ctx, county.Code, digest)
	if err != nil {
		return batch.Batch{}, err
	}
	if len(left) > 0 {
		return batches.Find(ctx, left[0].County, left[0].ID)
	}
	return batches.Intake.Take(ctx, batch.Delivery{County: county.Code, Name: "规划重点工程（示意数据）", Against: against,
		SourceDigest: digest, Findings: func() []string { return []string{"用地位置为示意数据，不是真实位置。"} },
		Parcels: func(yield func(batch.Parcel, error) bool) {
			for _, p := range projects {
				if !yield(projectParcel(p), nil) {
					return
				}
			}
		}})
}

// projectsDigest is the SHA-256 of the projects and of what they are checked
// against, by which a batch that was broken off is found again.
func projectsDigest(projects []schematic.Project, against []geodata.VersionRef) (string, error) {
	sum := sha256.New()
	if err := json.NewEncoder(sum).Encode([]any{"projects", projects, against}); err != nil {
		return "", fmt.Errorf("digest of the plan's projects: %w", err)
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}

func projectParcel(p schematic.Project) batch.Parcel {
	site := overlap.Site{Name: p.Name, Record: p.No, SRID: 4546, Geometry: p.Footprint}
	if p.Footprint != nil {
		return batch.Parcel{Site: site}
	}
	return batch.Parcel{Site: site, Err: &geodata.Error{Kind: geodata.Invalid, Code: "project-unplaced", Record: p.No,
		ZH: "未落图：规划没有给出这个项目的用地范围，不能核查。", EN: "The plan gives this project no footprint; it cannot be checked."}}
}

// follow shows how far a batch is until ctx ends.
func follow(ctx context.Context, store *batch.Store, b batch.Batch, m *meter) {
	tick := time.NewTicker(300 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			if now, err := store.Find(ctx, b.County, b.ID); err == nil {
				m.show("核查 checked", now.Done, now.Total)
			}
		}
	}
}
