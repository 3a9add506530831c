package sqlstore

import (
	"slices"
	"strings"
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

// statements has the texts that belong to no kind.
type statements struct {
	levels                                                                       string // one level, by key
	levelScan                                                                    map[[2]bool]string
	levelSet                                                                     string // adds to a level, or makes it
	levelAdd                                                                     string // adds to a level that must be there
	levelChange                                                                  string // changes a level that is spread over buckets
	command                                                                      string
	recorded                                                                     string
	series                                                                       string // one series, kept until the end
	seriesNow                                                                    string // the same, without waiting
	seriesMake                                                                   string
	seriesTake                                                                   string
	event                                                                        string
	events                                                                       string
	visible                                                                      string // which events of a range are there
	someNew                                                                      string // whether an event has no position
	news                                                                         string // those that have none
	positioned                                                                   string
	outbox                                                                       string // the last position, kept until the end
	outboxMake                                                                   string
	outboxTake                                                                   string
	laneThere, laneMake, lanesFree, laneTake, laneEvents, laneSettle, laneBehind string
	blocked, letters, letterLane, letterMake, letterDrop                         string
	levelHold                                                                    string // one level, kept until the end
	levelIs                                                                      string // sets a level that is held
	commandsTaken                                                                string // which of some keys are recorded
	manyCommands, manyEvents                                                     string
	forgetEvents                                                                 string
	forgetCommands                                                               string
	tenantIs                                                                     string // sets the tenant for row-level security
	tenantWas                                                                    string
	version                                                                      string
}

var levelKey = []string{"tenant", "company", "location", "product", "lot"}

func newStatements(d *dialect) *statements {
	s := &statements{levelScan: map[[2]bool]string{}}
	make := func(write func(t *text)) string {
		t := &text{d: d}
		write(t)
		return t.String()
	}
	level, series, command, event := d.table("stock_level"), d.table("number_series"), d.table("command"), d.table("event")
	s.levels = make(func(t *text) {
		t.add("SELECT ", d.levelSum(), " FROM ", level, " WHERE ").equal(levelKey...)
	})
	for _, desc := range []bool{false, true} {
		for _, after := range []bool{false, true} {
			s.levelScan[[2]bool{desc, after}] = make(func(t *text) {
				t.add("SELECT location, product, lot, ", d.levelSum(), " FROM ", level, " WHERE ").equal(levelKey[:2]...)
				if after {
					t.add(" AND (location, product, lot) ", comparison(desc), " (").args(3).add(")")
				}
				if d.buckets {
					t.add(" GROUP BY ").list(levelKey[2:]...)
				}
				t.add(" ORDER BY ").list(directed(levelKey[2:], "", desc)...).add(" LIMIT ").arg()
			})
		}
	}
	s.levelSet, s.levelAdd = levelTexts(d, level)
	s.levelChange = make(func(t *text) { t.add("SELECT ", d.table("change_level"), "(").args(10).add(")") })
	s.command = make(func(t *text) {
		t.add("SELECT name, digest, result, actor, at FROM ", command, " WHERE ").equal("tenant", "key")
	})
	s.recorded = make(func(t *text) {
		t.add("INSERT INTO ", command, " (").list(commandColumns...).add(") VALUES (").args(len(commandColumns)).add(")")
	})
	held := make(func(t *text) {
		t.add("SELECT last_number, last_date FROM ", series, " WHERE ").equal("tenant", "company", "series")
	})
	s.series, s.seriesNow = held+d.lock, held+d.now
	s.seriesMake = make(func(t *text) {
		t.add("INSERT INTO ", series, " (tenant, company, series, last_number, last_date) VALUES (").args(5).add(") ON CONFLICT DO NOTHING")
	})
	s.seriesTake = d.guard(make(func(t *text) {
		t.add("UPDATE ", series, " SET last_number = ").arg().add(", last_date = ").arg().add(" WHERE ").equal("tenant", "company", "series", "last_number")
	}))
	s.event = make(func(t *text) {
		t.add("INSERT INTO ", event, " (").list(eventInto...).add(") VALUES (").args(len(eventInto)).add(")")
	})
	s.events = make(func(t *text) {
		t.add("SELECT ").list(eventColumns...).add(" FROM ", event, " WHERE ").equal("tenant").add(" AND position > ").arg().
			add(" ORDER BY position LIMIT ").arg()
	})
	s.positions(d)
	s.relays(d)
	if d.buckets {
		s.grouped(d)
	}
	s.tenantIs = "SELECT set_config('tandem.tenant', " + d.placeholder(1) + ", true)"
	s.tenantWas = "SELECT coalesce(current_setting('tandem.tenant', true), '')"
	s.version = "SELECT coalesce(max(version), 0) FROM " + d.table("schema_version")
	return s
}

var (
	commandColumns = []string{"tenant", "key", "name", "digest", "result", "actor", "at"}
	eventInto      = []string{"tenant", "lane", "name", "kind", "aggregate", "company", "sequence", "at", "actor", "cause", "payload"}
)

// grouped are the texts of the committer.
func (s *statements) grouped(d *dialect) {
	level := d.table("stock_level")
	t := &text{d: d}
	s.levelHold = t.add("SELECT on_hand_micro, reserved_micro FROM ", level, " WHERE ").equal(levelKey...).add(" AND bucket = 0", d.lock).String()
	key := strings.Join(levelKey, ", ") + ", bucket"
	t = &text{d: d}
	s.levelIs = t.add("INSERT INTO ", level, " (").list(levelKey...).add(", on_hand_micro, reserved_micro, bucket) VALUES (").args(7).
		add(", 0) ON CONFLICT (", key, ") DO UPDATE SET on_hand_micro = excluded.on_hand_micro, reserved_micro = excluded.reserved_micro").String()
	p := d.placeholder
	s.commandsTaken = "SELECT key FROM " + d.table("command") + " WHERE tenant = " + p(1) + " AND key = ANY(" + p(2) + ")"
	s.manyCommands = manyText(d, d.table("command"), commandColumns, []string{"text", "text", "text", "bytea", "text", "text", "timestamptz"})
	s.manyEvents = manyText(d, d.table("event"), eventInto,
		[]string{"text", "bigint", "text", "text", "uuid", "uuid", "bigint", "timestamptz", "text", "text", "text"})
}

// positions are the texts of the step that gives events their positions.
func (s *statements) positions(d *dialect) {
	event, outbox, p := d.table("event"), d.table("outbox"), d.placeholder
	news := " FROM " + event + " WHERE tenant = " + p(1) + " AND position IS NULL"
	s.someNew = "SELECT 1" + news + " LIMIT 1"
	s.forgetCommands = "DELETE FROM " + d.table("command") + " WHERE tenant = " + p(1) + " AND at < " + p(2)
	s.visible = "SELECT recorded FROM " + event + " WHERE tenant = " + p(1) + " AND recorded BETWEEN " + p(2) + " AND " + p(3)
	s.news = "SELECT recorded, kind, aggregate, sequence" + news + " ORDER BY recorded LIMIT " + p(2)
	s.positioned = d.guard("UPDATE " + event + " SET position = " + p(1) + " WHERE recorded = " + p(2))
	s.outbox = "SELECT last_position FROM " + outbox + " WHERE tenant = " + p(1) + d.lock
	s.outboxMake = "INSERT INTO " + outbox + " (tenant, last_position) VALUES (" + p(1) + ", 0) ON CONFLICT DO NOTHING"
	s.outboxTake = d.guard("UPDATE " + outbox + " SET last_position = " + p(1) + " WHERE tenant = " + p(2))
}

var eventColumns = []string{"position", "name", "kind", "aggregate", "company", "sequence", "at", "actor", "cause", "payload", "recorded"}

// levelSum is what a level is made of.
func (d *dialect) levelSum() string {
	if d.buckets {
		return "sum(on_hand_micro)::bigint, sum(reserved_micro)::bigint"
	}
	return "on_hand_micro, reserved_micro"
}

// levelTexts states the rule of [inventory.Level.Apply] as a condition. They take
// the key, the change on hand, the change reserved, and whether negative stock is allowed.
// The bound by what is on hand holds for changes that take (`reserved` more than
// `on hand`), the bound by nought for those that release.
func levelTexts(d *dialect, level string) (set, add string) {
	p := d.placeholder
	onHand, reserved, allowed := p(6), p(7), p(8)
	raise := "on_hand_micro = " + level + ".on_hand_micro + " + onHand + ", reserved_micro = " + level + ".reserved_micro + " + reserved
	bounds := "(" + level + ".reserved_micro + " + reserved + " >= 0 OR " + reserved + " >= 0) AND (" + allowed + " OR " +
		reserved + " - " + onHand + " <= 0 OR " + level + ".reserved_micro + " + reserved + " <= " + level + ".on_hand_micro + " + onHand + ")"
	t := &text{d: d}
	t.add("UPDATE ", level, " SET ", strings.ReplaceAll(raise, "= "+level+".", "= "), " WHERE ").equal(levelKey...).
		add(" AND ", strings.ReplaceAll(bounds, level+".", ""))
	key := strings.Join(levelKey, ", ")
	bucket := ""
	if d.buckets {
		t.add(" AND bucket = 0")
		key, bucket = key+", bucket", ", 0"
	}
	add = d.guard(t.String())
	t = &text{d: d}
	t.add("INSERT INTO ", level, " (").list(levelKey...).add(", on_hand_micro, reserved_micro", strings.TrimPrefix(key, strings.Join(levelKey, ", ")), ") VALUES (").args(7).
		add(bucket, ") ON CONFLICT (", key, ") DO UPDATE SET ", raise, " WHERE ", bounds)
	set = d.guard(t.String())
	return set, add
}
