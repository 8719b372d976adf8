package township_test

import (
	"math"
	"strings"
	"testing"

	"golang.org/x/text/encoding/simplifiedchinese"

	"hongxian/geodata"
	"hongxian/internal/township"
)

func TestReadControls(t *testing.T) {
	got, err := township.ReadControls(strings.NewReader("\ufeff乡镇,控制面积\r\n500237001,12.5\r\n乙镇,3000,亩\r\n"), geodata.Hectare)
	if err != nil || len(got) != 2 || math.Abs(float64(got["500237001"])-125_000) > 1e-6 || math.Abs(float64(got["乙镇"])-2e6) > 1e-6 {
		t.Errorf("%v %v", got, err)
	}
	chinese, _ := simplifiedchinese.GB18030.NewEncoder().String("𬭩镇,1\n") // a character that only GB18030 has
	if got, err = township.ReadControls(strings.NewReader(chinese), geodata.Hectare); err != nil || got["𬭩镇"] != 10_000 {
		t.Errorf("%v %v", got, err)
	}
	refused := func(text, code string) {
		t.Helper()
		if got, err := township.ReadControls(strings.NewReader(text), geodata.Hectare); err == nil || geodata.AsError(err).Code != code {
			t.Errorf("%.40q: %v %v", text, got, err)
		}
	}
	refused("", "control-invalid")
	refused("乡镇,控制面积\n", "control-invalid")
	refused("甲,1\n甲,2\n", "control-invalid")
	refused("甲,1\n乙,many\n", "control-invalid")
	refused("甲,1\n乙,-3\n", "control-invalid")
	refused("甲,1\n乙,NaN\n", "control-invalid")
	refused("甲,1,acre\n", "control-invalid")
	refused("甲\n", "control-invalid")
	refused("甲,1\n\"", "control-invalid")
	refused("甲,1\n\xff\xff,2", "control-invalid")
	refused(strings.Repeat("甲", 1<<20), "control-too-large")
}

// Whatever the bytes are, they are read or refused with a sentence, and what was
// read are areas.
func FuzzReadControls(f *testing.F) {
	f.Add("乡镇,控制面积\n500237001,12.5\n")
	f.Add("甲,1,亩\n乙,2,km2\n")
	f.Add("\ufeff\"a\"\"b\",1e5\n")
	f.Fuzz(func(t *testing.T, text string) {
		got, err := township.ReadControls(strings.NewReader(text), geodata.Mu)
		if err != nil && geodata.AsError(err).Kind == geodata.Internal {
			t.Errorf("%q: %v", text, err)
		}
		for key, a := range got {
			if key == "" || !a.Valid() || a <= 0 {
				t.Errorf("%q: %q has %v", text, key, a)
			}
		}
	})
}
