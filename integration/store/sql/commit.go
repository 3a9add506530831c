package sqlstore

import (
	"cmp"
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"slices"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/inventory"
	"github.com/tandem-go/tandem/integration/store"
	"github.com/tandem-go/tandem/integration/work"
)

// Commit sends the batch with COMMIT behind it, in one round trip where the engine can.
func (t *tx) Commit(ctx context.Context, batch *store.Batch) error {
	if t.view {
		t.Rollback()
		return store.ErrReadOnly
	}
	if t.host != nil {
		return t.flushHost(ctx, batch)
	}
	if c := t.db.committer; c != nil && len(t.series) == 0 {
		t.Rollback() // it has only read
		return c.commit(ctx, t, batch)
	}
	return t.commitAlone(ctx, batch)
}

// commitAlone is Commit in a transaction of this Update's own, which begins with what is
// given first.
func (t *tx) commitAlone(ctx context.Context, batch *store.Batch, first ...statement) error {
	list, err := t.writes(batch)
	if err == nil {
		err = t.connect(ctx, true)
	}
	if err != nil {
		t.Rollback()
		return err
	}
	if err = t.finish(ctx, slices.Concat(first, list)); err == nil {
		return nil
	}
	t.Rollback()
	if vacate := t.handingOn(err, batch); vacate != nil {
		defer t.Rollback()
		return t.finish(ctx, slices.Concat(first, vacate, list))
	}
	return err
}

// handingOn gives, where a unique index refused a batch that changes several records
// of the kind, what makes them let go of their places in the index first: they may
// hand them on to one another. Everything is compared again when the batch is then
// sent once more.
func (t *tx) handingOn(err error, batch *store.Batch) (vacate []statement) {
	var taken *tandem.DuplicateError
	if !errors.As(err, &taken) || taken.Index == "key" {
		return nil
	}
	several := 0
	for i := range batch.Puts {
		p := &batch.Puts[i]
		if p.Kind.Name != taken.Kind {
			continue
		}
		if several++; p.Expect > 0 {
			if s := t.db.shelves[p.Kind.Ordinal]; s.vacate != "" {
				args := t.keyArgs([]any{"\x01" + p.Key.String(), t.tenant}, s, &p.Key)
				vacate = append(vacate, statement{text: s.vacate, args: append(args, p.Expect), one: true, refused: func(err error) error {
					return t.moved(err, p)
				}})
			}
		}
	}
	if several < 2 || len(vacate) == 0 {
		return nil
	}
	for i := range t.series { // the first number's row went with the first try
		if d := &t.series[i]; d.found == 0 {
			vacate = append(vacate, t.makeSeries(d.company, d.name))
		}
	}
	return vacate
}

// moved gives the error of a record that is not of the revision found; nil if the
// cause is another.
func (t *tx) moved(cause error, p *store.Put) error {
	if !t.db.engine.missed(cause) {
		return nil
	}
	return &tandem.ConflictError{Kind: p.Kind.Name, Key: p.Key.String(), Want: p.Expect, Got: -1}
}

// meaning tells what the failure of a flush is: of one of its statements, or of COMMIT,
// which in the host's own transaction is not sent.
func (t *tx) meaning(err error, all []statement) error {
	var f *failure
	sent := t.db.d.guarded && t.host == nil // on its way with the others
	if !errors.As(err, &f) {
		return t.db.engine.fault(err, sent)
	}
	if s := &all[f.at]; s.refused != nil {
		if refused := s.refused(f.err); refused != nil {
			return refused
		}
	}
	return t.db.engine.fault(f.err, sent || all[f.at].text == "COMMIT")
}

// writes gives the statements of a batch: puts, facts, commands, events, numbers, and
// the contended level rows last. Rows that others may hold come in the order of
// their keys, so that two batches do not wait for each other.
func (t *tx) writes(batch *store.Batch) ([]statement, error) {
	n := len(batch.Puts) + len(batch.Facts) + len(batch.Commands) + len(batch.Events) + len(batch.Levels) + len(t.series) + 4
	w := &writer{t: t, list: make([]statement, 0, n)}
	if err := w.puts(batch.Puts); err != nil {
		return nil, err
	}
	for i := range batch.Facts {
		w.fact(&batch.Facts[i])
	}
	for i := range batch.Commands {
		w.command(&batch.Commands[i])
	}
	for i := range batch.Events {
		w.event(&batch.Events[i])
	}
	for i := range t.series {
		w.number(&t.series[i])
	}
	for i := range batch.Levels {
		w.level(&batch.Levels[i])
	}
	return w.list, nil
}

// writer collects the statements of a flush.
type writer struct {
	t      *tx
	list   []statement
	values []store.Value
}

func (w *writer) add(s statement) { w.list = append(w.list, s) }

// puts writes changes before what is new, so that columns that are given up are free.
func (w *writer) puts(puts []store.Put) error {
	order := make([]int, len(puts))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		x, y := &puts[a], &puts[b]
		return cmp.Or(compareBool(x.Expect == 0, y.Expect == 0), cmp.Compare(x.Kind.Ordinal, y.Kind.Ordinal), slices.Compare(x.Key[:], y.Key[:]))
	})
	for _, i := range order {
		if err := w.put(&puts[i]); err != nil {
			return err
		}
	}
	return nil
}

func compareBool(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	}
	return 1
}

func (w *writer) put(p *store.Put) error {
	t := w.t
	state, columns, err := t.db.encode(w.values[:0], p)
	if err != nil {
		return err
	}
	s := t.db.shelves[p.Kind.Ordinal]
	w.values = columns
	args := make([]any, 0, len(w.values)+8)
	if p.Expect == 0 {
		args = append(args, t.tenant)
		for i, extra := range s.extra {
			if part := s.parts[i]; extra {
				args = append(args, t.id([16]byte(p.Key[16*part:16*part+16])))
			}
		}
	}
	args = append(args, p.Expect+1, state)
	for _, v := range w.values {
		args = append(args, t.of(v))
	}
	if p.Expect == 0 {
		w.add(statement{text: s.insert, args: args, one: true, refused: func(err error) error { return t.duplicate(err, s, p.Key, p.Value) }})
		return nil
	}
	args = t.keyArgs(append(args, t.tenant), s, &p.Key)
	w.add(statement{text: s.update, args: append(args, p.Expect), one: true, refused: func(err error) error {
		return cmp.Or(t.moved(err, p), t.duplicate(err, s, p.Key, p.Value))
	}})
	return nil
}

// duplicate gives the error of a unique index that another record is in; nil if the
// cause is another.
func (t *tx) duplicate(cause error, s *shelf, key store.Key, value any) error {
	index, ok := t.db.engine.taken(cause, s)
	if !ok {
		return nil
	}
	e := &tandem.DuplicateError{Kind: s.kind.Name, Index: index, Key: key.String(), Raced: true}
	if at := s.kind.IndexNamed(index); at >= 0 {
		values, isFact := value.([]store.Value)
		if !isFact {
			values = s.kind.Values(nil, value)
		}
		e.Key = s.kind.IndexText(at, values)
	}
	return e
}

// fact writes the lines of a fact before it: no line is added to one that is there.
func (w *writer) fact(f *store.FactWrite) {
	t := w.t
	s := t.db.shelves[f.Kind.Ordinal]
	refused := func(err error) error { return t.duplicate(err, s, f.Key, f.Values) }
	own, size := len(f.Kind.Columns), len(f.Kind.LineColumns)
	for line, at := 1, own; size > 0 && at+size <= len(f.Values); line, at = line+1, at+size {
		args := t.keyArgs(append(make([]any, 0, size+4), t.tenant), s, &f.Key)
		args = append(args, int64(line))
		for _, v := range f.Values[at : at+size] {
			args = append(args, t.of(v))
		}
		w.add(statement{text: s.lineInto, args: args, one: true, refused: refused})
	}
	args := append(make([]any, 0, own+1), t.tenant)
	for _, v := range f.Values[:own] {
		args = append(args, t.of(v))
	}
	w.add(statement{text: s.insert, args: args, one: true, refused: refused})
}

func (w *writer) command(c *work.CommandRecord) {
	t := w.t
	w.add(statement{text: t.db.texts.recorded, one: true,
		args: []any{t.tenant, c.Key, c.Name, c.Digest[:], t.db.nullable(c.Result), c.Actor, t.of(instantValue(c.At))},
		refused: func(err error) error {
			if _, taken := t.db.engine.taken(err, nil); !taken {
				return nil
			}
			return &tandem.DuplicateError{Kind: "command", Index: "key", Key: c.Key, Raced: true}
		}})
}

func instantValue(at tandem.Instant) store.Value {
	if at.IsZero() {
		return store.Value{Type: store.TypeInstant, Int: math.MinInt64}
	}
	return store.Value{Type: store.TypeInstant, Int: at.UnixMicro()}
}

func (w *writer) event(e *work.Event) {
	t := w.t
	w.add(statement{text: t.db.texts.event, one: true,
		args: []any{t.tenant, int64(e.ID[15] & 15), e.Name, string(e.Kind), t.id(e.ID), t.id(e.Company.Bytes()), e.Sequence,
			t.of(instantValue(e.At)), e.Actor, e.Cause, t.db.nullable(e.Payload)}})
}

// number takes what was drawn of a series, whose row this transaction holds.
func (w *writer) number(d *drawn) {
	t := w.t
	on := t.of(store.Value{Type: store.TypeDate, Int: int64(d.last.LastDate.DayNumber())})
	w.add(statement{text: t.db.texts.seriesTake, one: true, args: []any{d.last.Value, on, t.tenant, t.id(d.company.Bytes()), d.name, d.found}, refused: func(err error) error {
		if !t.db.engine.missed(err) {
			return nil
		}
		return &tandem.ConflictError{Kind: "number_series", Key: d.name, Want: d.found, Got: -1}
	}})
}

// level adds to a level. What a level of nought allows makes the row where there is none.
func (w *writer) level(c *inventory.LevelChange) {
	t := w.t
	if t.db.cfg.Stock.Buckets > 1 {
		w.bucket(c)
		return
	}
	text := t.db.texts.levelSet
	if _, err := (inventory.Level{Key: c.Key}).Apply(*c); err != nil {
		text = t.db.texts.levelAdd
	}
	allowed := t.of(store.Value{Type: store.TypeBool})
	if c.AllowNegative {
		allowed = t.of(store.Value{Type: store.TypeBool, Int: 1})
	}
	w.add(statement{text: text, one: true, args: append(t.levelArgs(&c.Key), c.OnHand, c.Reserved, allowed),
		refused: func(err error) error {
			if !t.db.engine.missed(err) {
				return nil
			}
			return short(c)
		}})
}

// bucket changes a level that is spread over buckets, beginning with any of them.
func (w *writer) bucket(c *inventory.LevelChange) {
	t, n := w.t, w.t.db.cfg.Stock.Buckets
	allowed := t.of(store.Value{Type: store.TypeBool, Int: int64(compareBool(c.AllowNegative, false))})
	w.add(statement{text: t.db.texts.levelChange, row: func(row) error { return nil },
		args: append(t.levelArgs(&c.Key), c.OnHand, c.Reserved, allowed, int64(rand.IntN(n)), int64(n)),
		refused: func(err error) error {
			if !t.db.engine.missed(err) {
				return nil
			}
			return short(c)
		}})
}

// short says that a level no longer has what a change takes. What it has is seen when
// the closure is run again.
func short(c *inventory.LevelChange) error {
	e := &inventory.InsufficientError{Key: c.Key, Wanted: c.Reserved - c.OnHand, Raced: true}
	if c.Reserved < 0 {
		e.Wanted, e.Reserved = -c.Reserved, true
	}
	return e
}
