package geofile

import (
	"context"
	"io"
)

// records are what a file holds, one after another, before they are judged.
type records interface {
	// next is io.EOF at the end. After an error that does not refuse that
	// record alone the records are spent.
	next() (raw, error)
	// stated is the text of GeoJSON's crs member, as soon as it has been seen.
	stated() []byte
	// finish is why the program that the records come from failed, if it did.
	finish() error
	Close() error
}

// texts are the records of a GeoJSON text.
type texts struct {
	*reader
	source io.ReadCloser
}

func (t texts) stated() []byte { return t.crs }

func (t texts) finish() error {
	if p, ok := t.source.(*process); ok {
		return p.finish()
	}
	return nil
}

func (t texts) Close() error { return t.source.Close() }

// records starts reading the file from its beginning.
func (f *File) records(ctx context.Context) (records, error) {
	if f.own != nil {
		return f.own(ctx)
	}
	source, err := f.source(ctx)
	if err != nil {
		return nil, err
	}
	r := newReader(source)
	r.table = f.table
	return texts{r, source}, nil
}

// parsed is what readers without a program and without a crs member share.
type parsed struct{}

func (parsed) stated() []byte { return nil }
func (parsed) finish() error  { return nil }
func (parsed) Close() error   { return nil }
