package geofile

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/xuri/excelize/v2"

	"hongxian/geodata"
)

// maxWorkbook bounds what a workbook may unpack to; it is held in memory.
const maxWorkbook = 128 << 20

// openWorkbook reads the sheet of an XLSX file that holds boundary points. The
// archive has been inspected.
func (f *File) openWorkbook(ctx context.Context, r io.Reader, unpacked int64) error {
	if unpacked > maxWorkbook {
		return tooLarge(maxWorkbook)
	}
	tables, err := readWorkbook(ctx, r, f.options.Layer)
	if err != nil {
		return err
	}
	var names []string
	for _, t := range tables {
		names = append(names, t.sheet)
	}
	switch {
	case len(tables) == 0 && f.options.Layer != "":
		return severalLayers(names, f.options.Layer)
	case len(tables) == 0:
		return columnsMissing()
	case len(tables) > 1:
		return severalLayers(names, "")
	}
	return f.takeTable(ctx, tables[0].pointTable)
}

// sheetTable is a sheet with points.
type sheetTable struct {
	*pointTable
	sheet string
}

// readWorkbook reads the sheets that name coordinate columns, or the one asked
// for. The library is not in a cage, so what it throws is caught here.
func readWorkbook(ctx context.Context, r io.Reader, layer string) (tables []sheetTable, err error) {
	defer func() {
		if thrown := recover(); thrown != nil {
			tables, err = nil, workbookDamaged(fmt.Errorf("excelize: %v", thrown))
		}
	}()
	// Equal limits keep the library from unpacking to files of its own.
	book, err := excelize.OpenReader(r, excelize.Options{RawCellValue: true, UnzipSizeLimit: maxWorkbook, UnzipXMLSizeLimit: maxWorkbook})
	if err != nil {
		return nil, workbookDamaged(err)
	}
	defer book.Close()
	sheets := book.GetSheetList()
	if layer != "" && !slices.Contains(sheets, layer) {
		return nil, severalLayers(sheets, layer)
	}
	for _, sheet := range sheets {
		if layer != "" && sheet != layer {
			continue
		}
		t, err := readSheet(ctx, book, sheet)
		if e := (*geodata.Error)(nil); errors.As(err, &e) && e.Code == "table-columns" && layer == "" {
			continue // a cover sheet
		}
		if err != nil {
			return nil, err
		}
		tables = append(tables, sheetTable{t, sheet})
	}
	return tables, nil
}

func readSheet(ctx context.Context, book *excelize.File, sheet string) (*pointTable, error) {
	rows, err := book.Rows(sheet)
	if err != nil {
		return nil, workbookDamaged(err)
	}
	defer rows.Close()
	t := &pointTable{}
	for line := 1; rows.Next(); line++ {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		row, err := rows.Columns()
		if err != nil {
			return nil, workbookDamaged(err)
		}
		if e := garbled(row[:min(len(row), maxColumns)]...); e != nil {
			return nil, e
		}
		if bad := t.row(row[:min(len(row), maxColumns)], line); bad != nil {
			return nil, bad
		}
	}
	if err := rows.Error(); err != nil {
		return nil, workbookDamaged(err)
	}
	return t, t.ended()
}

func workbookDamaged(cause error) *geodata.Error {
	if strings.Contains(cause.Error(), "unzip size") {
		return tooLarge(maxWorkbook)
	}
	return because(invalid("xlsx-damaged", "Excel 文件损坏或已加密，无法打开，请去掉密码并另存为 .xlsx。",
		"The workbook is damaged or encrypted; remove its password and save it again as .xlsx."), cause)
}
