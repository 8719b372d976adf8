package httpapi

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"hongxian/geodata"
)

// pace is deadline for routes with large bodies, either way: a slow line may take its
// time as long as bytes come, and d is counted from the last of the body. A client that
// stalls, or sends by the byte, is cut off.
func (s *Server) pace(d time.Duration) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			ctx, cancel := context.WithCancelCause(c.Request().Context())
			defer cancel(nil)
			timer := time.AfterFunc(d, func() { cancel(context.DeadlineExceeded) })
			defer timer.Stop()
			c.SetRequest(c.Request().WithContext(ctx))
			line := http.NewResponseController(c.Response().Writer)
			if body := c.Request().Body; body != nil && body != http.NoBody {
				c.Request().Body = &pacedBody{ReadCloser: body, line: line, stall: s.Limits.StallTime, began: time.Now(), moved: func() { timer.Reset(d) }}
			}
			c.Response().Writer = &pacedWriter{ResponseWriter: c.Response().Writer, line: line, stall: s.Limits.StallTime}
			err := next(c)
			if err != nil && errors.Is(context.Cause(ctx), context.DeadlineExceeded) && !geodata.IsKind(err, geodata.Unavailable) {
				return fmt.Errorf("%w: %w", context.DeadlineExceeded, hideKind{err})
			}
			return err
		}
	}
}

// pacedBody is a body that must keep coming.
type pacedBody struct {
	io.ReadCloser
	line  *http.ResponseController
	stall time.Duration
	began time.Time
	read  int64
	moved func()
}

// Read gives the next bytes; each piece moves the connection's deadline.
func (b *pacedBody) Read(p []byte) (int, error) {
	now := time.Now()
	allowed := b.stall + time.Duration(b.read)*time.Second/slowestUpload
	if now.Sub(b.began) > allowed {
		return 0, tooSlow()
	}
	_ = b.line.SetReadDeadline(now.Add(b.stall)) // a recorder in tests has none
	n, err := b.ReadCloser.Read(p)
	b.read += int64(n)
	if n > 0 {
		b.moved()
	}
	return n, err
}

func tooSlow() error {
	return &geodata.Error{Kind: geodata.Invalid, Code: "upload-too-slow",
		ZH: "上传过慢，已中止；请检查网络后重新上传。", EN: "The upload came too slowly and was stopped; look at the line and send it again."}
}

// pacedWriter is an answer that must be taken.
type pacedWriter struct {
	http.ResponseWriter
	line  *http.ResponseController
	stall time.Duration
}

// pieceSize is how much of an answer must be taken within StallTime.
const pieceSize = 64 << 10

// Write sends in pieces, each with a deadline of its own.
func (w *pacedWriter) Write(p []byte) (written int, err error) {
	for {
		_ = w.line.SetWriteDeadline(time.Now().Add(w.stall))
		n, err := w.ResponseWriter.Write(p[:min(len(p), pieceSize)])
		written += n
		if p = p[n:]; err != nil || len(p) == 0 {
			return written, err
		}
	}
}

// Unwrap gives the writer below, for flushing.
func (w *pacedWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }
