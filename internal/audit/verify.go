package audit

import (
	"bytes"
	"context"
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"

	"hongxian/geodata"
)

// Verification (核验结果) is what was found of a chain.
type Verification struct {
	Entries int64    // that were looked at
	First   int64    // the first number that is kept; above 1 after a cut
	Head    Head     // the last one
	Breaks  []Break  // the first of them, at most mostBreaks
	Broken  int64    // how many there are
	Waiting int      // entries that have no place yet
	Expect  []string // heads noted elsewhere that the chain does not have
}

// Break (断点) is a place where the chain does not hold.
type Break struct {
	Seq    int64
	ZH, EN string
}

// mostBreaks is how many are described: after one, all may be.
const mostBreaks = 20

// Whole says that nothing was changed, removed, inserted or reordered.
func (v *Verification) Whole() bool { return v.Broken == 0 && len(v.Expect) == 0 }

func (v *Verification) add(seq int64, zh, en string) {
	if v.Broken++; len(v.Breaks) < mostBreaks {
		v.Breaks = append(v.Breaks, Break{seq, zh, en})
	}
}

// ParseHead reads what Head.String writes. Errors: Invalid.
func ParseHead(text string) (Head, error) {
	height, sum, ok := strings.Cut(text, ":")
	n, err := strconv.ParseInt(height, 10, 64)
	hash, hexErr := hex.DecodeString(sum)
	if !ok || err != nil || hexErr != nil || n < 0 || len(hash) != sha256.Size {
		return Head{}, &geodata.Error{Kind: geodata.Invalid, Code: "audit-head-malformed",
			ZH: fmt.Sprintf("“%.100s”应写成“高度:哈希”，例如日志中 expect 所记。", text), EN: fmt.Sprintf("Write %.100q as height:hash, as the log has it under expect.", text)}
	}
	return Head{n, hash}, nil
}

// reader follows a chain row by row.
type reader struct {
	v      *Verification
	last   Head
	begun  bool
	first  []byte // what the first row goes on from
	cuts   map[int64]string
	expect map[int64][]byte
}

func newReader(expect []Head) *reader {
	r := &reader{v: &Verification{}, cuts: map[int64]string{}, expect: map[int64][]byte{}}
	for _, h := range expect {
		r.expect[h.Height] = h.Hash
	}
	return r
}

// take looks at the next row of a chain.
func (r *reader) take(row Row) {
	seq := *row.Seq
	switch {
	case !r.begun:
		r.begun, r.v.First, r.first = true, seq, row.Prev
	case seq <= r.last.Height:
		r.v.add(seq, fmt.Sprintf("第 %d 条重复或次序不对。", seq), fmt.Sprintf("Number %d is there twice or out of order.", seq))
	case seq > r.last.Height+1:
		r.v.add(seq, fmt.Sprintf("第 %d 至 %d 条缺失。", r.last.Height+1, seq-1), fmt.Sprintf("Numbers %d to %d are missing.", r.last.Height+1, seq-1))
	case !bytes.Equal(row.Prev, r.last.Hash):
		r.v.add(seq, fmt.Sprintf("第 %d 条不接上一条：其间有插入、替换或调换。", seq), fmt.Sprintf("Number %d does not follow the one before: something was inserted, replaced or reordered.", seq))
	}
	if sum := row.sum(seq, row.Prev); !bytes.Equal(sum[:], row.Hash) {
		r.v.add(seq, fmt.Sprintf("第 %d 条的内容与其哈希不符：已被改动。", seq), fmt.Sprintf("Number %d does not fit its hash: it was changed.", seq))
	}
	if row.Action == actionCut {
		var c struct {
			Through int64  `json:"through"`
			Hash    string `json:"hash"`
		}
		if json.Unmarshal([]byte(row.Detail), &c) == nil {
			r.cuts[c.Through] = c.Hash
		}
	}
	if want, ok := r.expect[seq]; ok && bytes.Equal(want, row.Hash) {
		delete(r.expect, seq)
	}
	r.last = Head{seq, row.Hash}
	r.v.Entries++
}

// end says what was found. A chain that does not begin at 1 must say itself what was
// cut; part is one that is only an excerpt.
func (r *reader) end(part bool) *Verification {
	v := r.v
	v.Head = r.last
	genesis := make([]byte, sha256.Size)
	switch {
	case !r.begun || part:
	case v.First == 1 && !bytes.Equal(r.first, genesis):
		v.add(1, "第 1 条之前还有条目，已被移除。", "Something before number 1 was removed.")
	case v.First > 1 && r.cuts[v.First-1] != hex.EncodeToString(r.first):
		v.add(v.First, fmt.Sprintf("第 %d 条之前的条目缺失，且没有归档条目说明。", v.First), fmt.Sprintf("What was before number %d is missing, and no entry says that it was cut.", v.First))
	}
	for height, hash := range r.expect {
		// What was cut is covered by the entry that says so.
		if height > 0 && (height >= v.First || !r.begun) {
			v.Expect = append(v.Expect, Head{height, hash}.String())
		}
	}
	return v
}

//go:embed sql/chain.sql
var chainSQL string

// Verify follows the whole chain, after giving waiting entries their places. expect are
// heads that were noted elsewhere and that the chain must have.
func (t *Trail) Verify(ctx context.Context, expect ...Head) (*Verification, error) {
	if _, err := t.Seal(ctx); err != nil {
		return nil, err
	}
	r := newReader(expect)
	// One snapshot, or rows sealed meanwhile would be taken for forged ones.
	err := pgx.BeginTxFunc(ctx, t.DB, pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly}, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, "set local statement_timeout = 0"); err != nil {
			return err
		}
		if err := chain(ctx, tx, 0, 0, func(row Row) error { r.take(row); return nil }); err != nil {
			return err
		}
		var s State
		if err := tx.QueryRow(ctx, stateSQL).Scan(&s.Height, &s.Hash, &s.Waiting, &s.Oldest); err != nil {
			return err
		}
		r.v.Waiting = s.Waiting
		r.endsAt(s.Head)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("verify the audit trail: %w", err)
	}
	return r.end(false), nil
}

// endsAt compares the last row with the head: rows removed at the end leave no gap.
func (r *reader) endsAt(head Head) {
	if !r.begun && head.Height == 0 {
		return
	}
	if r.last.Height != head.Height || !bytes.Equal(r.last.Hash, head.Hash) {
		r.v.add(head.Height, fmt.Sprintf("链应止于第 %d 条，实际止于第 %d 条。", head.Height, r.last.Height),
			fmt.Sprintf("The chain should end with number %d and ends with %d.", head.Height, r.last.Height))
	}
}

// chain gives the rows of a stretch of the chain to each, in order.
func chain(ctx context.Context, tx pgx.Tx, after, through int64, each func(Row) error) error {
	rows, err := tx.Query(ctx, chainSQL, pgx.StrictNamedArgs{"after": after, "through": through})
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		row, err := pgx.RowToStructByPos[Row](rows)
		if err != nil {
			return err
		}
		if err := each(row); err != nil {
			return err
		}
	}
	return rows.Err()
}
