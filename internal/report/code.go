package report

import (
	"encoding/hex"
	"fmt"
	"math/big"
	"strings"

	"hongxian/geodata"
)

// A verification code (查验码) is the first 80 bits of a check's id in Crockford's
// base 32, sixteen characters in four groups, and a check character. The alphabet
// has no I, L, O or U, so a code can be read out and typed.
// Source: https://www.crockford.com/base32.html (his check characters *~$= are not
// used: they are awkward to read out and in addresses).
const (
	crockford  = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
	codeBits   = 80
	codeLength = codeBits / 5
	codeGroup  = 4
)

// checkDigit is the digit that makes a code's sum over GF(32), each digit times a
// power of x, zero. It gives away every single mistyped digit and every two
// swapped neighbours, because the powers differ.
func checkDigit(digits []byte) byte {
	const modulus = 0b100101 // x⁵ + x² + 1, primitive
	var sum byte
	for _, d := range digits {
		sum ^= d
		if sum <<= 1; sum >= 32 {
			sum ^= modulus
		}
	}
	return sum
}

// Code is the verification code of a check's id, for print: AF1N-GX40-….
// An id that is no hash (which no check has) gives its own text.
func Code(id string) string {
	raw, err := hex.DecodeString(id)
	if err != nil || len(raw) < codeBits/8 {
		return id
	}
	n := new(big.Int).SetBytes(raw[:codeBits/8])
	digits := make([]byte, codeLength)
	for i := range digits {
		digits[i] = byte(new(big.Int).Rsh(n, uint(codeBits-5*(i+1))).Uint64() & 31)
	}
	var b strings.Builder
	for i, d := range append(digits, checkDigit(digits)) {
		if i > 0 && i%codeGroup == 0 {
			b.WriteByte('-')
		}
		b.WriteByte(crockford[d])
	}
	return b.String()
}

// ParseCode reads a typed code, in any case, with or without its hyphens and
// spaces, O for 0 and I or L for 1, and gives the first 20 hexadecimal digits of
// the check's id. A code with a typing error is an Invalid *geodata.Error.
func ParseCode(s string) (prefix string, err error) {
	digits := typed(s)
	if len(digits) != codeLength+1 {
		return "", badCode("查验码应为 16 位字母数字加 1 位校验字符", "a code has 16 letters and digits and a check character")
	}
	n := new(big.Int)
	for i, r := range digits {
		v := strings.IndexByte(crockford, r)
		if v < 0 {
			return "", badCode("查验码中有不会出现的字符", "it has a character that no code has")
		}
		if digits[i] = byte(v); i < codeLength {
			n.Lsh(n, 5).Or(n, big.NewInt(int64(v)))
		}
	}
	if checkDigit(digits[:codeLength]) != digits[codeLength] {
		return "", badCode("查验码的校验字符不符，可能有一位输错", "its check character does not fit; a character may be mistyped")
	}
	return fmt.Sprintf("%0*x", codeBits/4, n), nil
}

// typed undoes what a person does to a code; characters beyond ASCII become ?.
func typed(s string) []byte {
	var out []byte
	for _, r := range strings.ToUpper(s) {
		switch {
		case r == '-' || r == ' ' || r == '\t' || r == '\n' || r == '\r' || r == '－' || r == '–' || r == '　':
			continue
		case r >= 'Ａ' && r <= 'Ｚ' || r >= '０' && r <= '９':
			r -= 'Ａ' - 'A' // full-width forms, as a Chinese keyboard types them
		case r > '~':
			r = '?'
		}
		switch r { // look-alikes
		case 'O':
			r = '0'
		case 'I', 'L':
			r = '1'
		}
		if out = append(out, byte(r)); len(out) > codeLength+1 {
			return out // too long, however it goes on
		}
	}
	return out
}

func badCode(zh, en string) *geodata.Error {
	return &geodata.Error{Kind: geodata.Invalid, Code: "code-malformed",
		ZH: "查验码有误：" + zh + "。", EN: "The verification code is wrong: " + en + "."}
}
