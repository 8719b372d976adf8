package change

import (
	"context"
	_ "embed"
	"fmt"

	"hongxian/geodata"
)

//go:embed sql/areas.sql
var areasSQL string

// Areas compares two published versions by area alone: before, after, net, gained and
// lost, noise included in them. It is one statement, for whoever watches many
// versions; a verdict needs the whole answer (Compare). A draft is a Conflict.
func (c *Comparer) Areas(ctx context.Context, r Request) (Figures, error) {
	var f Figures
	tx, err := c.DB.Begin(ctx)
	if err != nil {
		return f, fmt.Errorf("begin comparison: %w", err)
	}
	defer tx.Rollback(context.WithoutCancel(ctx))
	k, err := c.open(ctx, tx, r)
	if err != nil {
		return f, err
	}
	for _, v := range []geodata.Version{k.from, k.to} {
		if v.Published == nil {
			return f, notPrepared(v)
		}
	}
	// The planner would remember what each face met, which costs more than the meeting
	// and is never asked again.
	if _, err := tx.Exec(ctx, "set local enable_memoize = off"); err != nil {
		return f, fmt.Errorf("plan areas: %w", err)
	}
	var before, after, gained, lost float64
	if err := tx.QueryRow(ctx, areasSQL, k.versions()).Scan(&before, &after, &gained, &lost); err != nil {
		return f, fmt.Errorf("areas of %s and %s: %w", k.from.Ref(), k.to.Ref(), err)
	}
	var real, noise [4]float64
	real[Gained], real[Lost] = gained, lost
	f = figures(before, after, real, noise)
	return f, closes("the whole", f, rounding(max(before, after), k.to.Features+k.from.Features))
}

// notPrepared says that a version has no faces.
func notPrepared(v geodata.Version) error {
	return &geodata.Error{Kind: geodata.Conflict, Code: "version-not-prepared",
		ZH: fmt.Sprintf("版本 %s 尚未发布，不能比较。", v.Ref()), EN: fmt.Sprintf("Version %s is not published and cannot be compared.", v.Ref())}
}
