package main

import (
	"context"
	"fmt"
	"io"
	"strconv"
	"time"

	"github.com/paulmach/orb"
	"github.com/spf13/cobra"

	"hongxian/geodata"
	"hongxian/geodata/postgis"
	"hongxian/internal/answer"
	"hongxian/internal/ledger"
	"hongxian/internal/record"
	"hongxian/internal/report"
)

// ledgerWork is what a subcommand does on an open ledger of a county.
type ledgerWork func(ctx context.Context, w io.Writer, l *answer.Ledger, county string) error

func newLedger(s *settings) *cobra.Command {
	cmd := &cobra.Command{Use: "ledger", Short: "监管台账：发现、核查、整改、销号 / the supervision ledger"}
	var county, who string
	flags := cmd.PersistentFlags()
	flags.StringVar(&county, "county", "", "县代码，仅有一个县时可省略 / the county's code, where several are held")
	flags.StringVar(&who, "who", "", "办理人 / who does it, free text")
	open := func(prepare func(args []string) (ledgerWork, error)) func(*cobra.Command, []string) error {
		return func(cmd *cobra.Command, args []string) error {
			work, err := prepare(args)
			if err != nil {
				return err
			}
			d, err := s.openDatabase(cmd.Context(), use{command: "hongxian ledger"})
			if err != nil {
				return err
			}
			defer d.Close()
			held, err := (&postgis.Catalogue{DB: d.pool}).County(cmd.Context(), county)
			if err != nil {
				return err
			}
			return work(cmd.Context(), cmd.OutOrStdout(), d.ledger(), held.Code)
		}
	}
	cmd.AddCommand(ledgerList(open), ledgerShow(open), ledgerAdd(open, &who), ledgerFromChange(open, &who), ledgerFromCheck(open, &who),
		ledgerMove(open, &who), ledgerNote(open, &who), ledgerExport(open))
	return cmd
}

type ledgerOpener func(func(args []string) (ledgerWork, error)) func(*cobra.Command, []string) error

func ledgerList(open ledgerOpener) *cobra.Command {
	var state, township, layer string
	f := ledger.Filter{}
	cmd := &cobra.Command{Use: "list", Short: "台账条目 / the entries", Args: cobra.NoArgs,
		RunE: open(func([]string) (ledgerWork, error) {
			var err error
			if f.Township, f.Layer = township, geodata.LayerKey(layer); state != "" {
				f.State, err = ledger.ParseState(state)
			}
			return func(ctx context.Context, w io.Writer, l *answer.Ledger, county string) error {
				entries, err := l.List(ctx, county, f)
				if err != nil {
					return err
				}
				counted, err := l.Count(ctx, county)
				if err == nil {
					_, err = io.WriteString(w, report.LedgerTable(entries, counted))
				}
				return err
			}, err
		})}
	flags := cmd.Flags()
	flags.StringVar(&state, "state", "", "状态 发现、核查、整改、销号 / discovered, verified, rectifying or closed")
	flags.StringVar(&township, "township", "", "乡镇代码 / code of a township")
	flags.StringVar(&layer, "layer", "", "图层 / layer")
	flags.BoolVar(&f.Overdue, "overdue", false, "只列逾期的 / only overdue entries")
	flags.IntVar(&f.Limit, "limit", 100, "最多列几条 / how many at most")
	return cmd
}

func ledgerShow(open ledgerOpener) *cobra.Command {
	return &cobra.Command{Use: "show ID", Short: "一个条目及其办理记录 / an entry with its history", Args: cobra.ExactArgs(1),
		RunE: open(func(args []string) (ledgerWork, error) {
			id, err := entryNumber(args[0])
			return showEntry(id), err
		})}
}

// showEntry prints an entry.
func showEntry(id int64) ledgerWork {
	return func(ctx context.Context, w io.Writer, l *answer.Ledger, county string) error {
		e, events, err := l.Get(ctx, county, id)
		if err == nil {
			_, err = io.WriteString(w, report.LedgerEntryTable(e, events))
		}
		return err
	}
}

func entryNumber(text string) (int64, error) {
	id, err := strconv.ParseInt(text, 10, 64)
	if err != nil || id < 1 {
		return 0, &geodata.Error{Kind: geodata.Invalid, Code: "ledger-number", ZH: fmt.Sprintf("台账编号“%.20s”应为正整数。", text), EN: fmt.Sprintf("An entry's number is a positive whole number, not %.20q.", text)}
	}
	return id, nil
}

func ledgerAdd(open ledgerOpener, who *string) *cobra.Command {
	var e ledger.Entry
	var kind, layer, township, name, deadline string
	var point []float64
	var area float64
	cmd := &cobra.Command{Use: "add", Short: "人工登记 / add an entry by hand", Args: cobra.NoArgs,
		RunE: open(func([]string) (ledgerWork, error) {
			var err error
			if e.Deadline, err = parseDay(deadline); err != nil {
				return nil, err
			}
			e.Kind, e.Layer, e.Area, e.Unapproved, e.Source = ledger.Kind(kind), geodata.LayerKey(layer), geodata.Area(area), geodata.Area(area), ledger.ByHand
			if e.Record != "" {
				e.Source = ledger.FromCheck
			}
			if township != "" || name != "" {
				e.Townships = []ledger.Township{{Code: township, Name: name, Area: e.Area}}
			}
			if len(point) == 2 {
				e.Point = &orb.Point{point[0], point[1]}
			}
			return func(ctx context.Context, w io.Writer, l *answer.Ledger, county string) error {
				ids, _, err := l.Add(ctx, county, *who, []ledger.Entry{e})
				if err == nil {
					_, err = fmt.Fprintf(w, "已登记为 %d 号。\nAdded as number %d.\n", ids[0], ids[0])
				}
				return err
			}, nil
		})}
	flags := cmd.Flags()
	flags.StringVar(&kind, "kind", "encroached", "类型 lost 调出、reclassified 性质改变、encroached 占用 / kind")
	flags.StringVar(&layer, "layer", string(geodata.RedLine), "图层 / layer")
	flags.StringVar(&e.Title, "title", "", "标题 / title")
	flags.StringVar(&e.Record, "check", "", "来自核查，写其编号 / the kept check it comes from")
	flags.Float64Var(&area, "area", 0, "面积，平方米 / area, m²")
	flags.StringVar(&township, "township", "", "乡镇代码 / code of the township")
	flags.StringVar(&name, "township-name", "", "乡镇名称 / name of the township")
	flags.StringVar(&e.Office, "office", "", "责任单位 / responsible office")
	flags.StringVar(&deadline, "deadline", "", "期限 2026-12-31 / the day it is due")
	flags.Float64SliceVar(&point, "point", nil, "位置 经度,纬度 / place, longitude,latitude")
	return cmd
}

func ledgerFromChange(open ledgerOpener, who *string) *cobra.Command {
	return &cobra.Command{Use: "from-change CHANGE-ID", Short: "登记一次面积变化核查的全部调出和性质改变图斑 / add what a kept comparison lost or reclassified", Args: cobra.ExactArgs(1),
		RunE: open(func(args []string) (ledgerWork, error) {
			id, err := identityOf(args[0])
			return func(ctx context.Context, w io.Writer, l *answer.Ledger, county string) error {
				ids, known, err := l.FromChange(ctx, county, id, *who)
				return printAdded(w, len(ids), known, err)
			}, err
		})}
}

func ledgerFromCheck(open ledgerOpener, who *string) *cobra.Command {
	var layer string
	cmd := &cobra.Command{Use: "from-check RECORD", Short: "登记一次核查占用受保护图层的范围 / add the ground that a kept check's site takes of protected layers", Args: cobra.ExactArgs(1),
		RunE: open(func(args []string) (ledgerWork, error) {
			id, err := identityOf(args[0])
			if err != nil {
				return nil, err
			}
			only := geodata.LayerKey("")
			if layer != "" {
				only, err = geodata.ParseLayerKey(layer)
			}
			return func(ctx context.Context, w io.Writer, l *answer.Ledger, county string) error {
				ids, known, err := l.FromCheck(ctx, county, id, only, *who)
				return printAdded(w, len(ids), known, err)
			}, err
		})}
	cmd.Flags().StringVar(&layer, "layer", "", "只登记占用此图层的 / the layer that counts; default: every protected one")
	return cmd
}

// printAdded says how many entries a kept answer made.
func printAdded(w io.Writer, added, known int, err error) error {
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(w, "登记 %d 条，已有 %d 条。\n%d added, %d were there already.\n", added, known, added, known)
	return err
}

func ledgerMove(open ledgerOpener, who *string) *cobra.Command {
	var reason string
	cmd := &cobra.Command{Use: "move ID STATE", Short: "办理到下一状态；跳过或退回须 --reason / move an entry; back, or past a step, needs --reason", Args: cobra.ExactArgs(2),
		RunE: open(func(args []string) (ledgerWork, error) {
			id, err := entryNumber(args[0])
			if err != nil {
				return nil, err
			}
			state, err := ledger.ParseState(args[1])
			return takeStep(id, func() ledger.Step { return ledger.Step{To: state, Who: *who, Note: reason} }), err
		})}
	cmd.Flags().StringVar(&reason, "reason", "", "理由或说明 / reason or note")
	return cmd
}

// takeStep takes a step and shows the entry.
func takeStep(id int64, step func() ledger.Step) ledgerWork {
	return func(ctx context.Context, w io.Writer, l *answer.Ledger, county string) error {
		if err := l.Take(ctx, county, id, step()); err != nil {
			return err
		}
		return showEntry(id)(ctx, w, l, county)
	}
}

func ledgerNote(open ledgerOpener, who *string) *cobra.Command {
	var step ledger.Step
	var office, deadline string
	cmd := &cobra.Command{Use: "note ID [TEXT]", Short: "备注、附件引用、责任单位、期限 / note, attachment by reference, office, deadline", Args: cobra.RangeArgs(1, 2),
		RunE: open(func(args []string) (ledgerWork, error) {
			id, err := entryNumber(args[0])
			if err != nil {
				return nil, err
			}
			if len(args) > 1 {
				step.Note = args[1]
			}
			if office != "" {
				step.Office = &office
			}
			step.Deadline, err = parseDay(deadline)
			return takeStep(id, func() ledger.Step { step.Who = *who; return step }), err
		})}
	flags := cmd.Flags()
	flags.StringVar(&step.Attachment, "attachment", "", "附件的文号、路径或地址 / a reference: document number, path or address")
	flags.StringVar(&step.SHA256, "sha256", "", "附件的 SHA-256 / of the attachment, hex")
	flags.StringVar(&office, "office", "", "责任单位 / responsible office")
	flags.StringVar(&deadline, "deadline", "", "期限 2026-12-31 / the day it is due")
	return cmd
}

func ledgerExport(open ledgerOpener) *cobra.Command {
	var format, out string
	cmd := &cobra.Command{Use: "export", Short: "导出台账 / export the ledger", Args: cobra.NoArgs,
		RunE: open(func([]string) (ledgerWork, error) {
			known, ok := answer.LedgerFormatOf(format)
			if !ok {
				return nil, &geodata.Error{Kind: geodata.Invalid, Code: "format-unknown", ZH: fmt.Sprintf("不认识的格式“%.20s”，可用 xlsx、csv、json、geojson。", format),
					EN: fmt.Sprintf("Unknown format %.20q; use xlsx, csv, json or geojson.", format)}
			}
			return func(ctx context.Context, w io.Writer, l *answer.Ledger, county string) error {
				body, err := l.Export(ctx, county, known)
				if err != nil {
					return err
				}
				return writeOut(out, w, string(body))
			}, nil
		})}
	cmd.Flags().StringVar(&format, "format", "csv", "格式 xlsx、csv、json、geojson / format")
	cmd.Flags().StringVarP(&out, "out", "o", "", "写入文件 / write to a file")
	return cmd
}

// ledger wires the supervision ledger.
func (d *database) ledger() *answer.Ledger {
	catalogue := &postgis.Catalogue{DB: d.pool}
	return &answer.Ledger{Book: &ledger.Book{DB: d.pool, Now: time.Now}, Counties: catalogue, Catalogue: catalogue,
		Records: &record.Keeper{DB: d.pool}, Illustrator: d.comparers(), Sites: &countyCheckers{pool: d.pool, catalogue: catalogue}}
}
