package httpapi

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/labstack/echo/v4"
)

// page serves the built page. Its files are read and compressed once each, when
// first asked for: an embedded file has no time to tell versions apart, so its
// ETag is its digest.
type page struct {
	files  fs.FS
	loaded sync.Map // name → func() (*pageFile, error)
}

type pageFile struct {
	plain, packed []byte // packed is nil where gzip gains nothing
	etag          string // without its closing quote
	mediaType     string
}

func newPage(files fs.FS) *page { return &page{files: files} }

// notBuilt is the page while there is none.
const notBuilt = `<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>红线 hongxian</title>
<h1>页面尚未构建 The page is not built</h1>
<p>服务正在运行，但本程序不含页面。请运行 <code>make build</code> 后重新启动。</p>
<p lang="en">The service is running, but this binary has no page. Run <code>make build</code> and start it again.</p></html>
`

// views are the page's own addresses, by their first segment: what lies below is
// the page's to understand (web/src/router.ts).
var views = []string{"audit", "batches", "changes", "checks", "data", "history", "import", "indicators", "ledger", "overlaps", "stats", "tokens", "users", "verify"}

// maxDepth is how deep an address of a view may lie.
const maxDepth = 4

// viewDepth is how many levels below the page's root an address lies, where it is
// a view of the page.
func viewDepth(name string) (depth int, ok bool) {
	first, _, _ := strings.Cut(name, "/")
	depth = strings.Count(name, "/")
	return depth, depth <= maxDepth && slices.Contains(views, first)
}

// ownBase is how the page says where its root is; at a view below the root the
// server puts the way back there, so that the page may stand below any path.
const ownBase = `<base href="./"`

// readPage answers with a file of the page, or with the page itself at a view.
func (s *Server) readPage(c echo.Context) error {
	name := strings.TrimPrefix(c.Request().URL.Path, "/")
	depth, isView := viewDepth(name)
	if name == "" || isView {
		name = "index.html"
	}
	f, err := s.page.open(name)
	if err == nil && depth > 0 && isView {
		f, err = s.page.below(f, depth)
	}
	if errors.Is(err, fs.ErrNotExist) && name == "index.html" {
		return c.HTML(http.StatusOK, notBuilt)
	}
	if errors.Is(err, fs.ErrNotExist) {
		return echo.ErrNotFound
	}
	if err != nil {
		return fmt.Errorf("page %s: %w", name, err)
	}
	h := c.Response().Header()
	h.Set("Cache-Control", "no-cache")
	if strings.HasPrefix(name, "assets/") { // their names carry a hash of their content
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
	}
	h.Set("Vary", "Accept-Encoding")
	h.Set("Content-Type", f.mediaType)
	body := f.plain
	if f.packed != nil && acceptsGzip(c.Request()) {
		body = f.packed
		h.Set("Content-Encoding", "gzip")
		h.Set("ETag", f.etag+`-gz"`)
	} else {
		h.Set("ETag", f.etag+`"`)
	}
	http.ServeContent(c.Response(), c.Request(), "", time.Time{}, bytes.NewReader(body))
	return nil
}

// below is the page as it is served that many levels below its root.
func (p *page) below(index *pageFile, depth int) (*pageFile, error) {
	known, _ := p.loaded.LoadOrStore(fmt.Sprintf("index.html %d", depth), sync.OnceValues(func() (*pageFile, error) {
		base := `<base href="` + strings.Repeat("../", depth) + `"`
		return packed("index.html", bytes.Replace(index.plain, []byte(ownBase), []byte(base), 1))
	}))
	return known.(func() (*pageFile, error))()
}

func (p *page) open(name string) (*pageFile, error) {
	// Dot files are not the page's; ValidPath also keeps ".." out.
	if p.files == nil || !fs.ValidPath(name) || strings.HasPrefix(path.Base(name), ".") {
		return nil, fs.ErrNotExist
	}
	if known, ok := p.loaded.Load(name); ok {
		return known.(func() (*pageFile, error))()
	}
	info, err := fs.Stat(p.files, name)
	if err != nil || info.IsDir() {
		return nil, fs.ErrNotExist // unknown names are not remembered
	}
	known, _ := p.loaded.LoadOrStore(name, sync.OnceValues(func() (*pageFile, error) { return loadFile(p.files, name) }))
	return known.(func() (*pageFile, error))()
}

func loadFile(files fs.FS, name string) (*pageFile, error) {
	plain, err := fs.ReadFile(files, name)
	if err != nil {
		return nil, err
	}
	return packed(name, plain)
}

func packed(name string, plain []byte) (*pageFile, error) {
	sum := sha256.Sum256(plain)
	f := &pageFile{plain: plain, etag: `"` + hex.EncodeToString(sum[:16]), mediaType: mediaType(name)}
	var b bytes.Buffer
	zw := gzip.NewWriter(&b)
	if _, err := zw.Write(plain); err != nil {
		return nil, err
	}
	if err := zw.Close(); err != nil {
		return nil, err
	}
	if b.Len() < len(plain)*9/10 {
		f.packed = b.Bytes()
	}
	return f, nil
}

// mediaType goes by the extension. The page's own kinds are named here: the
// machine's table may lack them or differ.
func mediaType(name string) string {
	switch ext := path.Ext(name); ext {
	case ".html":
		return "text/html; charset=utf-8"
	case ".js", ".mjs":
		return "text/javascript; charset=utf-8"
	case ".css":
		return "text/css; charset=utf-8"
	case ".json", ".map":
		return "application/json"
	case ".svg":
		return "image/svg+xml"
	case ".woff2":
		return "font/woff2"
	default:
		if t := mime.TypeByExtension(ext); t != "" {
			return t
		}
		return "application/octet-stream"
	}
}

// acceptsGzip reads Accept-Encoding: gzip or *, unless its weight is zero.
func acceptsGzip(r *http.Request) bool {
	for _, entry := range strings.Split(strings.Join(r.Header.Values("Accept-Encoding"), ","), ",") {
		coding, weight, _ := strings.Cut(strings.TrimSpace(entry), ";")
		if coding = strings.TrimSpace(strings.ToLower(coding)); coding != "gzip" && coding != "*" {
			continue
		}
		q, found := strings.CutPrefix(strings.ReplaceAll(weight, " ", ""), "q=")
		if f, err := strconv.ParseFloat(q, 64); !found || err == nil && f > 0 {
			return true
		}
	}
	return false
}
