package geofile

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"

	"hongxian/geodata"
)

// maxText bounds the formats that are read as a whole: some two million points.
const maxText = 64 << 20

// decodeText gives text as UTF-8: by its mark (UTF-8, UTF-16), as UTF-8 where it
// is valid, else as GB18030, which old software writes without saying so. cut
// says that the text may end within a character.
func decodeText(text []byte, cut bool) string {
	switch {
	case bytes.HasPrefix(text, []byte("\xff\xfe")), bytes.HasPrefix(text, []byte("\xfe\xff")):
		decoded, _ := unicode.UTF16(unicode.LittleEndian, unicode.ExpectBOM).NewDecoder().Bytes(text)
		return string(decoded)
	case cut && validPrefix(text), utf8.Valid(text):
		return strings.TrimPrefix(string(text), "\ufeff")
	}
	decoded, _ := simplifiedchinese.GB18030.NewDecoder().Bytes(bytes.TrimPrefix(text, []byte("\xef\xbb\xbf")))
	return string(decoded)
}

// wholeText reads a text file to its end and notes a guessed encoding. standard
// says that the format's own encoding is GB18030's, so that it is no guess.
func (f *File) wholeText(path string, standard bool) (string, error) {
	file, err := os.Open(path)
	if err != nil {
		return "", fmt.Errorf("opening the delivery: %w", err)
	}
	defer file.Close()
	limit := min(maxText, f.options.MaxBytes)
	content, err := io.ReadAll(&bounded{r: file, left: limit, limit: limit})
	if err != nil {
		return "", err
	}
	if !standard && !utf8.Valid(content) && !bytes.HasPrefix(content, []byte("\xff\xfe")) && !bytes.HasPrefix(content, []byte("\xfe\xff")) {
		f.noteOnce(*encodingFinding("GB18030", ""))
	}
	return decodeText(content, false), nil
}

// garbled refuses text that no encoding explains; such names would be printed.
func garbled(texts ...string) *geodata.Error {
	for _, s := range texts {
		if strings.ContainsRune(s, utf8.RuneError) || strings.ContainsRune(s, 0) {
			return invalid("text-encoding", "属性文字编码混乱，既非 UTF-8 也非统一的 GB18030，请另存为 UTF-8。",
				"The attributes' text mixes encodings; save the file as UTF-8.")
		}
	}
	return nil
}
