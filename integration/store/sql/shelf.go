package sqlstore

import (
	"slices"
	"sync"

	"github.com/tandem-go/tandem/integration/store"
)

// shelf has what is the same for every transaction about one kind: its table, the
// columns of its key, and its statements, put together once.
type shelf struct {
	kind      *store.Kind
	table     string
	lines     string   // table of the repeated part of a fact, "" for none
	key       []string // columns of the key that are not always nought
	parts     []int    // which parts of the key they are
	extra     []bool   // of the key's columns: not one of the kind's own
	columns   []string // the kind's own
	byKey     string   // SELECT of one record
	insert    string
	update    string // of one state, by revision
	lineInto  string
	vacate    string // lets one state go from its unique indexes, by revision; "" where there are none
	hold      string // SELECT of the revision of one state, kept until the end
	many      string // insert of many rows at once, on PostgreSQL
	manyLines string

	mu    sync.RWMutex
	scans map[scanShape]string
}

// scanShape is what the text of a scan depends on.
type scanShape struct {
	index, prefix          int
	low, high, after, desc bool
}

func newShelf(d *dialect, kind *store.Kind) *shelf {
	s := &shelf{kind: kind, table: d.table(kind.Name), scans: map[scanShape]string{}}
	for _, c := range kind.Columns {
		s.columns = append(s.columns, c.Name)
	}
	for part, name := range kind.KeyColumns {
		if name != "" {
			s.key, s.parts = append(s.key, name), append(s.parts, part)
			s.extra = append(s.extra, !slices.Contains(s.columns, name))
		}
	}
	if len(kind.LineColumns) > 0 {
		s.lines = d.table(kind.Name + "_line")
	}
	s.byKey = s.selectByKey(d)
	s.insert = s.insertText(d)
	s.lineInto = s.lineText(d)
	if !kind.Fact {
		s.update = s.updateText(d)
		s.vacate = s.vacateText(d)
		t := &text{d: d}
		s.hold = t.add("SELECT revision FROM ", s.table, " WHERE ").equal(append([]string{"tenant"}, s.key...)...).add(d.lock).String()
	}
	if d.buckets {
		s.many, s.manyLines = s.manyTexts(d)
	}
	return s
}

// read lists what a record is read from: revision and state, or a fact's columns.
func (s *shelf) read(alias string) []string {
	if !s.kind.Fact {
		return []string{alias + "revision", alias + "state"}
	}
	var out []string
	for _, c := range s.columns {
		out = append(out, alias+c)
	}
	return out
}

// ownKey lists the columns of the key that the kind does not have besides.
func (s *shelf) ownKey() (out []string) {
	for i, name := range s.key {
		if s.extra[i] {
			out = append(out, name)
		}
	}
	return out
}

func (s *shelf) lineColumns(alias string) (out []string) {
	for _, c := range s.kind.LineColumns {
		out = append(out, alias+c.Name)
	}
	return out
}

func (s *shelf) selectByKey(d *dialect) string {
	t := &text{d: d}
	if s.lines == "" {
		return t.add("SELECT ").list(s.read("")...).add(" FROM ", s.table, " WHERE ").equal(append([]string{"tenant"}, s.key...)...).String()
	}
	t.add("SELECT ").list(append(s.read("h."), s.lineColumns("l.")...)...).add(" FROM ", s.table, " h LEFT JOIN ", s.lines, " l ON ")
	s.joinLines(t)
	columns := []string{"h.tenant"}
	for _, k := range s.key {
		columns = append(columns, "h."+k)
	}
	return t.add(" WHERE ").equal(columns...).add(" ORDER BY l.line").String()
}

func (s *shelf) joinLines(t *text) {
	t.add("l.tenant = h.tenant")
	for _, k := range s.key {
		t.add(" AND l.", k, " = h.", k)
	}
}

// insertText takes tenant, own key columns, for states revision and state, and the columns.
func (s *shelf) insertText(d *dialect) string {
	columns := append([]string{"tenant"}, s.ownKey()...)
	t := &text{d: d}
	t.add("INSERT INTO ", s.table, " (")
	if s.kind.Fact {
		columns = append(columns, s.columns...)
		return t.list(columns...).add(") VALUES (").args(len(columns)).add(")").String()
	}
	columns = append(columns, "revision", "state")
	columns = append(columns, s.columns...)
	return t.list(columns...).add(") VALUES (").args(len(columns)).add(")").String()
}

// updateText takes revision, state, the columns, then tenant, key and the revision found.
func (s *shelf) updateText(d *dialect) string {
	t := &text{d: d}
	t.add("UPDATE ", s.table, " SET revision = ").arg().add(", state = ").arg()
	for _, c := range s.columns {
		t.add(", ", c, " = ").arg()
	}
	t.add(" WHERE ").equal(append(append([]string{"tenant"}, s.key...), "revision")...)
	return d.guard(t.String())
}

// vacateText takes a text that no record has, then tenant, key and the revision found.
// What is final keeps its place.
func (s *shelf) vacateText(d *dialect) string {
	var free []string
	for i := range s.kind.Indexes {
		index := &s.kind.Indexes[i]
		if last := index.Columns[len(index.Columns)-1]; index.Unique && s.kind.Columns[indexOf(s.columns, last)].Type == store.TypeText {
			free = append(free, last)
		}
	}
	if len(free) == 0 || s.kind.Final != nil {
		return ""
	}
	t := &text{d: d}
	t.add("UPDATE ", s.table, " SET ").equal(free[0])
	return d.guard(t.add(" WHERE ").equal(append(append([]string{"tenant"}, s.key...), "revision")...).String())
}

// lineText takes tenant, key, line and the columns of a line.
func (s *shelf) lineText(d *dialect) string {
	if s.lines == "" {
		return ""
	}
	columns := append(append([]string{"tenant"}, s.key...), "line")
	columns = append(columns, s.lineColumns("")...)
	t := &text{d: d}
	return t.add("INSERT INTO ", s.lines, " (").list(columns...).add(") VALUES (").args(len(columns)).add(")").String()
}

// scan gives the text of a scan of an index: it takes tenant, prefix, low, high, the
// place and the limit.
func (s *shelf) scan(d *dialect, shape scanShape) string {
	s.mu.RLock()
	text, ok := s.scans[shape]
	s.mu.RUnlock()
	if ok {
		return text
	}
	text = s.scanText(d, shape)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.scans[shape] = text
	return text
}

// order lists what the results of a scan are ordered by, behind a prefix of the
// index: its other columns, then the key, or the order of appending.
func (s *shelf) order(index, prefix int) []string {
	own := s.kind.Indexes[index].Columns
	out := slices.Clone(own[prefix:])
	if s.kind.Fact {
		return append(out, "appended")
	}
	for _, k := range s.key {
		if !slices.Contains(own, k) {
			out = append(out, k)
		}
	}
	return out
}

func (s *shelf) scanText(d *dialect, shape scanShape) string {
	index := &s.kind.Indexes[shape.index]
	order := s.order(shape.index, shape.prefix)
	t := &text{d: d}
	picked := s.read("")
	if s.kind.Fact {
		picked = append(picked, "appended")
	}
	if s.lines != "" { // the lines are joined to what was picked
		picked = append([]string{"tenant"}, picked...)
	}
	t.add("SELECT ").list(picked...).add(" FROM ", s.table, " WHERE ").equal(append([]string{"tenant"}, index.Columns[:shape.prefix]...)...)
	if index.Where != "" {
		t.add(" AND ", d.holds(index.Where))
	}
	if shape.low {
		t.add(" AND ", index.Columns[shape.prefix], " >= ").arg()
	}
	if shape.high {
		t.add(" AND ", index.Columns[shape.prefix], " < ").arg()
	}
	switch {
	case shape.after && len(order) == 0:
		t.add(" AND 1 = 0") // the prefix names one record: behind it is none
	case shape.after:
		t.add(" AND (").list(order...).add(") ", comparison(shape.desc), " (").args(len(order)).add(")")
	}
	if len(order) > 0 {
		t.add(" ORDER BY ").list(directed(order, "", shape.desc)...)
	}
	t.add(" LIMIT ").arg()
	if s.lines == "" {
		return t.String()
	}
	inner := t.b.String()
	t.b.Reset()
	t.add("SELECT ").list(append(append(s.read("h."), "h.appended"), s.lineColumns("l.")...)...).
		add(" FROM (", inner, ") h LEFT JOIN ", s.lines, " l ON ")
	s.joinLines(t)
	return t.add(" ORDER BY ").list(append(directed(order, "h.", shape.desc), "l.line")...).String()
}

// holds is the condition of a partial index.
func (d *dialect) holds(column string) string {
	if d.column[store.TypeBool] == "INTEGER" {
		return column + " = 1"
	}
	return column
}

func comparison(descending bool) string {
	if descending {
		return "<"
	}
	return ">"
}

func directed(columns []string, alias string, descending bool) []string {
	out := slices.Clone(columns)
	for i := range out {
		out[i] = alias + out[i]
		if descending {
			out[i] += " DESC"
		}
	}
	return out
}
