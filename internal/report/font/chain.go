package font

import (
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"golang.org/x/image/font"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"

	"hongxian/geodata"
)

// Variable names the environment variable that lists font files, best first,
// separated as PATH is on the system.
const Variable = "HONGXIAN_FONTS"

// Missing is the font number of a character that no font of the chain has.
const Missing = -1

// Box is drawn for a character that no font has.
const Box = '□'

// standard are the fonts of Debian packages. The first two cover all of Unicode's
// CJK block and its extension A; the rest, which are read only when a character
// needs them and may be absent, have extension B.
var standard = []source{
	{path: "/usr/share/fonts/truetype/wqy/wqy-microhei.ttc", pkg: "fonts-wqy-microhei"},
	{path: "/usr/share/fonts/truetype/droid/DroidSansFallbackFull.ttf", pkg: "fonts-droid-fallback"},
	{path: "/usr/share/fonts/truetype/hanazono/HanaMinA.ttf", pkg: "fonts-hanazono", rare: true},
	{path: "/usr/share/fonts/truetype/hanazono/HanaMinB.ttf", pkg: "fonts-hanazono", rare: true},
}

// source is where a font comes from.
type source struct {
	path, pkg string // pkg is the Debian package, empty for a configured path
	rare      bool   // read when first needed, may be absent
}

// Font (字体) is one font of a chain.
type Font struct {
	Family string // name that is unique within the chain
	Data   []byte // a plain TrueType file, cut out of its collection

	outline *sfnt.Font
}

// Chain (字体链) is a list of fonts, best first. It is safe for concurrent use.
type Chain struct {
	mu      sync.Mutex
	fonts   []*Font
	waiting []source // rare fonts not read yet
	known   map[rune]glyph
	buffer  sfnt.Buffer
}

// glyph is what is known of a character.
type glyph struct {
	font    int     // its font, Missing when none has it
	advance float64 // width in em
}

// Standard is the chain that HONGXIAN_FONTS names, or of the Debian packages
// where it is empty. It is read once. A font that is missing is an Unavailable
// *geodata.Error that names its package.
var Standard = sync.OnceValues(func() (*Chain, error) {
	if list := filepath.SplitList(os.Getenv(Variable)); len(list) > 0 {
		return Load(list)
	}
	return load(standard)
})

// Load reads the fonts of a list of TTF and TTC files, best first.
func Load(paths []string) (*Chain, error) {
	sources := make([]source, len(paths))
	for i, p := range paths {
		sources[i].path = p
	}
	return load(sources)
}

func load(sources []source) (*Chain, error) {
	c := &Chain{known: map[rune]glyph{}}
	for _, s := range sources {
		if s.rare {
			c.waiting = append(c.waiting, s)
			continue
		}
		if err := c.read(s); err != nil {
			return nil, err
		}
	}
	if len(c.fonts) == 0 {
		return nil, unreadable(source{}, errors.New("the list of fonts is empty"))
	}
	return c, nil
}

// read appends a font to the chain.
func (c *Chain) read(s source) error {
	data, err := os.ReadFile(s.path)
	if err != nil {
		return unreadable(s, err)
	}
	data, err = trueType(data)
	if err != nil {
		return unreadable(s, err)
	}
	parsed, err := sfnt.Parse(data)
	if err != nil {
		return unreadable(s, err)
	}
	base := strings.TrimSuffix(filepath.Base(s.path), filepath.Ext(s.path))
	c.fonts = append(c.fonts, &Font{Family: fmt.Sprintf("%s-%d", base, len(c.fonts)), Data: data, outline: parsed})
	return nil
}

// unreadable says which font is missing and how it is put there. Paths are for
// the log only.
func unreadable(s source, err error) *geodata.Error {
	e := &geodata.Error{Kind: geodata.Unavailable, Code: "font-missing", Err: fmt.Errorf("font %q: %w", s.path, err)}
	name := filepath.Base(s.path)
	if s.pkg != "" {
		e.ZH = fmt.Sprintf("缺少中文字体 %s，无法出图和生成 PDF。请安装软件包 %s，或用环境变量 %s 指定字体文件。", name, s.pkg, Variable)
		e.EN = fmt.Sprintf("The Chinese font %s is missing, so neither map nor PDF can be made. Install the package %s, or name font files in %s.", name, s.pkg, Variable)
		return e
	}
	e.ZH = fmt.Sprintf("环境变量 %s 指定的字体 %s 无法读取，应为 TrueType 字体（TTF 或 TTC）。", Variable, name)
	e.EN = fmt.Sprintf("The font %s named in %s cannot be read; it must be TrueType (TTF or TTC).", name, Variable)
	return e
}

// Font is the i-th font of the chain.
func (c *Chain) Font(i int) *Font {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.fonts[i]
}

// Run (同字体文字段) is a stretch of text in one font.
type Run struct {
	Font  int
	Text  string  // characters that no font has are replaced by Box
	Width float64 // em
}

// Runs splits a text into stretches of one font each.
func (c *Chain) Runs(text string) []Run {
	c.mu.Lock()
	defer c.mu.Unlock()
	var runs []Run
	for _, r := range text {
		g := c.glyph(r)
		if g.font == Missing {
			r = Box
			g = c.glyph(Box)
			g.font = max(g.font, 0)
		}
		if last := len(runs) - 1; last >= 0 && runs[last].Font == g.font {
			runs[last].Text += string(r)
			runs[last].Width += g.advance
		} else {
			runs = append(runs, Run{Font: g.font, Text: string(r), Width: g.advance})
		}
	}
	return runs
}

// Width is a text's width in em: times the font size it is points.
func (c *Chain) Width(text string) float64 {
	var w float64
	for _, r := range c.Runs(text) {
		w += r.Width
	}
	return w
}

// glyph finds a character's font and width. Callers hold the lock.
func (c *Chain) glyph(r rune) glyph {
	if g, ok := c.known[r]; ok {
		return g
	}
	g := c.find(r, 0)
	for g.font == Missing && len(c.waiting) > 0 {
		s := c.waiting[0]
		c.waiting = c.waiting[1:]
		if err := c.read(s); errors.Is(err, fs.ErrNotExist) {
			slog.Warn("a font for rare characters is not installed", "package", s.pkg)
			continue
		} else if err != nil {
			slog.Warn("a font for rare characters cannot be read", "error", err)
			continue
		}
		g = c.find(r, len(c.fonts)-1)
	}
	if g.font == Missing {
		slog.Warn("no font has a character; it is drawn as a box", "character", fmt.Sprintf("%U", r))
	}
	c.known[r] = g
	return g
}

// find asks the fonts from number from on.
func (c *Chain) find(r rune, from int) glyph {
	const em = 1000
	for i := from; i < len(c.fonts); i++ {
		f := c.fonts[i]
		index, err := f.outline.GlyphIndex(&c.buffer, r)
		if err != nil || index == 0 {
			continue
		}
		advance, err := f.outline.GlyphAdvance(&c.buffer, index, fixed.I(em), font.HintingNone)
		if err != nil {
			continue
		}
		return glyph{font: i, advance: float64(advance) / 64 / em}
	}
	return glyph{font: Missing, advance: 1}
}
