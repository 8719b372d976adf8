package intake

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"

	"github.com/jackc/pgx/v5"
)

// wire is rows in the form in which COPY … WITH (FORMAT binary) takes them. What the
// database gave goes back as it came, without being decoded.
type wire struct{ bytes []byte }

// copyHead is the signature, no flags, no extension.
const copyHead = "PGCOPY\n\xff\r\n\x00\x00\x00\x00\x00\x00\x00\x00\x00"

func (w *wire) row(columns int) {
	if len(w.bytes) == 0 {
		w.bytes = append(w.bytes, copyHead...)
	}
	w.bytes = binary.BigEndian.AppendUint16(w.bytes, uint16(columns))
}

// field adds a value in its type's binary form; nil is NULL.
func (w *wire) field(value []byte) {
	if value == nil {
		w.bytes = binary.BigEndian.AppendUint32(w.bytes, 0xffffffff)
		return
	}
	w.bytes = append(binary.BigEndian.AppendUint32(w.bytes, uint32(len(value))), value...)
}

func (w *wire) text(value string) {
	w.bytes = append(binary.BigEndian.AppendUint32(w.bytes, uint32(len(value))), value...)
}

func (w *wire) int4(value int) {
	w.bytes = binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(w.bytes, 4), uint32(int32(value)))
}

func (w *wire) int8(value int64) {
	w.bytes = binary.BigEndian.AppendUint64(binary.BigEndian.AppendUint32(w.bytes, 8), uint64(value))
}

// json adds a jsonb of this text.
func (w *wire) json(text []byte) {
	w.bytes = append(binary.BigEndian.AppendUint32(w.bytes, uint32(len(text)+1)), 1)
	w.bytes = append(w.bytes, text...)
}

// send copies the rows into a table.
func (w *wire) send(ctx context.Context, conn *pgx.Conn, statement string) error {
	if len(w.bytes) == 0 {
		return nil
	}
	w.bytes = append(w.bytes, 0xff, 0xff)
	if _, err := conn.PgConn().CopyFrom(ctx, bytes.NewReader(w.bytes), statement); err != nil {
		return fmt.Errorf("copy rows: %w", err)
	}
	return nil
}
