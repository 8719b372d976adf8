package report

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"testing"

	"hongxian/geodata"
)

func TestCode(t *testing.T) {
	for id, want := range map[string]string{
		strings.Repeat("00", 32): "0000-0000-0000-0000-0",
		"00000000000000000001":   "0000-0000-0000-0001-2", // x
		"00000000000000000024":   "0000-0000-0000-0014-C", // (x + 4)·x: 1, 4
		"00000000000000000010":   "0000-0000-0000-000G-5", // x⁴·x = x² + 1
		"no hash":                "no hash",
	} {
		if got := Code(id); got != want {
			t.Errorf("Code(%.20s) = %s, want %s", id, got, want)
		}
	}
	for i := range 200 {
		sum := sha256.Sum256([]byte{byte(i)})
		id := hex.EncodeToString(sum[:])
		if prefix, err := ParseCode(Code(id)); err != nil || prefix != id[:20] {
			t.Fatalf("%s: %s, %v", id, prefix, err)
		}
	}
}

func TestParseCodeAsTyped(t *testing.T) {
	id := "0123456789abcdef0123" + strings.Repeat("00", 22)
	code := Code(id)
	for _, s := range []string{strings.ToLower(code), strings.ReplaceAll(code, "-", ""), strings.ReplaceAll(code, "-", " "),
		" " + code + "\n", strings.ReplaceAll(code, "0", "O"), strings.ReplaceAll(code, "1", "l"), strings.ReplaceAll(code, "0", "０"), strings.ReplaceAll(code, "-", "－")} {
		if prefix, err := ParseCode(s); err != nil || prefix != id[:20] {
			t.Errorf("%q: %s, %v", s, prefix, err)
		}
	}
}

// Every single mistyped character and every two swapped neighbours are noticed.
func TestParseCodeNoticesMistakes(t *testing.T) {
	plain := strings.ReplaceAll(Code(strings.Repeat("3a5f7c91", 8)), "-", "")
	for i := range codeLength {
		for _, r := range crockford {
			s := plain[:i] + string(r) + plain[i+1:]
			if s != plain {
				if _, err := ParseCode(s); !geodata.IsKind(err, geodata.Invalid) {
					t.Errorf("%s passed for %s", s, plain)
				}
			}
		}
		s := plain[:i] + plain[i+1:i+2] + plain[i:i+1] + plain[i+2:]
		if s != plain {
			if _, err := ParseCode(s); err == nil {
				t.Errorf("%s passed for %s", s, plain)
			}
		}
	}
	for _, s := range []string{"", "-", plain[1:], plain + "0", "红线", plain[:16] + "！", strings.Repeat("U", 17), strings.Repeat("0", 16) + "="} {
		if _, err := ParseCode(s); !geodata.IsKind(err, geodata.Invalid) {
			t.Errorf("%q: %v", s, err)
		}
	}
}

func FuzzParseCode(f *testing.F) {
	f.Add("0000-0000-0000-0001-2")
	f.Add("oooo oooo oooo ooog 5")
	f.Add("查验码 ＯＩＬ")
	f.Fuzz(func(t *testing.T, s string) {
		prefix, err := ParseCode(s)
		if err != nil {
			return
		}
		if again, err := ParseCode(Code(prefix)); err != nil || again != prefix {
			t.Errorf("%q gave %s, its code %s gives %s, %v", s, prefix, Code(prefix), again, err)
		}
	})
}
