package httpapi

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/labstack/echo/v4"
	"github.com/labstack/echo/v4/middleware"
)

// An answer that begins with less than a compressor waits for, as a table's byte order
// mark, arrives whole, compressed or not.
func TestAnAnswerInPiecesArrivesWhole(t *testing.T) {
	whole := append([]byte("\uFEFF"), bytes.Repeat([]byte("地块,0.3142\r\n"), 20_000)...)
	s := &Server{Config: Config{Limits: Limits{StallTime: time.Minute}}}
	e := echo.New()
	e.Use(middleware.GzipWithConfig(middleware.GzipConfig{MinLength: 1024}))
	e.GET("/", s.pace(checkTime)(func(c echo.Context) error {
		for from := 0; from < len(whole); {
			to := min(from+4096, len(whole))
			if from == 0 {
				to = 3
			}
			if n, err := c.Response().Write(whole[from:to]); n != to-from || err != nil {
				t.Errorf("wrote %d of %d, %v", n, to-from, err)
			}
			from = to
		}
		return nil
	}))
	site := httptest.NewServer(e)
	defer site.Close()
	for _, transport := range []*http.Transport{{}, {DisableCompression: true}} {
		r, err := (&http.Client{Transport: transport}).Get(site.URL)
		if err != nil {
			t.Fatal(err)
		}
		var got bytes.Buffer
		if _, err := got.ReadFrom(r.Body); err != nil || !bytes.Equal(got.Bytes(), whole) {
			t.Errorf("%d bytes arrived of %d, %v", got.Len(), len(whole), err)
		}
		r.Body.Close()
	}
}
