package geofile

import (
	"context"
	"errors"
	"fmt"
	"io"

	"hongxian/geodata"
)

// stream is one pass over a file's records.
type stream struct {
	file    *File
	ctx     context.Context
	kept    int
	refused int
	empty   int            // the first record without geometry, 0 for none
	first   *geodata.Error // the first refusal
	mixed   bool           // refusals have different codes
}

// run yields records until the end; the error it returns ends the stream.
func (s *stream) run(yield func(geodata.Feature, error) bool) error {
	records, err := s.file.records(s.ctx)
	if err != nil {
		return err
	}
	defer records.Close()
	for {
		if err := s.ctx.Err(); err != nil {
			return err
		}
		rec, err := records.next()
		if err == io.EOF {
			break
		}
		if _, refused := geodata.RefusedRecord(err); err != nil && !refused {
			return s.broken(records, err)
		}
		feature := geodata.Feature{Record: rec.record}
		if err == nil {
			feature, err = s.judge(&rec, records)
		}
		if _, refused := geodata.RefusedRecord(err); err != nil && !refused {
			return err
		}
		s.count(feature, err)
		if !yield(feature, err) {
			return nil
		}
	}
	if err := records.finish(); err != nil {
		return s.locate(err)
	}
	if err := s.lateCRS(records.stated()); err != nil { // behind the last feature
		return err
	}
	return s.verdict()
}

// judge decodes a record and tests where it lies.
func (s *stream) judge(rec *raw, records records) (geodata.Feature, error) {
	f := s.file
	if err := s.lateCRS(records.stated()); err != nil {
		return geodata.Feature{}, err
	}
	feature, err := rec.feature(f.options.Fields, f.options.Lines)
	if err != nil {
		return feature, err
	}
	f.shiftFeature(&feature)
	if bad := f.relateFeature(&feature); bad != nil {
		feature.Geometry = nil
		return feature, geodata.RefuseRecord(bad)
	}
	if bad := misplaced(feature.Geometry, f.system, f.options.County); bad != nil {
		if f.degrees && bad.Code == "crs-implausible" {
			// Without a stated system degrees were the only reading; this
			// coordinate says it was the wrong one.
			return feature, crsMissing(rec.record, bad.At, f.options.County)
		}
		bad.Record = rec.record
		feature.Geometry = nil
		return feature, geodata.RefuseRecord(bad)
	}
	for _, n := range rec.notes {
		f.noteOnce(n)
	}
	f.noteOutOfZone(feature)
	if rec.cut {
		f.noteOnce(Finding{Kind: "text-cut", ZH: "属性文字在字段宽度处被截断，半个字已去掉。", EN: "Texts were cut off by their field's width; half characters were dropped.",
			Record: rec.record, Records: 1})
	}
	if rec.dims > 2 {
		f.noteOnce(Finding{Kind: "z-dropped", ZH: "坐标含高程（Z），面积与位置只用平面坐标。", EN: "The coordinates carry heights (Z), which are not used.",
			Record: rec.record, Records: 1})
	}
	if feature.Geometry == nil {
		f.noteOnce(Finding{Kind: "geometry-null", ZH: "记录没有几何。", EN: "Records have no geometry.", Record: rec.record, Records: 1})
	}
	return feature, nil
}

// lateCRS judges a crs member that came after the decision was made.
func (s *stream) lateCRS(text []byte) error {
	if text == nil || string(text) == string(s.file.crsMember) {
		return nil
	}
	code, given, err := parseCRSMember(text)
	if err != nil {
		return err
	}
	if flat, ok := flattened[code]; ok {
		code = flat
	}
	if !given || code == s.file.system.srid && !s.file.degrees {
		s.file.crsMember = text
		return nil
	}
	return invalid("crs-late", fmt.Sprintf("crs 成员（EPSG:%d）写在要素之后，请在提交时声明坐标系 EPSG:%d。", code, code),
		fmt.Sprintf("The crs member (EPSG:%d) comes after the features; declare EPSG:%d with the file.", code, code))
}

func (s *stream) count(feature geodata.Feature, err error) {
	switch refused, ok := geodata.RefusedRecord(err); {
	case ok:
		s.refused++
		if s.first == nil {
			s.first = refused
		}
		s.mixed = s.mixed || s.first.Code != refused.Code
	case feature.Geometry == nil:
		if s.empty == 0 {
			s.empty = feature.Record
		}
	default:
		s.kept++
	}
}

// broken prefers what the child says over what its broken-off text looks like.
func (s *stream) broken(records records, err error) error {
	if ended := records.finish(); ended != nil {
		return s.locate(ended)
	}
	return err
}

// locate adds the first record without geometry to a reader's failure: GDAL
// goes on with an empty geometry where it cannot read one.
func (s *stream) locate(err error) error {
	if e := (*geodata.Error)(nil); errors.As(err, &e) && e.Record == 0 && s.empty > 0 {
		e.Record = s.empty
	}
	return err
}

// verdict is the error of a file that gave nothing to keep.
func (s *stream) verdict() error {
	switch {
	case s.kept > 0:
		return nil
	case s.refused == 0 && s.file.options.Lines:
		return invalid("no-polygons", "文件中没有面、线或点，无法使用。", "The file holds no polygons, lines or points and cannot be used.")
	case s.refused == 0:
		return noPolygons("文件中没有面", "The file holds no polygons")
	}
	e := *s.first
	if s.mixed {
		e.Code = "all-records-refused"
	}
	e.ZH = fmt.Sprintf("全部 %d 条记录均被拒收，第一条：%s", s.refused, e.ZH)
	e.EN = fmt.Sprintf("All %d records are refused. The first: %s", s.refused, e.EN)
	return &e
}

func noPolygons(zh, en string) *geodata.Error {
	return invalid("no-polygons", zh+"，无法使用；请提交面图层。", en+" and cannot be used; deliver a layer of polygons.")
}
