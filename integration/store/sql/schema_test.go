package sqlstore

import (
	"flag"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem/erp/billing"
	"github.com/tandem-go/tandem/integration/store"
)

var update = flag.Bool("update", false, "write the first migration from the descriptors")

// The first migration is what the descriptors say. Once a version is released its
// file is never changed again; what comes later is a migration of its own.
func TestTheFirstMigrationIsWhatTheDescriptorsSay(t *testing.T) {
	kinds, err := store.Kinds()
	require.NoError(t, err)
	for _, d := range []*dialect{postgresDialect("tandem", encodePgx), sqliteDialect()} {
		path := "migrations/" + d.name + "/0001_tables.sql"
		want := tables(d, kinds)
		if *update {
			require.NoError(t, os.MkdirAll("migrations/"+d.name, 0o755))
			require.NoError(t, os.WriteFile(path, []byte(want), 0o644))
		}
		got, err := os.ReadFile(path)
		require.NoError(t, err)
		require.Equal(t, want, string(got), "%s: write it anew with: go test -run TheFirstMigration -update", path)
	}
}

// Row-level security is an option, and a file of its own.
func TestRowSecurityCoversEveryTable(t *testing.T) {
	kinds, err := store.Kinds()
	require.NoError(t, err)
	const path = "migrations/postgres/optional/row_security.sql"
	want := rowSecurity(kinds)
	if *update {
		require.NoError(t, os.MkdirAll("migrations/postgres/optional", 0o755))
		require.NoError(t, os.WriteFile(path, []byte(want), 0o644))
	}
	got, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, want, string(got), "%s: write it anew with: go test -run RowSecurityCovers -update", path)
}

func rowSecurity(kinds []*store.Kind) string {
	w := &ddl{d: postgresDialect("tandem", encodePgx)}
	w.add("-- Row-level security by tenant: an option, to be run once, and again after each migration that brings a table.\n",
		"-- A transaction sees and writes the rows of the tenant in the setting tandem.tenant alone; without the setting\n",
		"-- every statement fails: a mistake must not read as \"no rows\". FORCE holds the owner of the tables, too; roles\n",
		"-- with BYPASSRLS, for migrations and for relays and reports of all tenants, are free of it.\n\n",
		"CREATE OR REPLACE FUNCTION tandem.current_tenant() RETURNS text LANGUAGE plpgsql STABLE AS $$\nBEGIN\n",
		"\tIF coalesce(current_setting('tandem.tenant', true), '') = '' THEN\n",
		"\t\tRAISE EXCEPTION 'tandem.tenant is not set in this transaction' USING ERRCODE = '42501';\n\tEND IF;\n",
		"\tRETURN current_setting('tandem.tenant', true);\nEND $$;\n\n",
		"-- TRUNCATE asks no policy: whoever is bound by them must not use it.\n",
		"CREATE OR REPLACE FUNCTION tandem.refuse_truncate() RETURNS trigger LANGUAGE plpgsql AS $$\nBEGIN\n",
		"\tIF row_security_active(TG_RELID) THEN\n",
		"\t\tRAISE EXCEPTION 'TRUNCATE knows no tenants: it would empty % for all', TG_TABLE_NAME USING ERRCODE = '42501';\n\tEND IF;\n",
		"\tRETURN NULL;\nEND $$;\n\n")
	for _, k := range kinds {
		w.secure(k.Name)
		if len(k.LineColumns) > 0 {
			w.secure(k.Name + "_line")
		}
	}
	for _, name := range ownTables() {
		w.secure(name)
	}
	return w.b.String()
}

// ownTables are those that belong to no kind.
func ownTables() []string {
	return []string{"stock_level", "number_series", "command", "event", "outbox", "relay_lane", "relay_dead_letter"}
}

func (w *ddl) secure(name string) {
	table := w.d.table(name)
	w.add("ALTER TABLE ", table, " ENABLE ROW LEVEL SECURITY;\nALTER TABLE ", table, " FORCE ROW LEVEL SECURITY;\n",
		"DROP POLICY IF EXISTS tenant ON ", table, ";\nCREATE POLICY tenant ON ", table, " USING (tenant = tandem.current_tenant()) WITH CHECK (tenant = tandem.current_tenant());\n",
		"DROP TRIGGER IF EXISTS secured_whole ON ", table, ";\nCREATE TRIGGER secured_whole BEFORE TRUNCATE ON ", table, " EXECUTE FUNCTION tandem.refuse_truncate();\n")
}

type ddl struct {
	d *dialect
	b strings.Builder
}

func (w *ddl) add(parts ...string) {
	for _, p := range parts {
		w.b.WriteString(p)
	}
}

func tables(d *dialect, kinds []*store.Kind) string {
	w := &ddl{d: d}
	w.add("-- Tables of Tandem, version 1. What is absent is the nil UUID, an empty text", w.none(), "; amounts are minor units,\n",
		"-- quantities millionths of the unit, rates 1e-9. `state` is the whole record as JSON; the columns beside it are\n",
		"-- derived from it, for queries and reports: the library reads the state.\n\n")
	if d.guarded {
		w.add("CREATE SCHEMA IF NOT EXISTS tandem;\n\n", expectOne)
	}
	w.add("-- The versions of these tables that the database has had.\n", w.d.versionTable(), ";\n",
		"INSERT INTO ", w.d.table("schema_version"), " (version, name) VALUES (1, '0001_tables');\n\n")
	for _, k := range kinds {
		w.table(k)
	}
	w.levels()
	w.commands()
	w.events()
	w.protect(kinds)
	return w.b.String()
}

func (w *ddl) none() string {
	if w.d.guarded {
		return " or -infinity"
	}
	return ""
}

func (w *ddl) column(name string, t store.ColumnType) {
	w.add("\t", name, " ", w.d.column[t], " NOT NULL")
	if t == store.TypeBool && !w.d.guarded {
		w.add(" CHECK (", name, " IN (0, 1))")
	}
	w.add(",\n")
}

// begin opens a table; end closes it with its primary key.
func (w *ddl) begin(name string) {
	w.add("CREATE TABLE ", w.d.table(name), " (\n")
	w.column("tenant", store.TypeText)
}

func (w *ddl) end(name string, key ...string) {
	w.add("\t")
	if w.d.guarded {
		w.add("CONSTRAINT ", name, "_pkey ")
	}
	w.add("PRIMARY KEY (", strings.Join(append([]string{"tenant"}, key...), ", "), ")\n)")
	if !w.d.guarded {
		w.add(" STRICT")
	}
	w.add(";\n")
}

func (w *ddl) table(k *store.Kind) {
	s := newShelf(w.d, k)
	w.begin(k.Name)
	for _, name := range s.key {
		w.column(name, store.TypeID)
	}
	if !k.Fact {
		w.column("revision", store.TypeInt)
	}
	for _, c := range k.Columns {
		if !slices.Contains(s.key, c.Name) {
			w.column(c.Name, c.Type)
		}
	}
	switch {
	case k.Fact:
		w.serial("appended")
	case w.d.guarded:
		w.add("\tstate json NOT NULL,\n")
	default:
		w.add("\tstate TEXT NOT NULL,\n")
	}
	if k.Fact && !w.d.guarded { // the order of appending is the table's own
		w.add("\tUNIQUE (", strings.Join(append([]string{"tenant"}, s.key...), ", "), ")\n) STRICT;\n")
	} else {
		w.end(k.Name, s.key...)
	}
	for i := range k.Indexes {
		w.index(s, i)
	}
	if s.lines != "" {
		w.lines(s)
	}
	w.add("\n")
}

// serial declares the order of appending.
func (w *ddl) serial(name string) {
	if w.d.guarded {
		w.add("\t", name, " bigint GENERATED ALWAYS AS IDENTITY,\n")
		return
	}
	w.add("\t", name, " INTEGER PRIMARY KEY AUTOINCREMENT,\n")
}

func (w *ddl) index(s *shelf, i int) {
	index := &s.kind.Indexes[i]
	columns := append([]string{"tenant"}, index.Columns...)
	if !index.Unique {
		columns = append(columns, s.order(i, len(index.Columns))...)
	}
	if slices.Equal(columns, append([]string{"tenant"}, s.key...)) && index.Where == "" {
		return // the primary key serves
	}
	unique := ""
	if index.Unique {
		unique = "UNIQUE "
	}
	name, on := s.kind.Name+"_"+index.Name, s.table
	if w.d.guarded {
		name += "_idx"
	} else {
		name = w.d.table(name)
	}
	w.add("CREATE ", unique, "INDEX ", name, " ON ", on, " (", strings.Join(columns, ", "), ")")
	if index.Where != "" {
		w.add(" WHERE ", w.d.holds(index.Where))
	}
	w.add(";\n")
}

func (w *ddl) lines(s *shelf) {
	w.begin(s.kind.Name + "_line")
	for _, k := range s.key {
		w.column(k, store.TypeID)
	}
	w.column("line", store.TypeInt)
	for _, c := range s.kind.LineColumns {
		w.column(c.Name, c.Type)
	}
	w.end(s.kind.Name+"_line", append(slices.Clone(s.key), "line")...)
}

func (w *ddl) levels() {
	w.add("-- What is on hand and reserved, in millionths of the product's base unit.\n")
	w.begin("stock_level")
	for _, k := range levelKey[1:] {
		w.column(k, store.TypeID)
	}
	if w.d.buckets {
		w.add("\tbucket bigint NOT NULL, -- a level is the sum of its buckets; there is one unless the policy says more\n")
	}
	w.column("on_hand_micro", store.TypeInt)
	w.column("reserved_micro", store.TypeInt)
	if w.d.buckets {
		w.end("stock_level", append(slices.Clone(levelKey[1:]), "bucket")...)
		w.add("CREATE INDEX stock_level_bucket_idx ON tandem.stock_level (tenant) WHERE bucket <> 0;\n", changeLevel)
	} else {
		w.end("stock_level", levelKey[1:]...)
	}
	w.add("\n-- The last number of each series of documents, and the latest date that it was drawn for.\n")
	w.begin("number_series")
	w.column("company", store.TypeID)
	w.column("series", store.TypeText)
	w.column("last_number", store.TypeInt)
	w.column("last_date", store.TypeDate)
	w.end("number_series", "company", "series")
}

// expectOne makes a conditional write fail that meets no row, so that COMMIT can be
// sent behind it without waiting for an answer.
const expectOne = `-- Fails where a conditional write has met no row: somebody else was faster. Nothing is written then.
CREATE FUNCTION tandem.expect_one(n bigint) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	IF n <> 1 THEN
		RAISE EXCEPTION 'tandem: another transaction was faster, this one is to run again' USING ERRCODE = 'TD001';
	END IF;
END $$;

`

// changeLevel is what the policy of buckets changes a level with. Its rule is that of
// [inventory.Level.Apply], and so is levelTexts'.
const changeLevel = `
-- Changes a level that is spread over buckets: the one that was picked where it can, else all of them
-- together, which are then made even. It fails as a conditional write does where all of them together
-- do not allow it.
CREATE FUNCTION tandem.change_level(of_tenant text, of_company uuid, of_location uuid, of_product uuid, of_lot uuid,
	change_on_hand bigint, change_reserved bigint, allow_negative boolean, pick bigint, buckets bigint)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	all_on_hand bigint;
	all_reserved bigint;
	free bigint;
	n bigint;
BEGIN
	IF change_on_hand <= 0 THEN -- what comes in is spread
		BEGIN
			UPDATE tandem.stock_level s SET on_hand_micro = s.on_hand_micro + change_on_hand, reserved_micro = s.reserved_micro + change_reserved
			WHERE s.tenant = of_tenant AND s.company = of_company AND s.location = of_location AND s.product = of_product AND s.lot = of_lot
				AND s.bucket = pick AND (s.reserved_micro + change_reserved >= 0 OR change_reserved >= 0)
				AND (change_reserved - change_on_hand <= 0 OR s.reserved_micro + change_reserved <= s.on_hand_micro + change_on_hand
					AND NOT EXISTS (SELECT 1 FROM tandem.stock_level o -- what lacks elsewhere is owed first
						WHERE o.tenant = of_tenant AND o.company = of_company AND o.location = of_location AND o.product = of_product AND o.lot = of_lot
							AND o.reserved_micro > o.on_hand_micro));
			IF FOUND THEN RETURN; END IF;
			RAISE SQLSTATE 'TD002';
		EXCEPTION WHEN SQLSTATE 'TD002' THEN
			NULL; -- an UPDATE that has waited for a row keeps it, though it changes nothing: who waits below must hold none
		END;
	END IF;
	PERFORM pg_advisory_xact_lock(hashtextextended(concat_ws('/', of_tenant, of_company, of_location, of_product, of_lot), 0)); -- one at a time
	INSERT INTO tandem.stock_level (tenant, company, location, product, lot, bucket, on_hand_micro, reserved_micro)
	SELECT of_tenant, of_company, of_location, of_product, of_lot, b, 0, 0 FROM generate_series(0, buckets - 1) b ON CONFLICT DO NOTHING;
	SELECT sum(locked.on_hand_micro)::bigint + change_on_hand, sum(locked.reserved_micro)::bigint + change_reserved, count(*)
	INTO all_on_hand, all_reserved, n FROM (
		SELECT s.on_hand_micro, s.reserved_micro FROM tandem.stock_level s
		WHERE s.tenant = of_tenant AND s.company = of_company AND s.location = of_location AND s.product = of_product AND s.lot = of_lot
		ORDER BY s.bucket FOR UPDATE) locked;
	IF all_reserved < 0 AND change_reserved < 0
		OR NOT allow_negative AND change_reserved - change_on_hand > 0 AND all_reserved > all_on_hand THEN
		RAISE EXCEPTION 'tandem: the level does not allow it, others were faster' USING ERRCODE = 'TD001';
	END IF;
	free := all_on_hand - all_reserved;
	UPDATE tandem.stock_level s SET
		reserved_micro = all_reserved / n + CASE WHEN s.bucket < all_reserved % n THEN 1 ELSE 0 END,
		on_hand_micro = all_reserved / n + CASE WHEN s.bucket < all_reserved % n THEN 1 ELSE 0 END +
			CASE WHEN free >= 0 THEN free / n + CASE WHEN s.bucket < free % n THEN 1 ELSE 0 END WHEN s.bucket = 0 THEN free ELSE 0 END
	WHERE s.tenant = of_tenant AND s.company = of_company AND s.location = of_location AND s.product = of_product AND s.lot = of_lot;
END $$;
`

func (w *ddl) commands() {
	w.add("\n-- The commands that took effect, by their keys, with their first results.\n")
	w.begin("command")
	w.column("key", store.TypeText)
	w.column("name", store.TypeText)
	bytes := "BLOB"
	if w.d.guarded {
		bytes = "bytea"
	}
	w.add("\tdigest ", bytes, " NOT NULL,\n\tresult ", strings.ToLower(w.textType()), ",\n")
	w.column("actor", store.TypeText)
	w.column("at", store.TypeInstant)
	w.end("command", "key")
	name := w.d.table("command_at")
	if w.d.guarded {
		name = "command_at_idx"
	}
	w.add("CREATE INDEX ", name, " ON ", w.d.table("command"), " (tenant, at);\n")
}

func (w *ddl) textType() string {
	if w.d.guarded {
		return "text"
	}
	return "TEXT"
}

func (w *ddl) events() {
	w.add("\n-- The outbox. `recorded` is the order of the inserts, in which transactions overlap: it is no cursor.\n",
		"-- `position` is given after the commit, from 1 without a gap; an event without one has just been committed.\n")
	name := w.d.table("event")
	w.add("CREATE TABLE ", name, " (\n")
	if w.d.guarded {
		w.add("\trecorded bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,\n")
	} else {
		w.add("\trecorded INTEGER PRIMARY KEY AUTOINCREMENT,\n")
	}
	w.column("tenant", store.TypeText)
	w.add("\tposition ", w.d.column[store.TypeInt], ",\n")
	w.column("lane", store.TypeInt)
	w.column("name", store.TypeText)
	w.column("kind", store.TypeText)
	w.column("aggregate", store.TypeID)
	w.column("company", store.TypeID)
	w.column("sequence", store.TypeInt)
	w.column("at", store.TypeInstant)
	w.column("actor", store.TypeText)
	w.column("cause", store.TypeText)
	w.add("\tpayload ", w.textType(), "\n)")
	if !w.d.guarded {
		w.add(" STRICT")
	}
	w.add(";\n")
	index := func(of, columns, where string) {
		if w.d.guarded {
			of = "event_" + of + "_idx"
		} else {
			of = w.d.table("event_" + of)
		}
		w.add("CREATE UNIQUE INDEX ", of, " ON ", name, " (", columns, ") WHERE ", where, ";\n")
	}
	index("position", "tenant, position", "position IS NOT NULL")
	index("lane", "tenant, lane, position", "position IS NOT NULL")
	index("new", "tenant, recorded", "position IS NULL")
	w.add("\n-- The position of the last event that has one. Who gives positions holds the row.\n")
	w.begin("outbox")
	w.column("last_position", store.TypeInt)
	w.end("outbox")
	w.add("\n-- How far the relays of the outbox are, by name and lane, and who has a lane until when.\n")
	w.begin("relay_lane")
	w.column("relay", store.TypeText)
	for _, name := range []string{"lane", "settled"} {
		w.column(name, store.TypeInt)
	}
	w.column("owner", store.TypeText)
	w.column("until", store.TypeInstant)
	w.column("claimed", store.TypeInt)
	w.end("relay_lane", "relay", "lane")
	w.add("\n-- Events that a relay could not publish: each blocks its aggregate until it is replayed or skipped.\n")
	w.begin("relay_dead_letter")
	w.column("relay", store.TypeText)
	w.column("position", store.TypeInt)
	w.column("lane", store.TypeInt)
	w.column("company", store.TypeID)
	w.column("kind", store.TypeText)
	w.column("aggregate", store.TypeID)
	w.column("reason", store.TypeText)
	w.column("tries", store.TypeInt)
	w.column("at", store.TypeInstant)
	w.end("relay_dead_letter", "relay", "position")
	name = w.d.table("relay_dead_letter_aggregate")
	if w.d.guarded {
		name = "relay_dead_letter_aggregate_idx"
	}
	w.add("CREATE UNIQUE INDEX ", name, " ON ", w.d.table("relay_dead_letter"), " (tenant, relay, company, kind, aggregate);\n")
}

// protect lets nobody change or delete what is posted, not even by hand.
func (w *ddl) protect(kinds []*store.Kind) {
	w.add("\n-- What is posted stays: a correction is a new record that reverses the old one.\n")
	if w.d.guarded {
		w.add("CREATE FUNCTION tandem.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$\nBEGIN\n",
			"\tRAISE EXCEPTION '% is posted: it is corrected by a reversal, not changed', TG_TABLE_NAME USING ERRCODE = '23514';\nEND $$;\n")
	}
	for _, k := range kinds {
		s := newShelf(w.d, k)
		switch {
		case k.Posted:
			w.frozen(k.Name, s.uniques()...)
			if s.lines != "" {
				w.frozenLines(s)
			}
		case k.Final != nil:
			w.final(k, s)
		}
	}
}

// frozen lets nobody change the rows of a table.
func (w *ddl) frozen(name string, keys ...unique) {
	table := w.d.table(name)
	if w.d.guarded {
		w.add("CREATE TRIGGER posted BEFORE UPDATE OR DELETE ON ", table, " FOR EACH ROW EXECUTE FUNCTION tandem.refuse_change();\n",
			"CREATE TRIGGER posted_whole BEFORE TRUNCATE ON ", table, " EXECUTE FUNCTION tandem.refuse_change();\n")
		return
	}
	for _, event := range []string{"UPDATE", "DELETE"} {
		w.refusing(name, event, "")
	}
	w.replacing(name, "INSERT", "", "", keys...)
}

// frozenLines lets nobody change the lines of a fact, nor add one to a fact that is
// there: its lines are written before it.
func (w *ddl) frozenLines(s *shelf) {
	name := s.kind.Name
	w.frozen(name+"_line", unique{columns: append(slices.Clone(s.key), "line")})
	key := append([]string{"tenant"}, s.key...)
	same := sameAsNew(key)
	if !w.d.guarded {
		w.add("CREATE TRIGGER ", s.lines, "_no_more BEFORE INSERT ON ", s.lines, " WHEN EXISTS (SELECT 1 FROM ", s.table, " WHERE ", same, ")\n",
			"BEGIN ", refuseTaken(s.table, name, key), "; END;\n")
		return
	}
	w.add("CREATE FUNCTION tandem.refuse_line_of_", name, "() RETURNS trigger LANGUAGE plpgsql AS $$\nBEGIN\n",
		"\tIF EXISTS (SELECT 1 FROM ", s.table, " WHERE ", same, ") THEN\n",
		"\t\tRAISE EXCEPTION '", name, " is posted: no line is added to it' USING ERRCODE = '23505', CONSTRAINT = '", name, "_pkey';\n",
		"\tEND IF;\n\tRETURN NEW;\nEND $$;\n",
		"CREATE TRIGGER posted_lines BEFORE INSERT ON ", s.lines, " FOR EACH ROW EXECUTE FUNCTION tandem.refuse_line_of_", name, "();\n")
}

// unique is what only one row of a tenant has, of those where a column holds.
type unique struct {
	columns []string
	where   string // "" = all
}

// uniques are the unique keys of a kind's table.
func (s *shelf) uniques() []unique {
	out := []unique{{columns: s.key}}
	for i := range s.kind.Indexes {
		if index := &s.kind.Indexes[i]; index.Unique {
			out = append(out, unique{index.Columns, index.Where})
		}
	}
	return out
}

// replacing lets no REPLACE of SQLite take the place of a row that is posted, for which
// no trigger of DELETE runs, by any of its keys or by its rowid; a write of a key that
// is taken fails as it would anyway. posted is the column that says so, "" for all rows;
// a unique key of some rows is one of posted rows.
func (w *ddl) replacing(name, event, when, posted string, keys ...unique) {
	table := w.d.table(name)
	w.add("CREATE TRIGGER ", table, "_no_replacing_", strings.ToLower(event), " BEFORE ", event, " ON ", table, when, "\nBEGIN\n")
	for _, k := range append(keys, unique{columns: []string{"rowid"}}) {
		columns, where, of := k.columns, "", posted
		if k.columns[0] != "rowid" {
			columns = append([]string{"tenant"}, columns...)
		}
		if k.where != "" {
			where, of = "NEW."+w.d.holds(k.where)+" AND ", k.where
		}
		same := sameAsNew(columns)
		if of != "" {
			same += " AND " + w.d.holds(of)
		}
		w.add("\t", refuseTaken(table, name, columns), " WHERE ", where, "EXISTS (SELECT 1 FROM ", table, " WHERE ", same, ");\n")
	}
	w.add("END;\n")
}

// sameAsNew compares columns with those of the row that a trigger is about.
func sameAsNew(columns []string) string {
	same := make([]string, len(columns))
	for i, c := range columns {
		same[i] = c + " = NEW." + c
	}
	return strings.Join(same, " AND ")
}

// refuseTaken fails in SQLite as a unique index over columns does.
func refuseTaken(table, name string, columns []string) string {
	taken := make([]string, len(columns))
	for i, c := range columns {
		taken[i] = table + "." + c
	}
	return "SELECT RAISE(ABORT, 'UNIQUE constraint failed: " + strings.Join(taken, ", ") + " (" + name + " is posted)')"
}

// refusing writes a trigger of SQLite.
func (w *ddl) refusing(name, event, when string) {
	table := w.d.table(name)
	w.add("CREATE TRIGGER ", table, "_no_", strings.ToLower(event), " BEFORE ", event, " ON ", table, when,
		"\nBEGIN SELECT RAISE(ABORT, '", name, " is posted: it is corrected by a reversal, not changed'); END;\n")
}

// final lets what is final of a state stay as it is.
func (w *ddl) final(k *store.Kind, s *shelf) {
	changed := []string{"tenant"}
	for _, c := range append(slices.Clone(s.columns), s.ownKey()...) {
		if !slices.Contains(k.Final.Columns, c) {
			changed = append(changed, c)
		}
	}
	if w.d.guarded {
		differ := make([]string, len(changed))
		for i, c := range changed {
			differ[i] = "OLD." + c + " IS DISTINCT FROM NEW." + c
		}
		free := " - ARRAY['" + strings.Join(k.Final.Fields, "', '") + "']"
		w.add("CREATE FUNCTION tandem.keep_", k.Name, "() RETURNS trigger LANGUAGE plpgsql AS $$\n",
			"DECLARE\n\told_state jsonb := OLD.state::jsonb;\n\tnew_state jsonb := NEW.state::jsonb;\nBEGIN\n",
			"\tIF ", strings.Join(differ, " OR "), "\n\t\tOR old_state", free, " <> new_state", free, settledWrongly(w.d, k), " THEN\n",
			"\t\tRAISE EXCEPTION '", k.Name, " is posted: it is corrected by a reversal, not changed' USING ERRCODE = '23514';\n",
			"\tEND IF;\n\tRETURN NEW;\nEND $$;\n",
			"CREATE TRIGGER final BEFORE UPDATE ON ", s.table, " FOR EACH ROW WHEN (OLD.", k.Final.When, ") EXECUTE FUNCTION tandem.keep_", k.Name, "();\n",
			"CREATE TRIGGER final_stays BEFORE DELETE ON ", s.table, " FOR EACH ROW WHEN (OLD.", k.Final.When, ") EXECUTE FUNCTION tandem.refuse_change();\n",
			"CREATE TRIGGER final_whole BEFORE TRUNCATE ON ", s.table, " EXECUTE FUNCTION tandem.refuse_change();\n")
		return
	}
	differ := []string{"OLD.rowid IS NOT NEW.rowid"}
	for _, c := range changed {
		differ = append(differ, "OLD."+c+" IS NOT NEW."+c)
	}
	free := "'$." + strings.Join(k.Final.Fields, "', '$.") + "'"
	w.refusing(k.Name, "UPDATE", " WHEN OLD."+k.Final.When+" = 1 AND ("+strings.Join(differ, " OR ")+
		"\n\tOR json_remove(OLD.state, "+free+") <> json_remove(NEW.state, "+free+")"+settledWrongly(w.d, k)+")")
	w.refusing(k.Name, "DELETE", " WHEN OLD."+k.Final.When+" = 1")
	w.replacing(k.Name, "INSERT", "", k.Final.When, s.uniques()...)
	w.replacing(k.Name, "UPDATE", " WHEN OLD."+k.Final.When+" = 0", k.Final.When, s.uniques()...)
}

// settledWrongly tells in which cases what may change of an issued invoice was not
// changed by its settlement: it leaves the issued states, its columns are not those of
// the state, or its instalments are other claims.
func settledWrongly(d *dialect, k *store.Kind) string {
	if k.Name != "customer_invoice" {
		return ""
	}
	posted, settled := string(billing.InvoicePosted), string(billing.InvoiceSettled)
	if d.guarded {
		claims := func(of string) string {
			return "(SELECT jsonb_agg(jsonb_build_array(i -> 'due', i -> 'amount', i #> '{discount,until}')) FROM jsonb_array_elements(" + of + " -> 'instalments') i)"
		}
		return "\n\t\tOR NEW.status <> (CASE NEW.open_minor WHEN 0 THEN '" + settled + "' ELSE '" + posted + "' END) OR NEW.open <> (NEW.open_minor <> 0)" +
			"\n\t\tOR NEW.open_minor NOT BETWEEN 0 AND NEW.gross_minor OR new_state ->> 'status' IS DISTINCT FROM NEW.status" +
			"\n\t\tOR split_part(replace(new_state ->> 'open', '.', ''), ' ', 1)::bigint IS DISTINCT FROM NEW.open_minor" +
			"\n\t\tOR " + claims("old_state") + "\n\t\t\tIS DISTINCT FROM " + claims("new_state")
	}
	claims := func(of string) string {
		return "(SELECT json_group_array(json_extract(value, '$.due', '$.amount', '$.discount.until')) FROM json_each(" + of + ".state, '$.instalments'))"
	}
	return "\n\tOR NEW.status <> (CASE NEW.open_minor WHEN 0 THEN '" + settled + "' ELSE '" + posted + "' END) OR NEW.open <> (NEW.open_minor <> 0)" +
		"\n\tOR NEW.open_minor NOT BETWEEN 0 AND NEW.gross_minor OR json_extract(NEW.state, '$.status') IS NOT NEW.status" +
		"\n\tOR CAST(replace(json_extract(NEW.state, '$.open'), '.', '') AS INTEGER) IS NOT NEW.open_minor" +
		"\n\tOR " + claims("OLD") + "\n\t\tIS NOT " + claims("NEW")
}
