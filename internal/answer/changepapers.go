package answer

import (
	"context"
	"fmt"
	"slices"
)

// ChangeFormats are the forms a kept comparison can be had in, beside JSON itself.
var ChangeFormats = []Format{}

// ChangeFormatOf finds a form of comparisons by its key.
func ChangeFormatOf(key string) (Format, bool) {
	i := slices.IndexFunc(ChangeFormats, func(f Format) bool { return f.Key == key })
	if i < 0 {
		return Format{}, false
	}
	return ChangeFormats[i], true
}

// ChangePapers writes kept comparisons in the forms people file them in.
type ChangePapers struct {
	Records Records
}

// Write gives a kept comparison in a form.
func (p *ChangePapers) Write(ctx context.Context, county, id string, format Format) ([]byte, error) {
	kept, err := getChange(ctx, p.Records, county, id)
	if err != nil {
		return nil, err
	}
	return nil, fmt.Errorf("no paper of format %q of change %s", format.Key, kept.ID)
}
