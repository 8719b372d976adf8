package geofile

import (
	"context"
	"encoding/xml"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// geodatabaseTable is a file that every file geodatabase (文件地理数据库) has: its
// table of tables.
const geodatabaseTable = "a00000001.gdbtable"

// geodatabaseFile are the names that files of a geodatabase have.
var geodatabaseFile = regexp.MustCompile(`(?i)^(a[0-9a-f]{8}\.[a-z0-9_.]+|gdb|timestamps)$`)

// geodatabases lists the folders of the archive that are file geodatabases; the
// archive may itself be one, zipped without its folder.
func (a archive) geodatabases() []string {
	var folders []string
	for _, e := range a.entries {
		if strings.EqualFold(path.Base(e.name), geodatabaseTable) {
			folders = append(folders, path.Dir(e.name))
		}
	}
	slices.Sort(folders)
	return folders
}

// openGeodatabase prepares to read a layer of the archive's one geodatabase.
func (f *File) openGeodatabase(ctx context.Context, a archive, folders []string) error {
	if len(folders) > 1 {
		return invalid("several-geodatabases", fmt.Sprintf("压缩包内有 %d 个文件地理数据库（%s），请只保留一个。", len(folders), strings.Join(folders, "、")),
			fmt.Sprintf("The ZIP file holds %d file geodatabases (%s); keep one.", len(folders), strings.Join(folders, ", ")))
	}
	if err := f.cage.folder("data.gdb"); err != nil {
		return err
	}
	for _, e := range a.entries {
		if path.Dir(e.name) != folders[0] || !geodatabaseFile.MatchString(path.Base(e.name)) {
			continue
		}
		if err := e.unpack(f.cage, filepath.Join("data.gdb", path.Base(e.name))); err != nil {
			return err
		}
	}
	layers, err := f.featureClasses(ctx)
	if err != nil {
		return err
	}
	layer, err := f.chooseLayer(layers, "文件地理数据库", "The file geodatabase")
	if err != nil {
		return err
	}
	f.source = func(ctx context.Context) (io.ReadCloser, error) {
		return f.cage.start(ctx, "ogr2ogr", ogrArguments("data.gdb", "--config", "OGR_ARC_STEPSIZE", "0.5", layer.name)...)
	}
	if strings.TrimSpace(layer.definition) == "" {
		return f.decideWithout(ctx)
	}
	return f.decideByDefinition(ctx, layer.definition)
}

// folder makes a folder in the cage that the child can read.
func (c *cage) folder(name string) error {
	dir := filepath.Join(c.dir, name)
	err := os.Mkdir(dir, 0o700)
	if err == nil && os.Getuid() == 0 {
		err = os.Chown(dir, nobody, nobody)
	}
	return err
}

// featureClass is what a geodatabase's catalogue says of a layer.
type featureClass struct {
	XMLName   xml.Name
	Name      string
	ShapeType string
	WKT       string `xml:"SpatialReference>WKT"`
}

// featureClasses asks the geodatabase's catalogue for its layers: polygons, or
// what is asked for.
func (f *File) featureClasses(ctx context.Context) (layers []listedLayer, err error) {
	damaged := invalid("geodatabase-damaged", "不是可用的文件地理数据库（10.0 或以上版本），或文件已损坏，请重新导出。",
		"The file is no usable file geodatabase (version 10.0 or later), or it is damaged; export it again.")
	err = f.readCatalogue(ctx, damaged, func(row map[string]any) {
		definition, _ := row["Definition"].(string)
		var class featureClass
		if definition == "" || xml.Unmarshal([]byte(definition), &class) != nil || class.XMLName.Local != "DEFeatureClassInfo" {
			return // a workspace, a folder, a table
		}
		if class.ShapeType == "esriGeometryPolygon" || class.ShapeType == "esriGeometryMultiPatch" || f.options.Lines {
			layers = append(layers, listedLayer{name: class.Name, definition: class.WKT})
		}
	}, "data.gdb", "GDB_Items", "-oo", "LIST_ALL_TABLES=YES", "-select", "Definition")
	return layers, err
}
