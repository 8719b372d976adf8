package basemap

import (
	"fmt"
	"net/url"
	"regexp"
	"strconv"
	"strings"

	"hongxian/geodata"
)

// Source is a base map and where its pictures come from.
type Source struct {
	Key            string // in addresses: img
	Title, TitleEN string

	host     string // for the log
	template string // with {z}, {x}, {y}, and the key of the map service filled in
}

// Tile is the number of a picture: zoom, column, row from the north.
type Tile struct{ Z, X, Y uint32 }

// titles are of the maps that 天地图 has; others are called by their keys.
var titles = map[string][2]string{
	"img": {"卫星影像", "Imagery"}, "vec": {"电子地图", "Street map"}, "ter": {"地形晕渲", "Terrain"},
	"cia": {"影像注记", "Labels of imagery"}, "cva": {"地图注记", "Labels of the street map"},
}

var sourceKey = regexp.MustCompile(`^[a-z][a-z0-9-]{0,31}$`)

// ParseSource reads KEY=TEMPLATE as the operator writes it:
//
//	img=https://t0.tianditu.gov.cn/img_w/wmts?…&TILEMATRIX={z}&TILEROW={y}&TILECOL={x}&tk={key}
//
// {key} is replaced by secret, so that no key stands in a command line. Errors:
// Invalid for a template that is no http(s) address, names a person or a placeholder
// in its host, or lacks {z}, {x} or {y}.
func ParseSource(text, secret string) (Source, error) {
	key, template, _ := strings.Cut(text, "=")
	if !sourceKey.MatchString(key) {
		return Source{}, malformed(key, "名称只能含小写字母、数字和连字符", "its name may hold lower-case letters, digits and hyphens")
	}
	for _, number := range []string{"{z}", "{x}", "{y}"} {
		if strings.Count(template, number) != 1 {
			return Source{}, malformed(key, "模板中 {z}、{x}、{y} 应各出现一次", "{z}, {x} and {y} must each stand in it once")
		}
	}
	if strings.Contains(template, "{key}") && secret == "" {
		return Source{}, malformed(key, "模板中有 {key}，但没有设置 HONGXIAN_BASEMAP_KEY", "it holds {key}, but HONGXIAN_BASEMAP_KEY is not set")
	}
	filled := strings.ReplaceAll(template, "{key}", url.QueryEscape(secret))
	u, err := url.Parse(strings.NewReplacer("{z}", "0", "{x}", "0", "{y}", "0").Replace(filled))
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.User != nil || u.Fragment != "" || strings.ContainsAny(hostOf(template), "{}") {
		return Source{}, malformed(key, "应为 http(s) 地址，不带用户名", "it must be an http(s) address without a user")
	}
	title, known := titles[key]
	if !known {
		title = [2]string{key, key}
	}
	return Source{Key: key, Title: title[0], TitleEN: title[1], host: u.Host, template: filled}, nil
}

// hostOf is what stands between the scheme and the path of a template.
func hostOf(template string) string {
	_, rest, _ := strings.Cut(template, "://")
	end := strings.IndexAny(rest, "/?#")
	if end < 0 {
		return rest
	}
	return rest[:end]
}

// malformed does not repeat the template, which may hold a key.
func malformed(key, zh, en string) error {
	return &geodata.Error{Kind: geodata.Invalid, Code: "basemap-malformed",
		ZH: fmt.Sprintf("底图“%.32s”的设置有误：%s。应写作 名称=https://…{z}…{x}…{y}…", key, zh),
		EN: fmt.Sprintf("The base map %.32q is misconfigured: %s. Write NAME=https://…{z}…{x}…{y}…", key, en)}
}

// address is where a tile is fetched: numbers in the operator's template.
func (s Source) address(t Tile) string {
	number := func(n uint32) string { return strconv.FormatUint(uint64(n), 10) }
	return strings.NewReplacer("{z}", number(t.Z), "{x}", number(t.X), "{y}", number(t.Y)).Replace(s.template)
}

// ParseTile reads the numbers of a tile. Errors: Invalid for what is no plain number,
// NotFound for a tile that the scheme lacks or that lies below MaxZoom.
func ParseTile(z, x, y string) (Tile, error) {
	var n [3]uint32
	for i, text := range [3]string{z, x, y} {
		v, err := strconv.ParseUint(text, 10, 32)
		if err != nil || strconv.FormatUint(v, 10) != text {
			return Tile{}, &geodata.Error{Kind: geodata.Invalid, Code: "tile-malformed",
				ZH: fmt.Sprintf("瓦片编号“%.20s”不是非负整数。", text), EN: fmt.Sprintf("%.20q in the tile's address is not a plain number.", text)}
		}
		n[i] = uint32(v)
	}
	if n[0] > MaxZoom || n[1]>>n[0] != 0 || n[2]>>n[0] != 0 {
		return Tile{}, &geodata.Error{Kind: geodata.NotFound, Code: "tile-outside",
			ZH: fmt.Sprintf("没有瓦片 %d/%d/%d：级别为 0 至 %d。", n[0], n[1], n[2], MaxZoom),
			EN: fmt.Sprintf("There is no tile %d/%d/%d: zooms are 0 to %d.", n[0], n[1], n[2], MaxZoom)}
	}
	return Tile{n[0], n[1], n[2]}, nil
}
