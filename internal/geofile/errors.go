package geofile

import (
	"context"
	"errors"
	"fmt"

	"github.com/paulmach/orb"

	"hongxian/geodata"
)

// invalid is an error in the input.
func invalid(code, zh, en string) *geodata.Error {
	return &geodata.Error{Kind: geodata.Invalid, Code: code, ZH: zh, EN: en}
}

// at adds where: the record (0 when none applies) and the coordinate.
func at(e *geodata.Error, record int, p *orb.Point) *geodata.Error {
	e.Record, e.At = record, p
	return e
}

// because adds the cause, for the log.
func because(e *geodata.Error, cause error) *geodata.Error {
	e.Err = cause
	return e
}

func tooLarge(limit int64) *geodata.Error {
	return &geodata.Error{Kind: geodata.TooLarge, Code: "file-too-large",
		ZH: fmt.Sprintf("文件展开后超过 %d MB 的上限，请拆分后再提交。", limit>>20),
		EN: fmt.Sprintf("The file unpacks to more than the limit of %d MB; split it.", limit>>20)}
}

func truncated(cause error) *geodata.Error {
	return because(invalid("file-truncated", "文件不完整（中途结束），请重新导出或重新上传。",
		"The file ends in the middle; export or upload it again."), cause)
}

// cancelled is what the caller did, not what the file is.
func cancelled(ctx context.Context) error {
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		return &geodata.Error{Kind: geodata.TooLarge, Code: "reading-too-slow",
			ZH: "读取文件超过时限，已中止；文件可能已损坏，请重新导出，或简化、拆分后再提交。",
			EN: "Reading the file took longer than allowed and was stopped; it may be damaged: export it again, or simplify or split it.", Err: ctx.Err()}
	}
	return ctx.Err()
}
