package tiles

import (
	"bytes"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

// Encoding (内容编码) is how a tile's bytes are packed on their way, by its name in
// HTTP; the empty one is not packed.
type Encoding string

// The encodings a tile comes in.
const (
	Plain  Encoding = ""
	Gzip   Encoding = "gzip"
	Zstd   Encoding = "zstd"
	Brotli Encoding = "br"
)

// preferred orders encodings that a client likes equally: the one kept costs nothing.
var preferred = [...]struct {
	Encoding
	names []string // in an Accept-Encoding header
}{{Gzip, []string{"gzip", "x-gzip"}}, {Zstd, []string{"zstd"}}, {Brotli, []string{"br"}}, {Plain, []string{"identity"}}}

// Negotiate reads an Accept-Encoding header (RFC 9110, 12.5.3): the encoding with
// the greatest weight. A client that names none gets plain bytes.
func Negotiate(header string) Encoding {
	const unnamed = -1
	weights := [len(preferred)]float64{unnamed, unnamed, unnamed, unnamed}
	others := 0.0 // by *
	for entry := range strings.SplitSeq(header, ",") {
		name, parameter, _ := strings.Cut(entry, ";")
		name = strings.TrimSpace(name)
		if name == "*" {
			others = weight(parameter)
		}
		for i, p := range preferred {
			if slices.ContainsFunc(p.names, func(n string) bool { return strings.EqualFold(n, name) }) {
				weights[i] = weight(parameter)
			}
		}
	}
	best, most := Plain, 0.0
	for i, p := range preferred {
		w := weights[i]
		if w == unnamed && p.Encoding != Plain {
			w = others
		} else if w == unnamed {
			w = math.SmallestNonzeroFloat64 // always acceptable, never asked for
		}
		if w > most {
			best, most = p.Encoding, w
		}
	}
	return best
}

// weight reads a q parameter, 1 when there is none and 0 when it makes no sense.
func weight(parameter string) float64 {
	parameter = strings.ToLower(strings.ReplaceAll(parameter, " ", ""))
	if parameter == "" {
		return 1
	}
	q, ok := strings.CutPrefix(parameter, "q=")
	w, err := strconv.ParseFloat(q, 64)
	if !ok || err != nil || !(w >= 0 && w <= 1) {
		return 0
	}
	return w
}

// encode packs plain bytes.
func encode(plain []byte, e Encoding) ([]byte, error) {
	var out bytes.Buffer
	var w io.WriteCloser
	switch e {
	case Plain:
		return plain, nil
	case Gzip:
		w = gzip.NewWriter(&out)
	case Brotli:
		w = brotli.NewWriterLevel(&out, brotli.DefaultCompression)
	case Zstd:
		zw, err := zstd.NewWriter(&out, zstd.WithEncoderConcurrency(1), zstd.WithWindowSize(1<<20))
		if err != nil {
			return nil, err
		}
		w = zw
	default:
		return nil, fmt.Errorf("encoding %q", e)
	}
	if _, err := w.Write(plain); err != nil {
		return nil, fmt.Errorf("pack tile: %w", err)
	}
	if err := w.Close(); err != nil {
		return nil, fmt.Errorf("pack tile: %w", err)
	}
	return out.Bytes(), nil
}

// largestPlain bounds what one layer of a tile may unpack to, in bytes: archives
// come from outside.
const largestPlain = 64 << 20

func unpack(packed []byte) ([]byte, error) {
	zr, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil, fmt.Errorf("unpack tile: %w", err)
	}
	plain, err := io.ReadAll(io.LimitReader(zr, largestPlain+1))
	if err == nil && len(plain) > largestPlain {
		err = fmt.Errorf("it has more than %d bytes", largestPlain)
	}
	if err != nil {
		return nil, fmt.Errorf("unpack tile: %w", err)
	}
	return plain, nil
}
