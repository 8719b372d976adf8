package postgis

import (
	"errors"

	"github.com/jackc/pgx/v5/pgconn"
)

// IsForeignKeyViolation reports whether err is PostgreSQL's refusal of a row
// that refers to nothing held.
func IsForeignKeyViolation(err error) bool {
	var e *pgconn.PgError
	return errors.As(err, &e) && e.Code == foreignKeyViolation
}

// IsProjectionFailure reports whether err, of a statement that projects, is
// PostGIS's refusal of a reference system that it does not know or of coordinates
// that theirs cannot have. It has no SQLSTATE of its own for either.
func IsProjectionFailure(err error) bool {
	var e *pgconn.PgError
	return errors.As(err, &e) && e.Code == internalError
}

// foreignKeyViolation is PostgreSQL's code for it (errcodes appendix, class 23).
const foreignKeyViolation = "23503"
