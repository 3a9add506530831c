package sqlstore

import (
	"slices"
	"strings"

	"github.com/jackc/pgx/v5/pgtype"

	"github.com/tandem-go/tandem/integration/store"
	"github.com/tandem-go/tandem/integration/work"
)

// bulk writes the rows of many batches with one statement for each table that has new
// ones: arrays of its columns, on PostgreSQL. Changes of states are statements of
// their own, before all that is new.
type bulk struct {
	t       *tx
	changes writer
	tables  map[string]*array
	order   []*array
	values  []store.Value
}

// array has the columns of the new rows of a table.
type array struct {
	text    string
	columns []any // pointers to slices
}

func newBulk(t *tx) *bulk {
	return &bulk{t: t, changes: writer{t: t}, tables: map[string]*array{}}
}

func (w *bulk) batch(b *store.Batch) error {
	changed := make([]store.Put, 0, len(b.Puts))
	for i := range b.Puts {
		p := &b.Puts[i]
		if p.Expect > 0 {
			changed = append(changed, *p)
			continue
		}
		if err := w.put(p); err != nil {
			return err
		}
	}
	for i := range b.Facts {
		w.fact(&b.Facts[i])
	}
	for i := range b.Commands {
		w.command(&b.Commands[i])
	}
	for i := range b.Events {
		w.event(&b.Events[i])
	}
	return w.changes.puts(changed)
}

// table gives the array of a table.
func (w *bulk) table(text string) *array {
	a := w.tables[text]
	if a == nil {
		a = &array{text: text}
		w.tables[text], w.order = a, append(w.order, a)
	}
	return a
}

// statements gives all that was collected: changes, whose rows are held already, then
// what is new.
func (w *bulk) statements() []statement {
	list := w.changes.list
	for _, a := range w.order {
		if len(a.columns) > 0 { // facts without lines
			list = append(list, statement{text: a.text, args: a.columns})
		}
	}
	return list
}

// column gives the n-th column of an array as a slice of its type.
func column[T any](a *array, n int) *[]T {
	if n == len(a.columns) {
		a.columns = append(a.columns, new([]T))
	}
	return a.columns[n].(*[]T)
}

func push[T any](a *array, n int, v T) {
	c := column[T](a, n)
	*c = append(*c, v)
}

// value appends a value to the n-th column.
func (a *array) value(n int, v store.Value) {
	switch e := encodePgx(v).(type) {
	case pgtype.UUID:
		push(a, n, e)
	case pgtype.Date:
		push(a, n, e)
	case pgtype.Timestamptz:
		push(a, n, e)
	case string:
		push(a, n, e)
	case bool:
		push(a, n, e)
	case int64:
		push(a, n, e)
	}
}

func (w *bulk) put(p *store.Put) error {
	state, columns, err := w.t.db.encode(w.values[:0], p)
	if err != nil {
		return err
	}
	s := w.t.db.shelves[p.Kind.Ordinal]
	w.values = columns
	a, n := w.table(s.many), 0
	push(a, n, w.t.tenant)
	for i, extra := range s.extra {
		if part := s.parts[i]; extra {
			n++
			a.value(n, store.Value{Type: store.TypeID, ID: [16]byte(p.Key[16*part : 16*part+16])})
		}
	}
	n++
	push(a, n, p.Expect+1)
	n++
	push(a, n, state)
	for _, v := range w.values {
		n++
		a.value(n, v)
	}
	return nil
}

// fact puts the table of the lines before that of the facts: no line is added to one
// that is there.
func (w *bulk) fact(f *store.FactWrite) {
	s := w.t.db.shelves[f.Kind.Ordinal]
	own, size := len(f.Kind.Columns), len(f.Kind.LineColumns)
	if size > 0 {
		w.table(s.manyLines)
	}
	for line, at := 1, own; size > 0 && at+size <= len(f.Values); line, at = line+1, at+size {
		a, n := w.table(s.manyLines), 0
		push(a, n, w.t.tenant)
		for _, part := range s.parts {
			n++
			a.value(n, store.Value{Type: store.TypeID, ID: [16]byte(f.Key[16*part : 16*part+16])})
		}
		n++
		push(a, n, int64(line))
		for _, v := range f.Values[at : at+size] {
			n++
			a.value(n, v)
		}
	}
	a := w.table(s.many)
	push(a, 0, w.t.tenant)
	for i, v := range f.Values[:own] {
		a.value(i+1, v)
	}
}

func (w *bulk) command(c *work.CommandRecord) {
	a := w.table(w.t.db.texts.manyCommands)
	push(a, 0, w.t.tenant)
	push(a, 1, c.Key)
	push(a, 2, c.Name)
	push(a, 3, slices.Clone(c.Digest[:]))
	push(a, 4, nullText(c.Result))
	push(a, 5, c.Actor)
	a.value(6, instantValue(c.At))
}

func nullText(data []byte) pgtype.Text {
	return pgtype.Text{String: string(data), Valid: len(data) > 0}
}

func (w *bulk) event(e *work.Event) {
	a := w.table(w.t.db.texts.manyEvents)
	push(a, 0, w.t.tenant)
	push(a, 1, int64(e.ID[15]&15))
	push(a, 2, e.Name)
	push(a, 3, string(e.Kind))
	a.value(4, store.Value{Type: store.TypeID, ID: e.ID})
	a.value(5, store.Value{Type: store.TypeID, ID: e.Company.Bytes()})
	push(a, 6, e.Sequence)
	a.value(7, instantValue(e.At))
	push(a, 8, e.Actor)
	push(a, 9, e.Cause)
	push(a, 10, nullText(e.Payload))
}

// manyText is an INSERT that takes an array for each column, in the order of the rows.
func manyText(d *dialect, table string, columns []string, types []string) string {
	t := &text{d: d}
	t.add("INSERT INTO ", table, " (").list(columns...).add(") SELECT ").list(columns...).add(" FROM unnest(")
	for i, of := range types {
		if i > 0 {
			t.add(", ")
		}
		t.arg().add("::", of, "[]")
	}
	return t.add(") WITH ORDINALITY AS new (").list(columns...).add(", ordinal) ORDER BY ordinal").String()
}

// arrayType is the type of a column without its collation.
func (d *dialect) arrayType(t store.ColumnType) string {
	name, _, _ := strings.Cut(d.column[t], " ")
	return name
}

// manyTexts are the INSERTs of the tables of a kind.
func (s *shelf) manyTexts(d *dialect) (many, lines string) {
	columns, types := []string{"tenant"}, []string{"text"}
	add := func(name, of string) { columns, types = append(columns, name), append(types, of) }
	for _, name := range s.ownKey() {
		add(name, "uuid")
	}
	if !s.kind.Fact {
		add("revision", "bigint")
		add("state", "json")
	}
	for _, c := range s.kind.Columns {
		add(c.Name, d.arrayType(c.Type))
	}
	many = manyText(d, s.table, columns, types)
	if s.lines == "" {
		return many, ""
	}
	columns, types = []string{"tenant"}, []string{"text"}
	for _, name := range s.key {
		add(name, "uuid")
	}
	add("line", "bigint")
	for _, c := range s.kind.LineColumns {
		add(c.Name, d.arrayType(c.Type))
	}
	return many, manyText(d, s.lines, columns, types)
}
