package httpapi

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"hongxian/geodata"
	"hongxian/internal/openapi"
	"hongxian/internal/report"
)

// clientLeft is the status logged when the client left before the answer, as
// nginx has it; nobody receives it.
const clientLeft = 499

// kinds turns a kind of error into its HTTP status and titles: here and nowhere else.
var kinds = map[geodata.Kind]struct {
	status int
	zh, en string
}{
	geodata.Internal:    {http.StatusInternalServerError, "系统内部错误", "Internal error"},
	geodata.Invalid:     {http.StatusBadRequest, "输入有误", "Invalid input"},
	geodata.NotFound:    {http.StatusNotFound, "未找到", "Not found"},
	geodata.Conflict:    {http.StatusConflict, "当前状态不允许", "Conflict"},
	geodata.TooLarge:    {http.StatusRequestEntityTooLarge, "超出限制", "Too large"},
	geodata.Unknown:     {http.StatusUnauthorized, "未登录", "Not signed in"},
	geodata.Refused:     {http.StatusForbidden, "已拒绝", "Refused"},
	geodata.Unavailable: {http.StatusServiceUnavailable, "暂不可用", "Unavailable"},
}

// problemOf is what an error tells the user, and its status.
func problemOf(err error) (*geodata.Error, int) {
	var he *echo.HTTPError
	var tooLarge *http.MaxBytesError
	switch known := (*geodata.Error)(nil); {
	case delayOf(err) != nil:
		return delayOf(err).why, delayOf(err).status
	case errors.As(err, &tooLarge):
		return bodyTooLarge(tooLarge.Limit, err), http.StatusRequestEntityTooLarge
	case errors.As(err, &known):
		return known, kinds[known.Kind].status
	case errors.Is(err, context.DeadlineExceeded):
		return &geodata.Error{Kind: geodata.Unavailable, Code: "deadline",
			ZH: "处理超时，已停止；请稍后再试，或减小地块与文件。", EN: "The request took too long and was stopped; try again later or with a smaller file.", Err: err}, http.StatusServiceUnavailable
	case errors.As(err, &he) && he.Code == http.StatusNotFound:
		return notFound("address-unknown", "没有这个地址。", "There is nothing at this address."), he.Code
	case errors.As(err, &he) && he.Code == http.StatusMethodNotAllowed:
		return &geodata.Error{Kind: geodata.Invalid, Code: "method-not-allowed",
			ZH: "此地址不支持该请求方法，可用的方法见 Allow 头。", EN: "This address does not take that method; the Allow header names those it takes."}, he.Code
	}
	e := geodata.AsError(err)
	return e, kinds[e.Kind].status
}

func bodyTooLarge(limit int64, err error) *geodata.Error {
	return &geodata.Error{Kind: geodata.TooLarge, Code: "body-too-large", Err: err,
		ZH: fmt.Sprintf("上传内容超过 %d MB 的限制。", limit>>20), EN: fmt.Sprintf("The upload is larger than the limit of %d MB.", limit>>20)}
}

func notFound(code, zh, en string) *geodata.Error {
	return &geodata.Error{Kind: geodata.NotFound, Code: code, ZH: zh, EN: en}
}

func invalid(code, zh, en string) *geodata.Error {
	return &geodata.Error{Kind: geodata.Invalid, Code: code, ZH: zh, EN: en}
}

// writeProblem answers with problem details (RFC 9457). A client that left gets
// nothing, and an answer under way cannot be taken back.
func (s *Server) writeProblem(err error, c echo.Context) {
	if gone(c) {
		c.Response().Status = clientLeft
		return
	}
	if c.Response().Committed {
		s.Log.ErrorContext(c.Request().Context(), "answer broke off", "request_id", requestID(c), "trace_id", traceID(c), "error", err)
		return
	}
	e, status := problemOf(err)
	if status >= http.StatusInternalServerError {
		s.Log.ErrorContext(c.Request().Context(), "request failed", "request_id", requestID(c), "trace_id", traceID(c), "error", err)
	}
	p := problem(e, status, c)
	later := delay(err, status)
	if later.after > 0 {
		p.RetryAfter = new(later.seconds())
	}
	if later.position > 0 {
		p.QueuePosition = &later.position
	}
	body, encodeErr := report.JSON(p)
	if encodeErr != nil {
		s.Log.Error("encode problem", "error", encodeErr)
	}
	h := c.Response().Header()
	for _, name := range []string{"Content-Type", "ETag", "Content-Encoding", "Content-Length", "Last-Modified"} {
		h.Del(name)
	}
	h.Set("Cache-Control", "no-store")
	if status == http.StatusUnauthorized {
		h.Set("WWW-Authenticate", `Bearer realm="hongxian"`)
	}
	if later.after > 0 {
		h.Set("Retry-After", strconv.Itoa(later.seconds()))
	}
	if err := c.Blob(status, "application/problem+json", body); err != nil {
		s.Log.Debug("write problem", slog.Any("error", err))
	}
}

// delay is when an error's client should come again; what is unavailable for other
// reasons may be back in five seconds.
func delay(err error, status int) delayed {
	if d := delayOf(err); d != nil {
		return *d
	}
	if status == http.StatusServiceUnavailable {
		return delayed{after: 5 * time.Second}
	}
	return delayed{}
}

// problem encodes an error for the user; its cause stays in the log.
func problem(e *geodata.Error, status int, c echo.Context) openapi.Problem {
	k, trace := kinds[e.Kind], traceID(c)
	p := openapi.Problem{
		Type: "urn:hongxian:problem:" + e.Code, Title: k.zh, TitleEn: &k.en, Status: status,
		Detail: e.ZH, DetailEn: e.EN, Code: e.Code, RequestId: requestID(c), TraceId: &trace,
	}
	if e.Record > 0 {
		p.Record = &e.Record
	}
	if e.At != nil {
		at := []float64{e.At[0], e.At[1]}
		p.Coordinate = &at
	}
	return p
}
