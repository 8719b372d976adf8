package geofile

import (
	"archive/zip"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"

	"hongxian/geodata"
)

const (
	zipEntries    = 2000
	zipRatio      = 1000     // unpacked to packed, of one entry …
	zipRatioFloor = 16 << 20 // … that unpacks to more than this
)

// archive is a ZIP file that has passed inspection: names that stay inside,
// sizes that can be afforded, nothing encrypted, linked or doubled.
type archive struct {
	entries []entry
}

type entry struct {
	name string // as it reads, slashes forward
	file *zip.File
}

// inspectZip judges a ZIP file by its directory before anything is unpacked.
func inspectZip(r io.ReaderAt, size, limit int64) (archive, error) {
	z, err := zip.NewReader(r, size)
	if err != nil && !errors.Is(err, zip.ErrInsecurePath) {
		return archive{}, because(invalid("zip-damaged", "压缩包损坏或不完整，无法打开，请重新压缩或重新上传。",
			"The ZIP file is damaged or incomplete; zip or upload it again."), err)
	}
	if len(z.File) > zipEntries {
		return archive{}, invalid("zip-too-many-entries", fmt.Sprintf("压缩包内有 %d 个条目，上限为 %d 个。", len(z.File), zipEntries),
			fmt.Sprintf("The ZIP file holds %d entries; the limit is %d.", len(z.File), zipEntries))
	}
	var a archive
	var total uint64
	seen := map[string]bool{}
	for _, f := range z.File {
		name := entryName(f)
		if err := inspectEntry(f, name, uint64(limit)); err != nil {
			return archive{}, err
		}
		if total += f.UncompressedSize64; total > uint64(limit) {
			return archive{}, tooLarge(limit)
		}
		key := strings.ToLower(name)
		if seen[key] {
			return archive{}, invalid("zip-duplicate-name", fmt.Sprintf("压缩包内有同名文件“%.80s”，请只保留一个。", name),
				fmt.Sprintf("The ZIP file holds two entries named %.80q; keep one.", name))
		}
		seen[key] = true
		if !ignoredEntry(f, name) {
			a.entries = append(a.entries, entry{name, f})
		}
	}
	return a, nil
}

// inspectEntry refuses the whole archive for one bad entry: an archive that
// holds one was not made by an honest export.
func inspectEntry(f *zip.File, name string, limit uint64) *geodata.Error {
	switch {
	case name == "":
		return invalid("zip-path-unsafe", "压缩包内有没有名称的文件，已拒收；请重新压缩。", "The ZIP file holds an entry without a name; zip the files again.")
	case escapes(name):
		return invalid("zip-path-unsafe", fmt.Sprintf("压缩包内的路径“%.80s”指向包外，已拒收；请不带上级目录重新压缩。", name),
			fmt.Sprintf("The path %.80q in the ZIP file points outside of it; the file is refused. Zip the files again without parent folders.", name))
	case f.Mode().Type() != 0 && !f.Mode().IsDir():
		return invalid("zip-link", fmt.Sprintf("压缩包内“%.80s”不是普通文件（链接或特殊文件），已拒收。", name),
			fmt.Sprintf("The entry %.80q of the ZIP file is no plain file but a link or a special one; the file is refused.", name))
	case f.Flags&0x1 != 0:
		return invalid("zip-encrypted", "压缩包已加密，请去掉密码后再提交。", "The ZIP file is encrypted; remove the password.")
	case f.UncompressedSize64 > limit:
		return tooLarge(int64(limit))
	case f.UncompressedSize64 > zipRatioFloor && f.UncompressedSize64/max(f.CompressedSize64, 1) > zipRatio:
		return invalid("zip-bomb", fmt.Sprintf("压缩包内“%.80s”压缩比异常，已拒收。", name),
			fmt.Sprintf("The entry %.80q of the ZIP file unpacks to an absurd size; the file is refused.", name))
	}
	return nil
}

// entryName reads a name as its writer meant it: UTF-8 where it is valid,
// else GB18030, as Chinese Windows writes without saying so.
func entryName(f *zip.File) string {
	name := f.Name
	if !utf8.ValidString(name) {
		if decoded, err := simplifiedchinese.GB18030.NewDecoder().String(name); err == nil {
			name = decoded
		}
	}
	return strings.ReplaceAll(name, `\`, "/")
}

func escapes(name string) bool {
	drive := len(name) >= 2 && name[1] == ':'
	return name == "" || strings.HasPrefix(name, "/") || drive || strings.ContainsRune(name, 0) ||
		slices.Contains(strings.Split(name, "/"), "..")
}

func ignoredEntry(f *zip.File, name string) bool {
	return f.Mode().IsDir() || strings.HasSuffix(name, "/") ||
		strings.HasPrefix(name, "__MACOSX/") || strings.HasPrefix(path.Base(name), ".")
}

// shapefiles lists the .shp entries, sorted by name.
func (a archive) shapefiles() []entry {
	var found []entry
	for _, e := range a.entries {
		if strings.EqualFold(path.Ext(e.name), ".shp") {
			found = append(found, e)
		}
	}
	slices.SortFunc(found, func(x, y entry) int { return strings.Compare(x.name, y.name) })
	return found
}

// packed is what an archive without a Shapefile is: a KMZ with its KML, or a
// workbook.
func (a archive) packed() (entry, fileKind, error) {
	var found []entry
	var names []string
	for _, e := range a.entries {
		switch {
		case strings.EqualFold(e.name, "xl/workbook.xml"):
			return e, isTable, nil
		case strings.EqualFold(e.name, "doc.kml"):
			return e, isKML, nil
		case strings.EqualFold(path.Ext(e.name), ".kml"), strings.EqualFold(path.Ext(e.name), ".ovkml"):
			found, names = append(found, e), append(names, e.name)
		}
	}
	switch len(found) {
	case 0:
		return entry{}, isUnknown, nil
	case 1:
		return found[0], isKML, nil
	}
	return entry{}, isUnknown, severalLayers(names, "")
}

// unpacked is what all entries say they unpack to, in bytes.
func (a archive) unpacked() int64 {
	var sum int64
	for _, e := range a.entries {
		sum += int64(e.file.UncompressedSize64)
	}
	return sum
}

// sibling finds the entry beside shp with another extension, in any case.
func (a archive) sibling(shp entry, ext string) (entry, bool) {
	stem := strings.TrimSuffix(shp.name, path.Ext(shp.name))
	for _, name := range []string{stem + ext, shp.name + ext} {
		for _, e := range a.entries {
			if strings.EqualFold(e.name, name) {
				return e, true
			}
		}
	}
	return entry{}, false
}

// unpack copies an entry into the cage under a plain name. The size in the
// directory is a claim; what is really there is held to it.
func (e entry) unpack(c *cage, name string) error {
	r, err := e.file.Open()
	if err == nil {
		err = c.copy(name, r, int64(e.file.UncompressedSize64))
		if closed := r.Close(); err == nil {
			err = closed
		}
	}
	var limit *geodata.Error
	var system *os.PathError
	if err == nil || errors.As(err, &system) {
		return err
	}
	if errors.As(err, &limit) {
		err = errors.New("more bytes than the directory says")
	}
	return because(invalid("zip-damaged", fmt.Sprintf("压缩包内“%.80s”损坏，无法解压，请重新压缩。", e.name),
		fmt.Sprintf("The entry %.80q of the ZIP file is damaged; zip it again.", e.name)), err)
}

// chooseShapefile is the one to read: the only one, or the one asked for.
func (a archive) chooseShapefile(layer string) (entry, error) {
	found := a.shapefiles()
	var names []string
	for _, e := range found {
		stem := strings.TrimSuffix(e.name, path.Ext(e.name))
		if layer != "" && (strings.EqualFold(stem, layer) || strings.EqualFold(path.Base(stem), layer)) {
			return e, nil
		}
		names = append(names, stem)
	}
	switch {
	case len(found) == 0:
		return entry{}, invalid("zip-no-shapefile", "压缩包内没有 Shapefile（.shp）"+a.contents("；包内有：", "、")+"。",
			"The ZIP file holds no Shapefile (.shp)"+a.contents("; it holds ", ", ")+".")
	case layer == "" && len(found) == 1:
		return found[0], nil
	}
	return entry{}, severalLayers(names, layer)
}

// contents lists up to five entries, for an error.
func (a archive) contents(intro, comma string) string {
	if len(a.entries) == 0 {
		return ""
	}
	var names []string
	for _, e := range a.entries[:min(5, len(a.entries))] {
		names = append(names, fmt.Sprintf("%.40s", path.Base(e.name)))
	}
	return intro + strings.Join(names, comma)
}

// severalLayers asks which layer is meant, or says that the one asked for is
// not there.
func severalLayers(names []string, asked string) *geodata.Error {
	shown := names[:min(20, len(names))]
	if asked != "" {
		return invalid("layer-not-in-file", fmt.Sprintf("文件中没有图层“%.80s”，现有：%s。", asked, strings.Join(shown, "、")),
			fmt.Sprintf("The file has no layer %.80q; it has %s.", asked, strings.Join(shown, ", ")))
	}
	asks := invalid("several-layers", fmt.Sprintf("文件中有 %d 个图层：%s；请指明要读取哪一个，或只保留一个。", len(names), strings.Join(shown, "、")),
		fmt.Sprintf("The file has %d layers: %s; name the one to read, or keep one.", len(names), strings.Join(shown, ", ")))
	asks.Err = &severalParts{names}
	return asks
}

// severalParts carries the names for those who can choose.
type severalParts struct{ names []string }

func (e *severalParts) Error() string { return fmt.Sprintf("%d layers", len(e.names)) }

// PartsOf are the layers of a file that was not opened because it has several; nil
// for any other error.
func PartsOf(err error) []string {
	if several := (*severalParts)(nil); errors.As(err, &several) {
		return several.names
	}
	return nil
}
