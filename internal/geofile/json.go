package geofile

import (
	"errors"
	"fmt"
	"io"

	"hongxian/geodata"
)

const (
	maxDepth   = 64       // of nested JSON values
	maxFeature = 64 << 20 // bytes of text of one feature
)

// errMalformed is what the scanner finds wrong with the text; the reader adds
// the record.
var (
	errMalformed = errors.New("malformed JSON")
	errDepth     = errors.New("JSON nested too deeply")
	errFeature   = errors.New("feature too large")
)

// scanner walks a JSON text of any length with one buffer. It splits the text
// into values without judging them; who uses a value decodes it strictly.
type scanner struct {
	r        io.Reader
	buf      []byte
	pos, end int
	read     int64 // bytes read before buf
	err      error // of r, sticky
	arena    []byte
}

func newScanner(r io.Reader) *scanner {
	return &scanner{r: r, buf: make([]byte, 64<<10)}
}

// offset is the number of bytes consumed.
func (s *scanner) offset() int64 { return s.read + int64(s.pos) }

// fill reads more; false at the end or on an error.
func (s *scanner) fill() bool {
	if s.err != nil {
		return false
	}
	s.read += int64(s.end)
	s.pos, s.end = 0, 0
	for range 100 {
		n, err := s.r.Read(s.buf)
		s.end, s.err = n, err
		if n > 0 {
			return true
		}
		if err != nil {
			return false
		}
	}
	s.err = io.ErrNoProgress
	return false
}

// fault is why there are no more bytes: the reader's error, or a text that ends
// too early.
func (s *scanner) fault() error {
	if s.err != nil && s.err != io.EOF {
		return s.err
	}
	return io.ErrUnexpectedEOF
}

// peek is the next byte that is not white space; false at the end.
func (s *scanner) peek() (byte, bool) {
	for {
		for ; s.pos < s.end; s.pos++ {
			switch c := s.buf[s.pos]; c {
			case ' ', '\t', '\n', '\r':
			default:
				return c, true
			}
		}
		if !s.fill() {
			return 0, false
		}
	}
}

// expect consumes the next byte that is not white space, which must be c.
func (s *scanner) expect(c byte) error {
	got, ok := s.peek()
	switch {
	case !ok:
		return s.fault()
	case got != c:
		return fmt.Errorf("%w: %q where %q was expected", errMalformed, got, c)
	}
	s.pos++
	return nil
}

// capture copies the next value into the arena and returns where it lies there.
// Brackets and strings are matched, nothing else is judged.
func (s *scanner) capture() (span, error) {
	c, ok := s.peek()
	if !ok {
		return span{}, s.fault()
	}
	from := len(s.arena)
	var m matcher
	if c == ',' || c == ':' || c == ']' || c == '}' {
		return span{}, fmt.Errorf("%w: %q where a value was expected", errMalformed, c)
	}
	for {
		n, state := m.feed(s.buf[s.pos:s.end])
		s.arena = append(s.arena, s.buf[s.pos:s.pos+n]...)
		s.pos += n
		switch {
		case state == valueTooDeep:
			return span{}, errDepth
		case state == valueMismatched:
			return span{}, fmt.Errorf("%w: brackets do not match", errMalformed)
		case len(s.arena) > maxFeature:
			return span{}, errFeature
		case state == valueEnds:
			return span{from, len(s.arena)}, nil
		}
		if !s.fill() {
			if m.scalar() && s.err == io.EOF {
				return span{from, len(s.arena)}, nil
			}
			return span{}, s.fault()
		}
	}
}

// span is a part of the arena, which moves when it grows.
type span struct{ from, to int }

func (s span) of(arena []byte) []byte { return arena[s.from:s.to] }
func (s span) given() bool            { return s.to > s.from }

type valueState int

const (
	valueGoesOn valueState = iota
	valueEnds
	valueTooDeep
	valueMismatched
)

// matcher finds the end of a JSON value fed in pieces.
type matcher struct {
	open     [maxDepth]byte
	depth    int
	inString bool
	escaped  bool
	started  bool
}

// scalar: a number or word that only the end of the text ended.
func (m *matcher) scalar() bool { return m.started && m.depth == 0 && !m.inString }

// feed consumes bytes of p and says how the value stands after n of them.
func (m *matcher) feed(p []byte) (n int, state valueState) {
	for i := 0; i < len(p); i++ {
		c := p[i]
		if m.inString {
			switch {
			case m.escaped:
				m.escaped = false
			case c == '\\':
				m.escaped = true
			case c == '"':
				m.inString = false
				if m.depth == 0 {
					return i + 1, valueEnds
				}
			}
			continue
		}
		switch c {
		case '"':
			if m.depth == 0 && m.started {
				return i, valueEnds
			}
			m.inString = true
		case '{', '[':
			if m.depth == 0 && m.started {
				return i, valueEnds
			}
			if m.depth == maxDepth {
				return i, valueTooDeep
			}
			m.open[m.depth] = c
			m.depth++
		case '}', ']':
			if m.depth == 0 {
				return i, valueEnds
			}
			m.depth--
			if m.open[m.depth] != c-2 { // '{' is '}'-2, '[' is ']'-2
				return i, valueMismatched
			}
			if m.depth == 0 {
				return i + 1, valueEnds
			}
		case ',', ' ', '\t', '\n', '\r', ':':
			if m.depth == 0 {
				return i, valueEnds
			}
		}
		m.started = true
	}
	return len(p), valueGoesOn
}

// jsonError words what the scanner found, with the record it was in.
func jsonError(err error, record int, offset int64) error {
	if e := (*geodata.Error)(nil); errors.As(err, &e) {
		return err
	}
	var e *geodata.Error
	switch {
	case errors.Is(err, errDepth):
		e = invalid("json-too-deep", fmt.Sprintf("第 %d 条记录的 JSON 嵌套超过 %d 层，文件已拒收。", record, maxDepth),
			fmt.Sprintf("The JSON of record %d is nested deeper than %d levels.", record, maxDepth))
	case errors.Is(err, errFeature):
		e = invalid("feature-too-large", fmt.Sprintf("第 %d 条记录超过 %d MB，请拆分该图斑。", record, maxFeature>>20),
			fmt.Sprintf("Record %d is larger than %d MB; split the feature.", record, maxFeature>>20))
		e.Kind = geodata.TooLarge
	case errors.Is(err, errMalformed):
		e = invalid("json-malformed", fmt.Sprintf("第 %d 条记录处（第 %d 字节附近）不是合法的 JSON，或同名成员重复，请重新导出。", record, offset),
			fmt.Sprintf("The text is not valid JSON at record %d (near byte %d), or has a member twice; export the file again.", record, offset))
	case errors.Is(err, io.ErrUnexpectedEOF):
		e = truncated(nil)
	default:
		e = invalid("file-unreadable", "文件内容损坏，无法读取，请重新导出。", "The file is damaged and cannot be read; export it again.")
	}
	return because(at(e, record, nil), err)
}
