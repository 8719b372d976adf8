package geofile

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"
	"sync"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/transform"

	"hongxian/geodata"
)

// openText opens a text file: unzipped, bounded, in UTF-8 without its mark.
func (f *File) openText(path string, zipped bool) (io.ReadCloser, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("opening the delivery: %w", err)
	}
	var r io.Reader = file
	if zipped {
		z, err := gzip.NewReader(bufio.NewReader(file))
		if err != nil {
			file.Close()
			return nil, truncated(err)
		}
		r = z
	}
	closer := io.Closer(file)
	if zipped { // unpacking is a fifth of reading, and need not wait for the rest
		ahead := readAhead(r, file)
		r, closer = ahead, ahead
	}
	head := bufio.NewReaderSize(&bounded{r: r, left: f.options.MaxBytes, limit: f.options.MaxBytes}, 64<<10)
	start, err := head.Peek(64 << 10)
	if err != nil && err != io.EOF {
		closer.Close()
		return nil, readFault(err)
	}
	if bytes.HasPrefix(start, []byte("\xef\xbb\xbf")) {
		_, _ = head.Discard(3)
		start = start[3:]
	}
	text := struct {
		io.Reader
		io.Closer
	}{head, closer}
	if !validPrefix(start) {
		f.noteOnce(*encodingFinding("GB18030", ""))
		text.Reader = transform.NewReader(head, simplifiedchinese.GB18030.NewDecoder())
	}
	return text, nil
}

// validPrefix says whether text cut off anywhere is UTF-8.
func validPrefix(text []byte) bool {
	for range utf8.UTFMax - 1 {
		if r, n := utf8.DecodeLastRune(text); r != utf8.RuneError || n != 1 {
			break
		}
		text = text[:len(text)-1]
	}
	return utf8.Valid(text)
}

// readFault words what a damaged gzip stream gives.
func readFault(err error) error {
	if e := (*geodata.Error)(nil); errors.As(err, &e) {
		return err
	}
	return truncated(err)
}

// bounded refuses more than limit bytes.
type bounded struct {
	r           io.Reader
	left, limit int64
}

func (b *bounded) Read(p []byte) (int, error) {
	if b.left <= 0 {
		var more [1]byte
		if n, err := b.r.Read(more[:]); n == 0 {
			return 0, err
		}
		return 0, tooLarge(b.limit)
	}
	n, err := b.r.Read(p[:min(int64(len(p)), b.left)])
	b.left -= int64(n)
	return n, err
}

// ahead is a source that is read by another goroutine, a few blocks ahead.
type ahead struct {
	blocks chan block
	stop   chan struct{}
	once   sync.Once
	source io.Closer
	held   block
}

type block struct {
	bytes []byte
	err   error
}

const (
	blockBytes  = 256 << 10
	blocksAhead = 4
)

func readAhead(r io.Reader, source io.Closer) *ahead {
	a := &ahead{blocks: make(chan block, blocksAhead), stop: make(chan struct{}), source: source}
	go func() {
		defer close(a.blocks)
		for {
			b := nextBlock(r)
			select {
			case a.blocks <- b:
			case <-a.stop:
				return
			}
			if b.err != nil {
				return
			}
		}
	}()
	return a
}

// nextBlock reads a block full, or as far as the source goes.
func nextBlock(r io.Reader) block {
	b := block{bytes: make([]byte, 0, blockBytes)}
	for b.err == nil && len(b.bytes) < blockBytes {
		var n int
		n, b.err = r.Read(b.bytes[len(b.bytes):blockBytes])
		b.bytes = b.bytes[:len(b.bytes)+n]
	}
	return b
}

func (a *ahead) Read(p []byte) (int, error) {
	for len(a.held.bytes) == 0 {
		if a.held.err != nil {
			return 0, a.held.err
		}
		b, ok := <-a.blocks
		if !ok {
			return 0, io.EOF
		}
		a.held = b
	}
	n := copy(p, a.held.bytes)
	a.held.bytes = a.held.bytes[n:]
	return n, nil
}

// Close ends the reading.
func (a *ahead) Close() error {
	a.once.Do(func() { close(a.stop) })
	return a.source.Close()
}
