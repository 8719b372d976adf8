package county

import (
	"fmt"

	"github.com/goccy/go-yaml"
)

// Lists of so many numbers and no other: of a shorter list the YAML reader would make
// one that ends in zeros, and on a longer one it breaks.
type (
	pair   [2]float64
	triple [3]float64
	// Box (范围) is west, south, east, north, in degrees.
	Box [4]float64
	// Levels (级别) are the least and the largest.
	Levels [2]int
)

// UnmarshalYAML reads two numbers.
func (p *pair) UnmarshalYAML(text []byte) error { return exactly(text, p[:]) }

// UnmarshalYAML reads three numbers.
func (t *triple) UnmarshalYAML(text []byte) error { return exactly(text, t[:]) }

// UnmarshalYAML reads four numbers.
func (b *Box) UnmarshalYAML(text []byte) error { return exactly(text, b[:]) }

// UnmarshalYAML reads two whole numbers.
func (l *Levels) UnmarshalYAML(text []byte) error { return exactly(text, l[:]) }

// exactly fills room with a list that has as many.
func exactly[T any](text []byte, room []T) error {
	var given []T
	if err := yaml.UnmarshalWithOptions(text, &given, yaml.Strict()); err != nil {
		return err
	}
	if len(given) != len(room) {
		return fmt.Errorf("a list of %d where %d belong", len(given), len(room))
	}
	copy(room, given)
	return nil
}
