package httpapi

import (
	"bytes"
	"os"
	"strings"
	"testing"

	"hongxian/internal/answer"
)

// A small file lies in memory, a large one in a folder; both can be read by name,
// more than once, and are gone afterwards.
func TestUploadIsReadableAndForgotten(t *testing.T) {
	for _, size := range []int{0, 1, smallUpload, smallUpload + 1, 3 * smallUpload} {
		folder := t.TempDir()
		u, q := upload{folder: folder}, answer.Question{}
		content := []byte(strings.Repeat("红", size/3+1)[:size])
		if err := u.save(bytes.NewReader(content), &q); err != nil {
			t.Fatal(err)
		}
		for range 2 {
			if got, err := os.ReadFile(q.Path); err != nil || !bytes.Equal(got, content) {
				t.Errorf("%d bytes: %d read, %v", size, len(got), err)
			}
		}
		if inFolder := strings.HasPrefix(q.Path, folder); inFolder != (size > smallUpload) {
			t.Errorf("%d bytes lie at %s", size, q.Path)
		}
		if err := u.remove(); err != nil {
			t.Error(err)
		}
		if left, err := os.ReadDir(folder); err != nil || len(left) > 0 {
			t.Errorf("%d bytes: %v are left, %v", size, left, err)
		}
		if u.memory != nil && u.memory.Close() == nil {
			t.Errorf("%d bytes: the memory was not given back", size)
		}
	}
}
