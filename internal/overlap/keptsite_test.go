package overlap_test

import (
	"encoding/json"
	"math"
	"reflect"
	"strings"
	"testing"

	"github.com/paulmach/orb"

	"hongxian/internal/overlap"
)

// A kept site comes back to the bit, whatever its form.
func TestKeptSiteComesBack(t *testing.T) {
	odd := orb.Point{math.Nextafter(394_500, 0), 3_439_500.1}
	for name, site := range map[string]overlap.Site{
		"polygon":  {Name: "码头", Record: 3, SRID: 4546, Geometry: orb.MultiPolygon{{{odd, {1, 2}, {3, 4}, odd}}}, Findings: []string{"推断中央子午线 111°"}, Merged: true},
		"corridor": {Name: "路", SRID: 4490, Axis: orb.MultiLineString{{odd, {1, 2}}}, Buffer: 50},
		"circle":   {SRID: 4490, Centres: orb.MultiPoint{odd}, Buffer: 0.1},
	} {
		kept, err := json.Marshal(site)
		if err != nil {
			t.Fatal(name, err)
		}
		var back overlap.Site
		if err := json.Unmarshal(kept, &back); err != nil || !reflect.DeepEqual(back, site) {
			t.Errorf("%s: %v\n%+v came back from %s as\n%+v", name, err, site, kept, back)
		}
	}
}

// Sites that were kept as coordinates are still read.
func TestOlderKeptSite(t *testing.T) {
	var site overlap.Site
	err := json.Unmarshal([]byte(`{"name":"路","srid":4546,"geometry":null,"axis":[[[1,2],[3,4.5]]],"buffer":5}`), &site)
	if want := (overlap.Site{Name: "路", SRID: 4546, Axis: orb.MultiLineString{{{1, 2}, {3, 4.5}}}, Buffer: 5}); err != nil || !reflect.DeepEqual(site, want) {
		t.Fatalf("%+v, %v", site, err)
	}
}

func TestSpoiltKeptSite(t *testing.T) {
	for _, shape := range []string{"0", "zz", "0106", "0101000000000000000000F03F0000000000000040"} {
		var site overlap.Site
		if err := json.Unmarshal([]byte(`{"name":"码头","shape":"`+shape+`"}`), &site); err == nil || !strings.Contains(err.Error(), "码头") {
			t.Errorf("%s: %+v, %v", shape, site, err)
		}
	}
}
