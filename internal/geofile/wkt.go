package geofile

import (
	"errors"
	"strconv"
	"strings"
	"unicode"
)

// node is one KEYWORD["…", …] of a well-known text of a reference system, of
// either generation.
type node struct {
	keyword string
	text    []string // the quoted and bare words among its arguments
	numbers []float64
	nodes   []*node
}

var errWKT = errors.New("not a well-known text of a reference system")

// parseWKT reads WKT1 (GDAL's and Esri's) and WKT2. It judges the form only.
func parseWKT(s string) (*node, error) {
	p := &wktParser{rest: strings.TrimPrefix(s, "\ufeff")}
	n := p.node(0)
	p.space()
	if n == nil || strings.Trim(p.rest, "\x00 ") != "" {
		return nil, errWKT
	}
	return n, nil
}

type wktParser struct{ rest string }

func (p *wktParser) space() { p.rest = strings.TrimLeftFunc(p.rest, unicode.IsSpace) }

func (p *wktParser) take(set string) bool {
	p.space()
	if p.rest == "" || !strings.Contains(set, p.rest[:1]) {
		return false
	}
	p.rest = p.rest[1:]
	return true
}

func (p *wktParser) word() string {
	p.space()
	i := strings.IndexFunc(p.rest, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune("_.+-", r)
	})
	if i < 0 {
		i = len(p.rest)
	}
	w := p.rest[:i]
	p.rest = p.rest[i:]
	return w
}

// node reads KEYWORD[arguments]; nil when the text is something else.
func (p *wktParser) node(depth int) *node {
	n := &node{keyword: strings.ToUpper(p.word())}
	if n.keyword == "" || depth > 20 || !p.take("[(") {
		return nil
	}
	for {
		if !p.argument(n, depth) {
			return nil
		}
		if p.take("])") {
			return n
		}
		if !p.take(",") {
			return nil
		}
	}
}

func (p *wktParser) argument(n *node, depth int) bool {
	p.space()
	if strings.HasPrefix(p.rest, `"`) {
		i := strings.IndexByte(p.rest[1:], '"')
		if i < 0 {
			return false
		}
		n.text = append(n.text, p.rest[1:i+1])
		p.rest = p.rest[i+2:]
		return true
	}
	before := p.rest
	w := p.word()
	if p.space(); p.rest != "" && strings.ContainsAny(p.rest[:1], "[(") {
		p.rest = before
		child := p.node(depth + 1)
		n.nodes = append(n.nodes, child)
		return child != nil
	}
	if f, err := strconv.ParseFloat(w, 64); err == nil {
		n.numbers = append(n.numbers, f)
		return true
	}
	n.text = append(n.text, w)
	return w != ""
}

// find is the first descendant with one of the keywords, in the text's order.
func (n *node) find(keywords ...string) *node {
	for _, c := range n.nodes {
		for _, k := range keywords {
			if c.keyword == k {
				return c
			}
		}
		if found := c.find(keywords...); found != nil {
			return found
		}
	}
	return nil
}

func (n *node) name() string {
	if n == nil || len(n.text) == 0 {
		return ""
	}
	return n.text[0]
}
