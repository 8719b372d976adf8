package geofile

import (
	"context"
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
	"sync"

	"hongxian/geodata"
)

// systemOf finds what an EPSG code outside the built-in series means, from
// PROJ's own database, in the cage and without network.
func systemOf(ctx context.Context, c *cage, code int) (system, error) {
	d, err := lookUp(ctx, c, code)
	if err != nil {
		return system{}, err
	}
	s := d.older()
	s.srid = code
	return s, nil
}

// older is the system of a definition whose datum needs parameters, as far as it can be
// computed here.
func (d definition) older() system {
	s := system{datum: d.datum, name: d.datumName, ellipsoid: d.ellipsoid}
	if d.datum.near() || d.meridian != 0 || d.ellipsoid.inverse == 0 {
		return s
	}
	if p, ok := d.transverse(); ok && d.projected {
		s.method, s.tm = transverse, p
	} else if !d.projected && d.angle > 0.01745329 && d.angle < 0.01745330 {
		s.method = geographic
	}
	return s
}

// looked remembers PROJ's answers by code; the database does not change while
// the process runs.
var looked sync.Map // int → definition

// lookUp asks PROJ for a code's definition in Esri's dialect.
func lookUp(ctx context.Context, c *cage, code int) (definition, error) {
	if d, ok := looked.Load(code); ok {
		return d.(definition), nil
	}
	text, err := c.output(ctx, "gdalsrsinfo", "-o", "wkt_esri", "--single-line", fmt.Sprintf("EPSG:%d", code))
	if ctx.Err() != nil {
		return definition{}, cancelled(ctx)
	}
	if err != nil && !geodata.IsKind(err, geodata.Invalid) {
		return definition{}, err
	}
	d, bad := define(strings.TrimSpace(text))
	if err != nil || bad != nil || d.local {
		return definition{}, because(invalid("crs-unknown", fmt.Sprintf("EPSG:%d 不是可用的平面或经纬度坐标系，请核对代码。", code),
			fmt.Sprintf("EPSG:%d is no horizontal reference system that can be used; check the code.", code)), err)
	}
	looked.Store(code, d)
	return d, nil
}

// recognise finds the system a definition (.prj, GeoPackage) describes. What
// the parameters say counts; an authority code is believed when they agree.
func recognise(ctx context.Context, c *cage, text string) (system, error) {
	d, err := define(text)
	if err != nil {
		return system{}, because(undefined("坐标系定义（.prj）无法解析", "The definition of the reference system (.prj) cannot be read"), err)
	}
	if d.local {
		return system{}, undefined("文件使用地方独立（工程）坐标系，无法定位", "The file uses a local (engineering) system, which names no place")
	}
	if s, ok := d.direct(); ok {
		return s, nil
	}
	if d.datum == xian80 || d.datum == beijing54 {
		s := d.older()
		if want := ellipsoids[d.datum]; math.Abs(want.a-d.ellipsoid.a) > 0.01 || math.Abs(want.inverse-d.ellipsoid.inverse) > 1e-4 {
			s.method = opaque
		}
		return s, nil
	}
	return recogniseByPROJ(ctx, c, text, d)
}

// direct recognises the systems that need no look-up.
func (d definition) direct() (system, bool) {
	if d.meridian != 0 {
		return system{}, false
	}
	if !d.projected {
		code := map[datum]int{cgcs2000: 4490, wgs84: 4326, etrs89: 4258, nad83: 4269}[d.datum]
		if s, ok := knownSystem(code); ok && d.angle > 0.01745329 && d.angle < 0.01745330 {
			return s, true
		}
		return system{}, false
	}
	if d.datum == wgs84 && (d.projection == "mercatorauxiliarysphere" || d.projection == "popularvisualisationpseudomercator") && d.unit == 1 {
		return knownSystem(3857)
	}
	p, ok := d.transverse()
	if !ok || !d.datum.near() {
		return system{}, false
	}
	if s, ok := gaussKruger(p); ok {
		// On WGS 84 and its like the Gauss-Krüger plane is the same to 0.1 mm.
		s.datum = d.datum
		return s, true
	}
	return utmSystem(d.datum, p)
}

// matchedCode is how gdalsrsinfo prints a match, after a line on how sure it is.
var matchedCode = regexp.MustCompile(`(?m)^EPSG:(\d+)$`)

// recogniseByPROJ asks for the code that matches and believes the answer only
// when datum, projection and all parameters are the same.
func recogniseByPROJ(ctx context.Context, c *cage, text string, d definition) (system, error) {
	if err := c.write("definition.prj", []byte(text)); err != nil {
		return system{}, err
	}
	esri, err := c.output(ctx, "gdalsrsinfo", "-o", "wkt_esri", "--single-line", "definition.prj")
	if err == nil {
		if normal, bad := define(strings.TrimSpace(esri)); bad == nil {
			d.datumName, d.projection, d.parameters, d.unit = normal.datumName, normal.projection, normal.parameters, normal.unit
			d.angle = normal.angle
		}
	}
	code := d.epsg
	if code == 0 {
		found, _ := c.output(ctx, "gdalsrsinfo", "-e", "-o", "epsg", "definition.prj")
		if m := matchedCode.FindStringSubmatch(found); m != nil {
			code, _ = strconv.Atoi(m[1])
		}
	}
	if ctx.Err() != nil {
		return system{}, cancelled(ctx)
	}
	if code > 0 {
		if official, err := lookUp(ctx, c, code); err == nil && official.sameAs(d) {
			return systemOf(ctx, c, code)
		}
	}
	switch {
	case d.datum.near():
		return system{}, undefined("文件的投影参数不对应任何 EPSG 坐标系（例如地方中央子午线）", "The file's projection has no EPSG code (a local central meridian, for one)")
	case d.foreign: // also where the datum is unnamed: its ellipsoid alone says it is another
		return d.older(), nil
	case d.datumName == "" || strings.Contains(plainName(d.datumName), "unknown") || strings.Contains(plainName(d.datumName), "unspecified"):
		return system{}, undefined("文件的坐标系没有写明大地基准", "The file's reference system does not name its datum")
	}
	return d.older(), nil
}

// undefined refuses a system that cannot be told; declaring one helps.
func undefined(zh, en string) *geodata.Error {
	return invalid("crs-undefined", zh+"；请转换为 CGCS2000 的标准坐标系（如 EPSG:4490、EPSG:4546）后再提交，或声明坐标系。",
		en+"; convert the file to a standard CGCS2000 system (such as EPSG:4490 or EPSG:4546), or declare the system.")
}
