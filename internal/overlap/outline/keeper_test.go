package outline

import (
	"sync"
	"testing"

	"hongxian/geodata"
	"hongxian/internal/pgtest"
	"hongxian/internal/pgtest/holding"
)

// A version is read once for all who ask, and again when it has another digest; one
// too large to keep is not kept.
func TestOutlinesAreReadOnce(t *testing.T) {
	db := pgtest.New(t)
	holding.Put(t, db, holding.Wushan, holding.Layers)
	holding.InForce(t, db, "red-line@2022", 4490, holding.Feature{Code: "1", WKT: holding.BoxWKT(109.8, 31, 109.81, 31.01)})
	version := Version{County: holding.Wushan.Code}
	if err := db.QueryRow(t.Context(), "select id, digest from version where state = 'in_force'").Scan(&version.ID, &version.Digest); err != nil {
		t.Fatal(err)
	}
	k := NewKeeper(db)
	asked := make([]*Outline, 8)
	var all sync.WaitGroup
	for i := range asked {
		all.Go(func() {
			var err error
			if asked[i], err = k.Of(t.Context(), version); err != nil {
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
	another := version
	another.Digest = "another"
	if o, err := k.Of(t.Context(), another); o != nil || !geodata.IsKind(err, geodata.Unavailable) || geodata.AsError(err).Code != codeExchanged {
		t.Errorf("of a digest that the version has not: %p, %v", o, err)
	}
	if _, err := db.Exec(t.Context(), "update version set digest = 'another' where id = $1", version.ID); err != nil {
		t.Fatal(err)
	}
	if o, err := k.Of(t.Context(), another); o == nil || o == asked[0] || err != nil {
		t.Errorf("of the digest that it has now: %p beside %p, %v", o, asked[0], err)
	}
	version = another
	if o, err := newKeeper(db, asked[0].bytes).Of(t.Context(), version); o != nil || err != nil {
		t.Errorf("a version of %d bytes where %d are kept: %+v, %v", asked[0].bytes, asked[0].bytes, o, err)
	}
	if o, err := newKeeper(db, 2*asked[0].bytes).Of(t.Context(), version); o == nil || err != nil {
		t.Errorf("a version of half of what is kept: %+v, %v", o, err)
	}
}
