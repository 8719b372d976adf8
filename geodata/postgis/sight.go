package postgis

import (
	"context"

	"github.com/jackc/pgx/v5"

	"hongxian/geodata"
)

// Seen adds what whoever asks may see to a statement's arguments, as the functions sees
// and sees_all of the schema take it: see_counties, see_layers, clearance.
func Seen(ctx context.Context, args pgx.StrictNamedArgs) pgx.StrictNamedArgs {
	s := geodata.SightOf(ctx)
	args["see_counties"], args["see_layers"], args["clearance"] = s.Counties, s.Layers, s.Clearance
	return args
}

// SeenKept adds the same, and see_townships, as the function sees_kept takes it.
func SeenKept(ctx context.Context, args pgx.StrictNamedArgs) pgx.StrictNamedArgs {
	args["see_townships"] = geodata.SightOf(ctx).Townships
	return Seen(ctx, args)
}
