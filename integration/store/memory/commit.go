package memory

import (
	"bytes"
	"context"
	"slices"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/integration/store"
	"github.com/tandem-go/tandem/internal/probe"
)

// Commit checks everything first and then writes, so that nothing can fail half
// way; readers see it when its number is published.
func (t *tx) Commit(ctx context.Context, batch *store.Batch) error {
	defer t.end()
	if t.view {
		return store.ErrReadOnly
	}
	s := t.space
	t.stage(batch)
	s.commit.Lock()
	defer s.commit.Unlock()
	published := s.published.Load()
	seq, oldest := published+1, s.views.oldest(published)
	s.prune(oldest)
	if err := t.check(ctx, batch); err != nil {
		return err
	}
	for i := range batch.Puts {
		t.write(&batch.Puts[i], i, seq)
	}
	for i := range batch.Facts {
		t.append(&batch.Facts[i], t.staged[t.marks[i]:t.marks[i+1]], seq)
	}
	s.log.write(batch, t.staged, t.marks[len(batch.Facts):], seq)
	for _, n := range t.numbers {
		n.counter.last, n.counter.date = n.last, n.date
	}
	s.levels.write(batch.Levels, seq, oldest)
	s.published.Store(seq)
	return nil
}

// prune cuts the older versions of what was written by commits before, unless a
// view may read them.
func (s *space) prune(oldest uint64) {
	if oldest == s.pruned { // a view is open: nothing more can be cut than was
		return
	}
	s.pruned = oldest
	s.outdated = slices.DeleteFunc(s.outdated, func(r *row) bool { return r.prune(oldest) })
	if len(s.outdated) == 0 && cap(s.outdated) > keepRows {
		s.outdated = nil
	}
}

// stage encodes facts, commands and events, which needs no lock.
func (t *tx) stage(batch *store.Batch) {
	b := t.staged[:0]
	t.marks = append(t.marks[:0], 0)
	for i := range batch.Facts {
		b = t.space.tables[batch.Facts[i].Kind.Ordinal].appendFact(b, &batch.Facts[i])
		t.marks = append(t.marks, len(b))
	}
	for i := range batch.Commands {
		b = appendCommand(b, &batch.Commands[i])
		t.marks = append(t.marks, len(b))
	}
	for i := range batch.Events {
		b = appendEvent(b, &batch.Events[i])
		t.marks = append(t.marks, len(b))
	}
	t.staged = b
}

// check refuses what the contract forbids, before anything is written.
func (t *tx) check(ctx context.Context, batch *store.Batch) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	s := t.space
	for i := range batch.Puts {
		if err := t.checkPut(batch, i); err != nil {
			return err
		}
	}
	for i := range batch.Facts {
		if err := t.checkFact(batch, i); err != nil {
			return err
		}
	}
	for i := range batch.Commands {
		if e, _ := s.log.find(batch.Commands[i].Key); e != nil {
			return &tandem.DuplicateError{Kind: "command", Index: "key", Key: batch.Commands[i].Key, Raced: true}
		}
	}
	return s.levels.check(batch.Levels)
}

func (t *tx) checkPut(batch *store.Batch, i int) error {
	p := &batch.Puts[i]
	table := t.space.tables[p.Kind.Ordinal]
	n := table.row(&p.Key)
	t.puts = append(t.puts, n)
	found := int64(0)
	if n >= 0 {
		found = table.rows.At(n).head.Load().revision
	}
	if found != p.Expect {
		if p.Expect == 0 {
			return &tandem.DuplicateError{Kind: p.Kind.Name, Index: "key", Key: p.Key.String(), Raced: true}
		}
		return &tandem.ConflictError{Kind: p.Kind.Name, Key: p.Key.String(), Want: p.Expect, Got: found}
	}
	for ordinal := range table.unique {
		if table.unique[ordinal] != nil {
			if err := t.checkUnique(table, batch, i, ordinal); err != nil {
				return err
			}
		}
	}
	return nil
}

// checkUnique refuses a record whose unique columns another one has: a stored
// one that this batch does not change, or an earlier one of this batch.
func (t *tx) checkUnique(table *table, batch *store.Batch, i, ordinal int) error {
	p := &batch.Puts[i]
	columns := t.columns(p.Kind, ordinal, p.Value, 0)
	if columns == nil {
		return nil
	}
	taken := func() error {
		return &tandem.DuplicateError{Kind: p.Kind.Name, Index: p.Kind.Indexes[ordinal].Name, Key: p.Kind.IndexText(ordinal, t.values[0]), Raced: true}
	}
	for c := table.unique[ordinal].Seek(table.hash(columns)); ; {
		n, ok := c.Next()
		if !ok {
			break
		}
		owner := table.rows.At(n)
		if owner.key != p.Key && !t.writes(batch, p.Kind, owner.key) &&
			bytes.Equal(t.columns(p.Kind, ordinal, owner.head.Load().value, 1), columns) {
			return taken()
		}
	}
	place := inBatch{p.Kind.Ordinal, ordinal, ""}
	if !t.large(batch) {
		for j := range batch.Puts[:i] {
			if o := &batch.Puts[j]; o.Kind == p.Kind && bytes.Equal(t.columns(o.Kind, ordinal, o.Value, 1), columns) {
				return taken()
			}
		}
		return nil
	}
	place.columns = string(columns)
	if _, twice := t.batchUnique[place]; twice {
		return taken()
	}
	t.batchUnique[place] = struct{}{}
	return nil
}

// inBatch names unique columns, or a key, within a large batch.
type inBatch struct {
	kind, index int // index −1: the key
	columns     string
}

const largeBatch = 32

// large reports whether a batch is so large that it is checked with a map.
func (t *tx) large(batch *store.Batch) bool {
	if len(batch.Puts) <= largeBatch && len(batch.Facts) <= largeBatch {
		return false
	}
	if t.batchUnique == nil {
		t.batchUnique = make(map[inBatch]struct{}, 2*(len(batch.Puts)+len(batch.Facts)))
		t.batchKeys = make(map[batchKey]struct{}, len(batch.Puts))
		for i := range batch.Puts {
			t.batchKeys[batchKey{batch.Puts[i].Kind.Ordinal, batch.Puts[i].Key}] = struct{}{}
		}
	}
	return true
}

type batchKey struct {
	kind int
	key  store.Key
}

// writes reports whether the batch has a state of this key.
func (t *tx) writes(batch *store.Batch, kind *store.Kind, key store.Key) bool {
	if t.large(batch) {
		_, ok := t.batchKeys[batchKey{kind.Ordinal, key}]
		return ok
	}
	return batch.Writes(kind, key)
}

// columns gives the ordered unique columns of a state, nil if it is not in the
// index. slot keeps two results apart.
func (t *tx) columns(kind *store.Kind, ordinal int, state any, slot int) []byte {
	t.values[slot] = kind.Values(t.values[slot][:0], state)
	if !kind.Indexed(ordinal, t.values[slot]) {
		return nil
	}
	t.columnBuffer[slot] = kind.AppendIndexKey(t.columnBuffer[slot][:0], ordinal, t.values[slot])
	return t.columnBuffer[slot]
}

// checkFact refuses a fact whose key or unique columns are taken, by a stored
// fact or an earlier one of the batch.
func (t *tx) checkFact(batch *store.Batch, i int) error {
	f := &batch.Facts[i]
	table := t.space.tables[f.Kind.Ordinal]
	taken := func(index, key string) error {
		return &tandem.DuplicateError{Kind: f.Kind.Name, Index: index, Key: key, Raced: true}
	}
	if table.factOf(&f.Key) != nil || t.factTwice(batch, i, -1, f.Key[:]) {
		return taken("key", f.Key.String())
	}
	for ordinal, unique := range table.unique {
		if unique == nil || !f.Kind.Indexed(ordinal, f.Values) {
			continue
		}
		columns := t.factColumns(f, ordinal, 0)
		stored, err := t.factHas(table, ordinal, columns)
		if err != nil {
			return err
		}
		if stored || t.factTwice(batch, i, ordinal, columns) {
			return taken(f.Kind.Indexes[ordinal].Name, f.Kind.IndexText(ordinal, f.Values))
		}
	}
	return nil
}

// factHas reports whether a stored fact has these unique columns.
func (t *tx) factHas(table *table, ordinal int, columns []byte) (bool, error) {
	for c := table.unique[ordinal].Seek(table.hash(columns)); ; {
		n, ok := c.Next()
		if !ok {
			return false, nil
		}
		var err error
		if _, t.values[1], err = table.values(t.values[1][:0], n); err != nil {
			return false, err
		}
		if !table.kind.Indexed(ordinal, t.values[1]) {
			continue
		}
		t.columnBuffer[1] = table.kind.AppendIndexKey(t.columnBuffer[1][:0], ordinal, t.values[1])
		if bytes.Equal(t.columnBuffer[1], columns) {
			return true, nil
		}
	}
}

// factTwice reports whether an earlier fact of the batch has the same key
// (index −1) or unique columns.
func (t *tx) factTwice(batch *store.Batch, i, index int, columns []byte) bool {
	f := &batch.Facts[i]
	if t.large(batch) {
		place := inBatch{f.Kind.Ordinal, index, string(columns)}
		_, twice := t.batchUnique[place]
		t.batchUnique[place] = struct{}{}
		return twice
	}
	for j := range batch.Facts[:i] {
		o := &batch.Facts[j]
		if o.Kind != f.Kind {
			continue
		}
		if index < 0 && o.Key == f.Key {
			return true
		}
		if index >= 0 && o.Kind.Indexed(index, o.Values) && bytes.Equal(t.factColumns(o, index, 1), columns) {
			return true
		}
	}
	return false
}

func (t *tx) factColumns(f *store.FactWrite, ordinal, slot int) []byte {
	t.columnBuffer[slot] = f.Kind.AppendIndexKey(t.columnBuffer[slot][:0], ordinal, f.Values)
	return t.columnBuffer[slot]
}

func (t *tx) write(p *store.Put, i int, seq uint64) {
	table := t.space.tables[p.Kind.Ordinal]
	v := &version{seq: seq, revision: p.Expect + 1, value: p.Value}
	n := t.puts[i]
	if n >= 0 {
		r := table.rows.At(n)
		r.write(v)
		t.space.outdated = append(t.space.outdated, r)
	} else {
		n = table.rows.Append(func(r *row) {
			r.key = p.Key
			r.head.Store(v)
		})
		table.keys.Add(table.hash(p.Key[:]), n)
	}
	for ordinal, unique := range table.unique {
		if unique == nil {
			continue
		}
		if columns := t.columns(p.Kind, ordinal, p.Value, 0); columns != nil {
			if hash := table.hash(columns); !holds(unique, hash, n) {
				unique.Add(hash, n)
			}
		}
	}
	table.note(table.rows.At(n))
}

func holds(unique *probe.Table, hash uint64, number int) bool {
	for c := unique.Seek(hash); ; {
		switch n, ok := c.Next(); {
		case !ok:
			return false
		case n == number:
			return true
		}
	}
}

func (t *tx) append(f *store.FactWrite, data []byte, seq uint64) {
	table := t.space.tables[f.Kind.Ordinal]
	ref := table.data.Append(data)
	n := table.facts.Append(func(e *entry) { *e = entry{seq, ref} })
	table.keys.Add(table.hash(f.Key[:]), n)
	for ordinal, unique := range table.unique {
		if unique != nil && f.Kind.Indexed(ordinal, f.Values) {
			unique.Add(table.hash(t.factColumns(f, ordinal, 0)), n)
		}
	}
}
