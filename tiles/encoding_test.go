package tiles

import (
	"bytes"
	"context"
	"io"
	"testing"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/zstd"
	"github.com/paulmach/orb/maptile"

	"hongxian/geodata"
)

func TestNegotiate(t *testing.T) {
	for header, want := range map[string]Encoding{
		"": Plain, "identity": Plain, "deflate": Plain, "gzipped": Plain, "gzip;q=0": Plain, "gzip;q=nonsense": Plain,
		"gzip": Gzip, "GZIP": Gzip, "x-gzip": Gzip, "*": Gzip, "gzip, deflate, br, zstd": Gzip, "identity, gzip": Gzip,
		"br": Brotli, "br;q=1.0, gzip;q=0.8, *;q=0.1": Brotli, "gzip;q=0, *": Zstd, "zstd, gzip;q=0.9": Zstd,
		"identity;q=1, gzip;q=0.5": Plain,
	} {
		if got := Negotiate(header); got != want {
			t.Errorf("%q: %q, want %q", header, got, want)
		}
	}
}

// Whatever a header says, the answer is an encoding there is.
func FuzzNegotiate(f *testing.F) {
	f.Add("br;q=1.0, gzip;q=0.8, *;q=0.1")
	f.Add(";;q=,,=*;q=-1")
	f.Fuzz(func(t *testing.T, header string) {
		if _, err := encode([]byte("tile"), Negotiate(header)); err != nil {
			t.Error(err)
		}
	})
}

// Each encoding unpacks to the same tile, has a tag of its own, and several layers
// are one after the other.
func TestRenderEncodes(t *testing.T) {
	r, _ := renderer(t, 1<<20, bytesOf("layer"))
	other := inForce
	other.ID, other.Layer = 9, geodata.Township
	tags := map[string]bool{}
	for e, open := range map[Encoding]func(io.Reader) io.Reader{
		Plain:  func(r io.Reader) io.Reader { return r },
		Brotli: func(r io.Reader) io.Reader { return brotli.NewReader(r) },
		Zstd: func(r io.Reader) io.Reader {
			zr, err := zstd.NewReader(r)
			if err != nil {
				t.Fatal(err)
			}
			return zr
		},
		Gzip: func(r io.Reader) io.Reader {
			b, err := io.ReadAll(r)
			if err == nil {
				b, err = unpack(b)
			}
			if err != nil {
				t.Fatal(err)
			}
			return bytes.NewReader(b)
		},
	} {
		got, err := r.Render(context.Background(), Request{[]geodata.Version{inForce, other}, maptile.New(0, 0, 0), e})
		if err != nil {
			t.Fatal(err)
		}
		plain, err := io.ReadAll(open(bytes.NewReader(got.Body)))
		if err != nil || string(plain) != "layerlayer" || tags[got.ETag] {
			t.Errorf("%q: %q, %v, tag %s", e, plain, err, got.ETag)
		}
		tags[got.ETag] = true
	}
}
