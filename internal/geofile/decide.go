package geofile

import (
	"context"
	"fmt"

	"hongxian/geodata"
)

// decide takes the system a file states, once it has been weighed against what
// the planner declares and against what may be taken at all.
func (f *File) decide(ctx context.Context, s system) error {
	if f.options.CRS != "" {
		code, err := ParseCRS(f.options.CRS)
		if err != nil {
			return err
		}
		declared, err := f.systemOf(ctx, code)
		if err != nil {
			return err
		}
		if !declared.agrees(s) {
			return invalid("crs-contradictory",
				fmt.Sprintf("声明的坐标系 EPSG:%d 与文件自带的 %s 不符；请核对，若文件所带有误请先更正。", declared.srid, s.label()),
				fmt.Sprintf("The declared system EPSG:%d contradicts the file's own (%s); check it, and correct the file if it is wrong.", declared.srid, s.label()))
		}
		s = declared
	}
	if f.options.Parameters != nil {
		if s.datum.near() || f.options.PlaneSRID != 0 && s.srid == f.options.PlaneSRID {
			return invalid("parameters-not-needed", fmt.Sprintf("文件的坐标系 %s 不需要七参数；请去掉七参数，或更正坐标系。", s.label()),
				fmt.Sprintf("The file's reference system %s needs no seven parameters: leave them out, or correct the system.", s.label()))
		}
		return f.relate(s)
	}
	finding, err := accept(s, f.options.PlaneSRID)
	if err != nil {
		return err
	}
	if finding != nil {
		f.note(*finding)
	}
	f.system = s
	return nil
}

// agrees: the same code, or both in degrees on datums that are taken as one.
func (s system) agrees(o system) bool {
	return s.srid == o.srid && s.srid != 0 || s.datum == o.datum && s.method == o.method && s.tm == o.tm && !s.datum.near() && s.datum != otherDatum || s.method == geographic && o.method == geographic && s.datum.near() && o.datum.near()
}

func (s system) label() string {
	if s.srid != 0 {
		return fmt.Sprintf("EPSG:%d", s.srid)
	}
	if s.datum != otherDatum {
		return string(s.datum)
	}
	return s.name
}

// decideByCode takes the code a file names.
func (f *File) decideByCode(ctx context.Context, code int) error {
	s, err := f.systemOf(ctx, code)
	if err != nil {
		return err
	}
	f.noteFlattened(code, s)
	return f.decide(ctx, s)
}

func (f *File) noteFlattened(code int, s system) {
	if code != s.srid {
		f.note(Finding{Kind: "crs-flattened", ZH: fmt.Sprintf("三维坐标系 EPSG:%d 按二维 EPSG:%d 使用。", code, s.srid),
			EN: fmt.Sprintf("The three-dimensional EPSG:%d is used as EPSG:%d.", code, s.srid)})
	}
}

// decideByDefinition takes what a well-known text describes. Where it describes
// nothing that can be told, the planner's declaration counts.
func (f *File) decideByDefinition(ctx context.Context, text string) error {
	s, err := recognise(ctx, f.cage, text)
	if e := geodata.AsError(err); err != nil && e.Code == "crs-undefined" && f.options.CRS != "" {
		f.note(Finding{Kind: "crs-declared", ZH: "文件自带的坐标系定义无法识别，按声明的 " + f.options.CRS + " 读取。",
			EN: "The file's own definition of its reference system is not recognised; the declared " + f.options.CRS + " is used."})
		return f.decideDeclared(ctx)
	}
	if err != nil {
		return err
	}
	if d, bad := define(text); bad == nil && d.epsg == 0 && s.srid != 0 {
		f.note(Finding{Kind: "crs-by-parameters", ZH: fmt.Sprintf("坐标系定义没有代码，按参数识别为 EPSG:%d。", s.srid),
			EN: fmt.Sprintf("The definition of the reference system carries no code; by its parameters it is EPSG:%d.", s.srid)})
	}
	return f.decide(ctx, s)
}

// decideDeclared takes what the planner declares for a file that states nothing.
func (f *File) decideDeclared(ctx context.Context) error {
	code, err := ParseCRS(f.options.CRS)
	if err != nil {
		return err
	}
	return f.decideByCode(ctx, code)
}

// decideWithout is for a format that should state its system and does not: the
// planner's declaration, a guess that was confirmed, or a refusal with a proposal.
func (f *File) decideWithout(ctx context.Context) error {
	if f.options.CRS != "" {
		return f.decideDeclared(ctx)
	}
	first, _, err := f.peek(ctx)
	if err != nil {
		return err
	}
	if f.shift != nil { // GCJ-02 and BD-09 are WGS 84 in degrees, moved
		return f.decideByCode(ctx, 4326)
	}
	return f.decideGuess(first)
}

// decideDegrees is for GeoJSON without a crs member: WGS 84 by RFC 7946, as
// long as the coordinates are degrees.
func (f *File) decideDegrees(first first) error {
	f.system, _ = knownSystem(4326)
	if first.at != nil && f.system.implausible(*first.at) != nil {
		return f.decideGuess(first)
	}
	f.degrees = true
	f.note(Finding{Kind: "crs-assumed-rfc7946", ZH: "GeoJSON 未写坐标系，按 RFC 7946 为 WGS 84 经纬度，并按 CGCS2000 使用。",
		EN: "The GeoJSON states no reference system: WGS 84 in degrees by RFC 7946, taken as CGCS2000."})
	return nil
}

// systemOf finds what a code means. The cage is made when a code outside the
// built-in series must be looked up, also for formats that are read without it.
func (f *File) systemOf(ctx context.Context, code int) (_ system, err error) {
	if flat, ok := flattened[code]; ok {
		code = flat
	}
	if s, ok := knownSystem(code); ok {
		return s, nil
	}
	if f.cage == nil {
		if f.cage, err = newCage(f.options.TempDir); err != nil {
			return system{}, err
		}
	}
	return systemOf(ctx, f.cage, code)
}
