package main

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"hongxian/geodata"
	"hongxian/geodata/county"
	"hongxian/geodata/postgis"
	"hongxian/internal/answer"
	"hongxian/internal/geofile"
	"hongxian/internal/intake"
	"hongxian/internal/report"
)

// importFlags are what the planner says about a delivery.
type importFlags struct {
	crs, effective, basis, layer, format, approvals string
	parameters                                      string // 七参数
	datum                                           string // gcj02 or bd09
	schematic, unexamined, propose                  bool
	fields                                          chosenFields

	name string // what the planner calls the file; empty: as it lies
	// approvalsName is what the planner calls the file of approvals; empty: as it lies.
	approvalsName string
	confirm       bool                   // the planner agreed to the reference system that was proposed
	maxBytes      int64                  // unpacked; 0: the reader's own limit
	progress      func(staged, kept int) // may be nil
}

func newImport(s *settings) *cobra.Command {
	var f importFlags
	cmd := &cobra.Command{
		Use:   "import LAYER@LABEL FILE",
		Short: "导入图层文件为草稿 / import a file as a draft, with an intake report",
		Args:  cobra.ExactArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			ref, err := labelledRef(args[0])
			if err != nil {
				return err
			}
			d, err := s.openDatabase(cmd.Context(), use{command: "hongxian import"})
			if err != nil {
				return err
			}
			defer d.Close()
			if f.propose {
				return d.printProposal(cmd.Context(), cmd.OutOrStdout(), ref, args[1], f)
			}
			if f.format != "table" && f.format != "json" {
				return printIntake(io.Discard, nil, f.format)
			}
			m := newMeter(cmd.ErrOrStderr())
			defer m.finish()
			f.progress = m.records
			collectLess()
			result, err := d.importFile(cmd.Context(), ref, args[1], f)
			if err != nil {
				return err
			}
			m.finish()
			return d.printImported(cmd.Context(), cmd.OutOrStdout(), ref, result, f)
		},
	}
	flags := cmd.Flags()
	coordinates{&f.crs, &f.parameters, &f.datum, &f.confirm}.add(flags)
	flags.StringVar(&f.effective, "effective", "", "生效日期 2022-11-01 / the day the document takes effect")
	flags.StringVar(&f.basis, "basis", "", "依据文号 / number of the document it rests on")
	flags.StringVar(&f.approvals, "approvals", "", "批准文件：WHCX 图形，含 WHLX 与批准文号 / approvals of changes: polygons with WHLX and the approval's number")
	flags.StringVar(&f.layer, "layer", "", "文件中的图层名 / which layer, where the file has several")
	flags.BoolVar(&f.schematic, "schematic", false, "示意数据，处处标明 / schematic data, labelled wherever it shows")
	flags.BoolVar(&f.propose, "propose", false, "只看文件会被当作什么，不入库 / only say what the file is taken for")
	flags.StringVar(&f.fields.code, "code-field", "", "编码字段 / field that carries the code")
	flags.StringVar(&f.fields.name, "name-field", "", "名称字段 / field that carries the name")
	flags.StringVar(&f.fields.class, "class-field", "", "类别字段 / field that carries the class")
	flags.BoolVar(&f.unexamined, "no-quality", false, "暂不质检，发布时再做 / leave the quality report to the publication")
	flags.StringVar(&f.format, "format", "table", "报告格式 table 或 json / format of the report")
	return cmd
}

// labelledRef reads a reference that must name its label.
func labelledRef(text string) (geodata.VersionRef, error) {
	ref, err := geodata.ParseVersionRef(text)
	if err == nil && ref.Label == "" {
		err = &geodata.Error{Kind: geodata.Invalid, Code: "label-missing",
			ZH: fmt.Sprintf("请写明版本，例如 %s@2022。", text), EN: fmt.Sprintf("Name the version, as in %s@2022.", text)}
	}
	return ref, err
}

// importFile loads a file as a draft.
func (d *database) importFile(ctx context.Context, ref geodata.VersionRef, path string, f importFlags) (*intake.Report, error) {
	effective, err := parseDay(f.effective)
	if err != nil {
		return nil, err
	}
	digest, err := fileDigest(path)
	if err != nil {
		return nil, err
	}
	profile, isHeld, err := d.countyFor(ctx, ref.County)
	if err != nil {
		return nil, err
	}
	layer, ok := profile.Layer(ref.Layer)
	if !ok {
		return nil, layerUnknown(ref.Layer, profile)
	}
	name := cmp.Or(f.name, filepath.Base(path))
	parameters, err := parametersOf(profile, f.parameters)
	if err != nil {
		return nil, err
	}
	options := geofile.Options{Parameters: parameters, Datum: f.datum, Name: name, CRS: f.crs, Layer: f.layer, Fields: f.fields.over(layer.Geodata().Fields),
		ConfirmGuess: f.confirm, MaxBytes: f.maxBytes}
	file, err := openDelivery(ctx, path, profile, options)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	ref.County = profile.Code
	request := intake.Request{Ref: ref, Effective: effective, Basis: f.basis, SourceDigest: digest, Progress: f.progress,
		Notes:    func() []intake.Finding { return notesOf(file) },
		Delivery: geodata.Delivery{Name: name, SRID: file.SRID(), Schematic: f.schematic, Features: classed(file.Features(ctx), layer)}}
	if f.approvals != "" {
		approvals, err := openDelivery(ctx, f.approvals, profile, geofile.Options{Name: f.approvalsName, CRS: f.crs, Parameters: parameters, Datum: f.datum, ConfirmGuess: f.confirm, MaxBytes: f.maxBytes})
		if err != nil {
			return nil, err
		}
		defer approvals.Close()
		request.Approvals = &geodata.Delivery{Name: cmp.Or(f.approvalsName, filepath.Base(f.approvals)), SRID: approvals.SRID(), Features: approvals.Features(ctx)}
	}
	if file.Whole() {
		request.StagingKey = stagingKey(digest, options, layer, profile)
	}
	if !isHeld {
		request.Register = func(ctx context.Context, db postgis.Querier) error { return register(ctx, db, profile) }
	}
	loaded, err := (&intake.Loader{DB: d.pool}).Load(ctx, request)
	if err != nil || f.unexamined {
		return loaded, err
	}
	_, err = d.examine(ctx, ref, nil)
	return loaded, err
}

// stagingKey tells what is read and all that bears upon how it is read.
func stagingKey(digest string, o geofile.Options, l county.Layer, p *county.Profile) string {
	how, err := json.Marshal([]any{programVersion(), digest, o, l, p.PlaneSRID, p.Bounds})
	if err != nil {
		return ""
	}
	key := sha256.Sum256(how)
	return hex.EncodeToString(key[:])
}

// notesOf are what reading a file noted.
func notesOf(file *geofile.File) []intake.Finding {
	var notes []intake.Finding
	for _, n := range file.Findings() {
		notes = append(notes, intake.Finding{Fate: intake.Noted, Code: n.Kind, Record: n.Record, At: n.At, ZH: n.ZH, EN: n.EN})
	}
	return notes
}

func layerUnknown(key geodata.LayerKey, p *county.Profile) error {
	return &geodata.Error{Kind: geodata.NotFound, Code: "layer-unknown",
		ZH: fmt.Sprintf("%s没有图层 %s，请看 hongxian layer list。", p.NameZH, key),
		EN: fmt.Sprintf("%s has no layer %s; see hongxian layer list.", p.NameEN, key)}
}

// parseDay reads 2022-11-01; an empty text is no day.
func parseDay(text string) (*time.Time, error) {
	if text == "" {
		return nil, nil
	}
	day, err := time.Parse(time.DateOnly, text)
	if err != nil {
		return nil, &geodata.Error{Kind: geodata.Invalid, Code: "day-malformed",
			ZH: fmt.Sprintf("日期“%.20s”应写成 2022-11-01。", text), EN: fmt.Sprintf("Write the day %.20q as 2022-11-01.", text)}
	}
	return &day, nil
}

// fileDigest is the SHA-256 of a file's bytes, hex.
func fileDigest(path string) (string, error) {
	file, err := os.Open(path)
	if err != nil {
		return "", fileMissing(path, err)
	}
	defer file.Close()
	h := sha256.New()
	if _, err := io.Copy(h, file); err != nil {
		return "", fileMissing(path, err)
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

func fileMissing(path string, cause error) error {
	return &geodata.Error{Kind: geodata.Invalid, Code: "file-unreadable", Err: cause,
		ZH: fmt.Sprintf("文件 %s 无法读取。", path), EN: fmt.Sprintf("The file %s cannot be read.", path)}
}

// printImported prints what was imported and, where it was examined, the quality report;
// as JSON in one document, whose member quality is what hongxian quality gives.
func (d *database) printImported(ctx context.Context, w io.Writer, ref geodata.VersionRef, r *intake.Report, f importFlags) error {
	if f.format != "json" || f.unexamined {
		if err := printIntake(w, r, f.format); err != nil || f.unexamined {
			return err
		}
		return d.printQuality(ctx, w, ref)
	}
	parsed, err := geodata.ParseVersionRef(r.Ref)
	if err != nil {
		return err
	}
	document, err := (&answer.Qualities{Report: d.quality}).Find(ctx, parsed)
	if err != nil {
		return err
	}
	body, err := report.JSON(struct {
		*intake.Report
		Quality any `json:"quality"`
	}{r, document})
	if err != nil {
		return err
	}
	_, err = w.Write(body)
	return err
}

func printIntake(w io.Writer, r *intake.Report, format string) error {
	switch format {
	case "table":
		_, err := io.WriteString(w, report.IntakeTable(r))
		return err
	case "json":
		body, err := report.JSON(r)
		if err != nil {
			return err
		}
		_, err = w.Write(body)
		return err
	}
	return &geodata.Error{Kind: geodata.Invalid, Code: "format-unknown",
		ZH: fmt.Sprintf("不认识的报告格式“%.20s”，可用 table、json。", format), EN: fmt.Sprintf("Unknown report format %.20q; use table or json.", format)}
}
