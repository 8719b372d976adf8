package geofile

import (
	"bufio"
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"os"
	"regexp"
	"strings"

	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"

	"hongxian/geodata"
)

const (
	maxMarkup      = 256 << 20 // of KML text
	maxMarkupDepth = 64
)

// openKML reads a KML file (also OVKML): longitudes and latitudes in WGS 84, by
// the format's definition. All folders are read, whatever their depth.
func (f *File) openKML(ctx context.Context, path string) error {
	all, err := f.surveyKML(ctx, path)
	if err != nil {
		return err
	}
	solid := all.solid(f.options.Lines)
	if err := f.noteLeftOut(all, solid); err != nil {
		return err
	}
	f.own = func(ctx context.Context) (records, error) {
		k, err := f.kml(ctx, path)
		if err != nil {
			return nil, err
		}
		k.solid = solid
		return k, nil
	}
	if err := f.decideByCode(ctx, 4326); err != nil {
		return err
	}
	if f.shift == nil {
		f.note(Finding{Kind: "kml-position", ZH: "KML 没有偏移标记；若取自高德、腾讯、奥维（GCJ-02）或百度（BD-09），请声明后重新提交，否则会错位约 500 米以上。",
			EN: "KML does not say whether it is shifted; if it comes from Gaode, Tencent, Ovital (GCJ-02) or Baidu (BD-09), declare it, or it is off by 500 m or more."})
	}
	return nil
}

// surveyKML counts the file's shapes and checks that the folder asked for is
// there.
func (f *File) surveyKML(ctx context.Context, path string) (census, error) {
	var all census
	k, err := f.kml(ctx, path)
	if err != nil {
		return all, err
	}
	defer k.Close()
	for {
		p, err := k.placemark()
		if err == io.EOF {
			break
		}
		if err != nil {
			return all, err
		}
		all.add(p.census())
	}
	if k.links > 0 {
		f.note(Finding{Kind: "kml-network-link", Records: k.links, ZH: "KML 中的网络链接未读取，请提交包含图形本身的文件。", EN: "Network links in the KML are not followed; deliver the file that holds the shapes."})
	}
	if f.options.Layer != "" && !k.found {
		return all, severalLayers(k.folders, f.options.Layer)
	}
	return all, nil
}

// kmlRecords walks through a KML file.
type kmlRecords struct {
	parsed
	ctx     context.Context
	file    io.Closer
	xml     *xml.Decoder
	layer   string // the folder to read; empty for all
	solid   int
	record  int
	open    []string // elements
	in      []string // folders
	found   bool     // the folder was there
	folders []string // the first twenty
	links   int      // to other files, which are not read
}

func (k *kmlRecords) Close() error { return k.file.Close() }

var xmlEncoding = regexp.MustCompile(`^\s*<\?xml[^>]*encoding\s*=\s*["']([A-Za-z0-9_-]+)["']`)

func (f *File) kml(ctx context.Context, path string) (*kmlRecords, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("opening the delivery: %w", err)
	}
	limit := min(maxMarkup, f.options.MaxBytes)
	head := bufio.NewReaderSize(&bounded{r: file, left: limit, limit: limit}, 64<<10)
	start, _ := head.Peek(64 << 10)
	var text io.Reader = head
	decoded := true // what the declaration says is no longer so
	switch declared := xmlEncoding.FindSubmatch(start); {
	case bytes.HasPrefix(start, []byte("\xff\xfe")), bytes.HasPrefix(start, []byte("\xfe\xff")):
		text = transform.NewReader(head, unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewDecoder())
	case validPrefix(start):
		decoded = declared == nil || strings.EqualFold(string(declared[1]), "utf-8")
	case declared == nil || strings.EqualFold(string(declared[1]), "utf-8"):
		f.noteOnce(*encodingFinding("GB18030", ""))
		text = transform.NewReader(head, simplifiedchinese.GB18030.NewDecoder())
	default:
		decoded = false
	}
	k := &kmlRecords{ctx: ctx, file: file, xml: xml.NewDecoder(text), layer: f.options.Layer}
	k.xml.CharsetReader = func(label string, in io.Reader) (io.Reader, error) {
		if decoded {
			return in, nil
		}
		e, err := htmlindex.Get(label)
		if err != nil {
			return nil, err
		}
		return e.NewDecoder().Reader(in), nil
	}
	return k, nil
}

func (k *kmlRecords) next() (raw, error) {
	for {
		p, err := k.placemark()
		if err != nil {
			return raw{}, err
		}
		k.record++
		rec := raw{record: k.record, name: p.name, values: p.values}
		switch shapes := p.shapes[max(0, k.solid)]; {
		case p.fault != nil:
			return rec, geodata.RefuseRecord(at(p.fault, k.record, nil))
		case len(shapes) == 0:
			continue // counted when the file was opened
		case len(shapes) == 1:
			rec.geometry = []byte(shapes[0])
		default:
			rec.geometry = []byte(`{"type":"GeometryCollection","geometries":[` + strings.Join(shapes, ",") + `]}`)
		}
		return rec, nil
	}
}

// placemark reads up to the end of the next one in the folder asked for.
func (k *kmlRecords) placemark() (*placemark, error) {
	for {
		start, end, err := k.token(nil)
		if err != nil {
			return nil, err
		}
		switch {
		case start == "Folder" || start == "Document":
			k.in = append(k.in, "")
		case end == "Folder" || end == "Document":
			k.in = k.in[:max(0, len(k.in)-1)]
		case start == "name" && k.titles():
			name, err := k.text()
			if err != nil {
				return nil, err
			}
			k.in[len(k.in)-1] = name
			if k.found = k.found || name == k.layer; len(k.folders) < 20 {
				k.folders = append(k.folders, name)
			}
		case start == "NetworkLink":
			k.links++
		case start == "Placemark":
			p := &placemark{values: map[string]any{}, folder: strings.Trim(strings.Join(k.in, "/"), "/")}
			if err := k.readPlacemark(p); err != nil {
				return nil, err
			}
			if k.wanted() {
				return p, nil
			}
		}
	}
}

// titles says that the element just started belongs to a folder itself.
func (k *kmlRecords) titles() bool {
	parent := ""
	if n := len(k.open); n > 1 {
		parent = k.open[n-2]
	}
	return len(k.in) > 0 && (parent == "Folder" || parent == "Document")
}

func (k *kmlRecords) wanted() bool {
	if k.layer == "" {
		return true
	}
	for _, name := range k.in {
		if name == k.layer {
			return true
		}
	}
	return false
}

// token is the next element's start or end by its name without prefix. Text goes
// to text where it is wanted.
func (k *kmlRecords) token(text *strings.Builder) (start, end string, err error) {
	if err := k.ctx.Err(); err != nil {
		return "", "", err
	}
	t, err := k.xml.Token()
	if err != nil {
		return "", "", kmlFault(err, k.record+1)
	}
	switch t := t.(type) {
	case xml.StartElement:
		if k.open = append(k.open, t.Name.Local); len(k.open) > maxMarkupDepth {
			return "", "", at(invalid("kml-too-deep", fmt.Sprintf("KML 嵌套超过 %d 层，文件已拒收。", maxMarkupDepth), fmt.Sprintf("The KML is nested deeper than %d levels.", maxMarkupDepth)), k.record+1, nil)
		}
		if t.Name.Local == "Data" || t.Name.Local == "SimpleData" {
			for _, a := range t.Attr {
				if a.Name.Local == "name" {
					return t.Name.Local + "=" + a.Value, "", nil
				}
			}
		}
		return t.Name.Local, "", nil
	case xml.EndElement:
		k.open = k.open[:len(k.open)-1]
		return "", t.Name.Local, nil
	case xml.CharData:
		if text != nil {
			text.Write(t)
		}
	}
	return "", "", nil
}

// text is all text up to the end of the element that has just started.
func (k *kmlRecords) text() (string, error) {
	depth := len(k.open)
	var b strings.Builder
	for {
		_, end, err := k.token(&b)
		if err != nil {
			return "", err
		}
		if b.Len() > maxFeature {
			return "", jsonError(errFeature, k.record+1, 0)
		}
		if end != "" && len(k.open) < depth {
			return strings.TrimSpace(b.String()), nil
		}
	}
}

func kmlFault(err error, record int) error {
	if e := (*geodata.Error)(nil); errors.As(err, &e) || err == io.EOF {
		return err
	}
	if strings.Contains(err.Error(), "unexpected EOF") {
		return truncated(err)
	}
	return because(at(invalid("kml-malformed", fmt.Sprintf("第 %d 个地标处不是合法的 KML（XML），请重新导出。", record), fmt.Sprintf("The text is not valid KML (XML) at placemark %d; export the file again.", record)), record, nil), err)
}
