package geofile

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/xuri/excelize/v2"

	"hongxian/geodata"
)

// The largest table of plain cells, and its rows.
const (
	largestTable = 16 << 20
	mostRows     = 20_000
)

// ReadRows reads a plain table, CSV (UTF-8 or GB18030) or the first sheet of an XLSX:
// rows of cells as they are written, 20,000 at most, of a file of at most 16 MiB.
// Errors are Invalid or TooLarge.
func ReadRows(ctx context.Context, path string) ([][]string, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, because(invalid("file-unreadable", fmt.Sprintf("文件 %.200s 无法读取。", path), fmt.Sprintf("The file %.200s cannot be read.", path)), err)
	}
	defer file.Close()
	data, err := io.ReadAll(io.LimitReader(file, largestTable+1))
	if err != nil {
		return nil, because(invalid("file-unreadable", fmt.Sprintf("文件 %.200s 无法读取。", path), fmt.Sprintf("The file %.200s cannot be read.", path)), err)
	}
	return rowsOf(ctx, data)
}

// rowsOf reads the bytes of a table.
func rowsOf(ctx context.Context, data []byte) ([][]string, error) {
	if len(data) > largestTable {
		return nil, tooLarge(largestTable)
	}
	if strings.HasPrefix(string(data), "PK\x03\x04") {
		return sheetRows(ctx, data)
	}
	text := decodeText(data, false)
	r := csv.NewReader(strings.NewReader(text))
	r.Comma, r.FieldsPerRecord, r.LazyQuotes = delimiterOf(text), -1, true
	var rows [][]string
	for {
		row, err := r.Read()
		if errors.Is(err, io.EOF) {
			return rows, nil
		}
		if err != nil {
			return nil, because(invalid("csv-malformed", "CSV 格式有误（引号不配对？），请另存为 UTF-8 的 CSV。", "The CSV cannot be read (an unmatched quote?); save it again as CSV."), err)
		}
		if rows, err = oneMore(rows, row); err != nil {
			return nil, err
		}
	}
}

func oneMore(rows [][]string, row []string) ([][]string, error) {
	if len(rows) == mostRows {
		return nil, &geodata.Error{Kind: geodata.TooLarge, Code: "table-too-long",
			ZH: fmt.Sprintf("表超过 %d 行，请拆分后再提交。", mostRows), EN: fmt.Sprintf("The table has more than %d rows; split it.", mostRows)}
	}
	row = row[:min(len(row), maxColumns)]
	if e := garbled(row...); e != nil {
		return nil, e
	}
	return append(rows, row), nil
}

// sheetRows reads the first sheet of a workbook. What the library throws is caught.
func sheetRows(ctx context.Context, data []byte) (rows [][]string, err error) {
	defer func() {
		if thrown := recover(); thrown != nil {
			rows, err = nil, workbookDamaged(fmt.Errorf("excelize: %v", thrown))
		}
	}()
	book, err := excelize.OpenReader(strings.NewReader(string(data)), excelize.Options{RawCellValue: true, UnzipSizeLimit: maxWorkbook, UnzipXMLSizeLimit: maxWorkbook})
	if err != nil {
		return nil, workbookDamaged(err)
	}
	defer book.Close()
	sheets := book.GetSheetList()
	if len(sheets) == 0 {
		return nil, workbookDamaged(errors.New("no sheet"))
	}
	reader, err := book.Rows(sheets[0])
	if err != nil {
		return nil, workbookDamaged(err)
	}
	defer reader.Close()
	for reader.Next() {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		row, err := reader.Columns()
		if err != nil {
			return nil, workbookDamaged(err)
		}
		if rows, err = oneMore(rows, row); err != nil {
			return nil, err
		}
	}
	if err := reader.Error(); err != nil {
		return nil, workbookDamaged(err)
	}
	return rows, nil
}
