package sqlstore

import (
	"strconv"
	"strings"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/integration/store"
)

// dialect is what differs between the engines' SQL. Everything else is written once.
type dialect struct {
	name   string // of its folder of migrations
	prefix string // of every table's name: `tandem.` or `tandem_`
	// guarded: a conditional write that meets no row is made to fail inside the
	// engine, so that COMMIT can travel behind it in the same round trip.
	guarded bool
	begin   string // an Update
	view    string // a View
	eager   bool   // an Update's transaction begins with its first read; else with its first lock
	// placeholder gives the n-th parameter, from 1.
	placeholder func(n int) string
	// column gives the type of a column, as the migrations declare it.
	column map[store.ColumnType]string
	// encode gives the argument of a value.
	encode func(v store.Value) any
	// lock closes a SELECT that keeps its rows until the end of the transaction; ""
	// where the engine has one writer.
	lock string
	// now is lock, failing at once where another transaction holds a row.
	now string
	// skip is lock, without waiting for rows that others hold.
	skip    string
	pipes   bool // takes several statements in one round trip
	buckets bool // a level may be spread over several rows
}

// dollar is PostgreSQL's parameter, question SQLite's.
func dollar(n int) string { return "$" + strconv.Itoa(n) }

func question(n int) string { return "?" + strconv.Itoa(n) }

// sqlite is the dialect of SQLite and of dqlite, which replicates it.
func sqliteDialect() *dialect {
	return &dialect{
		name: "sqlite", prefix: "tandem_", begin: "BEGIN IMMEDIATE", view: "BEGIN", placeholder: question,
		column: map[store.ColumnType]string{store.TypeID: "TEXT", store.TypeInt: "INTEGER", store.TypeText: "TEXT",
			store.TypeDate: "TEXT", store.TypeInstant: "TEXT", store.TypeBool: "INTEGER"},
		encode: encodeText,
	}
}

// table names a table.
func (d *dialect) table(name string) string { return d.prefix + name }

// text puts a statement together. Its parts are words of this package and names of
// descriptors; what users give travels as arguments alone.
type text struct {
	d *dialect
	b strings.Builder
	n int
}

func (t *text) add(parts ...string) *text {
	for _, p := range parts {
		t.b.WriteString(p)
	}
	return t
}

// arg writes the next parameter.
func (t *text) arg() *text {
	t.n++
	return t.add(t.d.placeholder(t.n))
}

// args writes n parameters with commas.
func (t *text) args(n int) *text {
	for i := range n {
		if i > 0 {
			t.add(", ")
		}
		t.arg()
	}
	return t
}

// equal writes `a = $1 AND b = $2`.
func (t *text) equal(columns ...string) *text {
	for i, c := range columns {
		if i > 0 {
			t.add(" AND ")
		}
		t.add(c, " = ").arg()
	}
	return t
}

func (t *text) list(columns ...string) *text { return t.add(strings.Join(columns, ", ")) }

func (t *text) String() string { return t.b.String() }

// guard makes a conditional write of one row fail where it meets none.
func (d *dialect) guard(write string) string {
	if !d.guarded {
		return write
	}
	return "WITH written AS (" + write + " RETURNING 1) SELECT " + d.table("expect_one") + "(count(*)) FROM written"
}

func uuidText(id [16]byte) string { return string(tandem.AppendUUID(nil, id)) }
