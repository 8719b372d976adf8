package township

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"

	"hongxian/geodata"
)

// Limits of a file of control areas.
const (
	controlBytes = 1 << 20
	controlRows  = 10_000
)

// ReadControls reads official areas (控制面积) from CSV: a township's code or name,
// its area, and optionally the area's unit (m2, ha, mu, km2, wmu or its Chinese
// name); without, it is in unit. UTF-8 or GB18030; a first line without a number is
// a heading. A sum line (合计) is refused: nothing says what it should add up to.
// Errors: Invalid with the line as record, TooLarge.
func ReadControls(r io.Reader, unit geodata.Unit) (map[string]geodata.Area, error) {
	raw, err := io.ReadAll(io.LimitReader(r, controlBytes+1))
	if err != nil {
		return nil, fmt.Errorf("read control areas: %w", err)
	}
	if len(raw) > controlBytes {
		return nil, &geodata.Error{Kind: geodata.TooLarge, Code: "control-too-large", ZH: "控制面积文件超过 1 MiB。", EN: "The file of control areas is larger than 1 MiB."}
	}
	raw = bytes.TrimPrefix(raw, []byte("\ufeff"))
	if !utf8.Valid(raw) {
		if raw, err = simplifiedchinese.GB18030.NewDecoder().Bytes(raw); err != nil || bytes.ContainsRune(raw, utf8.RuneError) {
			return nil, controlInvalid(0, "不是 UTF-8 或 GB18030 文本", "it is neither UTF-8 nor GB18030 text")
		}
	}
	in := csv.NewReader(bytes.NewReader(raw))
	in.FieldsPerRecord, in.TrimLeadingSpace = -1, true
	controls := map[string]geodata.Area{}
	for line := 1; ; line++ {
		fields, err := in.Read()
		switch {
		case errors.Is(err, io.EOF) && len(controls) == 0:
			return nil, controlInvalid(0, "没有一行面积", "it holds no area")
		case errors.Is(err, io.EOF):
			return controls, nil
		case err != nil:
			return nil, controlInvalid(line, "不是 CSV", "it is not CSV")
		case len(controls) >= controlRows:
			return nil, &geodata.Error{Kind: geodata.TooLarge, Code: "control-too-large", ZH: "控制面积文件超过 10000 行。", EN: "The file of control areas has more than 10,000 lines."}
		}
		if err := control(controls, fields, line, unit); err != nil {
			return nil, err
		}
	}
}

// control reads a line.
func control(controls map[string]geodata.Area, fields []string, line int, unit geodata.Unit) error {
	for i := range fields {
		fields[i] = strings.TrimSpace(fields[i])
	}
	if len(fields) < 2 || len(fields) > 3 {
		return controlInvalid(line, "应为“代码或名称,面积[,单位]”", "write code or name, area, and optionally the unit")
	}
	value, err := strconv.ParseFloat(fields[1], 64)
	if err != nil && line == 1 {
		return nil // the heading
	}
	if len(fields) == 3 {
		if unit, err = unitNamed(fields[2]); err != nil {
			return controlInvalid(line, "单位不认识", "its unit is unknown")
		}
	}
	one := geodata.Area(1e6).Value(unit) / 1e6
	if value /= one; math.IsNaN(value) || !(value > 0 && value < 1e14) {
		return controlInvalid(line, "面积应为大于 0 的数", "the area should be a number above 0")
	}
	key := fields[0]
	if _, twice := controls[key]; twice || key == "" || len(key) > 200 {
		return controlInvalid(line, "乡镇重复或缺失", "the township is missing or repeated")
	}
	controls[key] = geodata.Area(value)
	return nil
}

func unitNamed(text string) (geodata.Unit, error) {
	for _, u := range []geodata.Unit{geodata.SquareMetre, geodata.Hectare, geodata.Mu, geodata.SquareKilometre, geodata.TenThousandMu} {
		if text == u.Chinese() || text == string(u) {
			return u, nil
		}
	}
	return geodata.ParseUnit(text)
}

func controlInvalid(line int, zh, en string) error {
	return &geodata.Error{Kind: geodata.Invalid, Code: "control-invalid", Record: line,
		ZH: "控制面积文件有误：" + zh + "。", EN: "The file of control areas is wrong: " + en + "."}
}
