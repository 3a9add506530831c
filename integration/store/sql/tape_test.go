package sqlstore

import (
	"context"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
)

// Tape records what the library sends, transaction by transaction.
type Tape struct {
	engine
	trips atomic.Int64
	mu    sync.Mutex
	reads []Query // of the Update that is under way, which reads before it begins a transaction
	out   []Script
}

// Script is a recorded transaction.
type Script struct{ Reads, Writes []Query }

// Query is a statement with its arguments.
type Query struct {
	Text string
	Args []any
}

// Record makes a database record what it sends.
func (db *DB) Record() *Tape {
	t := &Tape{engine: db.engine}
	db.engine = t
	return t
}

// Trips gives how many round trips there were so far.
func (t *Tape) Trips() int64 { return t.trips.Load() }

// Take gives what was recorded since it was asked last.
func (t *Tape) Take() []Script {
	t.mu.Lock()
	defer t.mu.Unlock()
	out := t.out
	t.out, t.reads = nil, nil
	return out
}

func (t *Tape) acquire(ctx context.Context, writes bool) (wire, error) {
	w, err := t.engine.acquire(ctx, writes)
	if err != nil {
		return nil, err
	}
	return &taped{wire: w, tape: t}, nil
}

// taped is a connection that is recorded for one transaction.
type taped struct {
	wire
	tape *Tape
	all  [][]statement
}

func (w *taped) roundTrip(ctx context.Context, list []statement) error {
	w.tape.trips.Add(1)
	w.all = append(w.all, slices.Clone(list))
	return w.wire.roundTrip(ctx, list)
}

func (w *taped) release() {
	w.wire.release()
	w.tape.mu.Lock()
	defer w.tape.mu.Unlock()
	s, committed := takes(w.all)
	if !committed {
		w.tape.reads = slices.Concat(w.tape.reads, s.Reads, s.Writes) // the last of its trips is no write either
		return
	}
	s.Reads = append(w.tape.reads, s.Reads...)
	w.tape.out, w.tape.reads = append(w.tape.out, s), nil
}

// takes sorts a transaction's statements into reads and writes. One client's Updates are
// recorded, none of which is run again: what is not committed has read.
func takes(trips [][]statement) (s Script, committed bool) {
	for i, trip := range trips {
		last := i == len(trips)-1
		for _, q := range trip {
			switch {
			case strings.HasPrefix(q.text, "BEGIN"):
			case q.text == "COMMIT":
				committed = true
			case last:
				s.Writes = append(s.Writes, Query{unguarded(q.text), q.args})
			default:
				s.Reads = append(s.Reads, Query{q.text, q.args})
			}
		}
	}
	return s, committed
}

// unguarded makes the plain statement of a guarded one, which writes whatever the revision is.
func unguarded(text string) string {
	if inner, ok := strings.CutPrefix(text, "WITH written AS ("); ok {
		text, _, _ = strings.Cut(inner, " RETURNING 1) SELECT tandem.expect_one(")
	}
	if strings.HasPrefix(text, "UPDATE") {
		for _, column := range []string{" AND revision = ", " AND last_number = "} {
			if before, n, ok := strings.Cut(text, column); ok {
				text = before + " AND CAST(" + n + " AS bigint) >= 0"
			}
		}
	}
	return text
}

// CopyTexts gives the statements that copy master data, stock and books of a tenant:
// their arguments are the new tenant's name and the old one's.
func (db *DB) CopyTexts() (out []string) {
	level := append(slices.Clone(levelKey), "on_hand_micro", "reserved_micro")
	if db.d.buckets {
		level = append(level, "bucket")
	}
	add := func(name string, columns []string) {
		list, table := strings.Join(columns[1:], ", "), db.d.table(name)
		out = append(out, "INSERT INTO "+table+" (tenant, "+list+") SELECT "+db.d.placeholder(1)+", "+list+" FROM "+table+
			" WHERE tenant = "+db.d.placeholder(2))
	}
	add("stock_level", level)
	add("number_series", []string{"tenant", "company", "series", "last_number", "last_date"})
	for _, s := range db.shelves {
		columns := append([]string{"tenant"}, s.ownKey()...)
		if !s.kind.Fact {
			columns = append(columns, "revision", "state")
		}
		add(s.kind.Name, append(columns, s.columns...))
	}
	return out
}
