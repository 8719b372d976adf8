package outline

import (
	"sync"
	"testing"

	"hongxian/internal/pgtest"
	"hongxian/internal/pgtest/holding"
)

// A version is read once for all who ask; one too large to keep is not kept, and one
// that is gone has neither borders nor faces.
func TestOutlinesAreReadOnce(t *testing.T) {
	db := pgtest.New(t)
	holding.Put(t, db, holding.Wushan, holding.Layers)
	holding.InForce(t, db, "red-line@2022", 4490, holding.Feature{Code: "1", WKT: holding.BoxWKT(109.8, 31, 109.81, 31.01)})
	var version int64
	if err := db.QueryRow(t.Context(), "select id from version where state = 'in_force'").Scan(&version); err != nil {
		t.Fatal(err)
	}
	k := NewKeeper(db)
	asked := make([]*Outline, 8)
	var all sync.WaitGroup
	for i := range asked {
		all.Go(func() {
			var err error
			if asked[i], err = k.Of(t.Context(), holding.Wushan.Code, version); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	for _, o := range asked {
		if o == nil || o != asked[0] || o.Borders.runs.Len() == 0 || o.Faces.rings.Len() == 0 {
			t.Fatalf("%+v beside %+v", o, asked[0])
		}
	}
	if o, err := newKeeper(db, asked[0].bytes).Of(t.Context(), holding.Wushan.Code, version); o != nil || err != nil {
		t.Errorf("a version of %d bytes where %d are kept: %+v, %v", asked[0].bytes, asked[0].bytes, o, err)
	}
	if o, err := newKeeper(db, 2*asked[0].bytes).Of(t.Context(), holding.Wushan.Code, version); o == nil || err != nil {
		t.Errorf("a version of half of what is kept: %+v, %v", o, err)
	}
}
