package sqlstore

import (
	"strings"
)

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
	levelMake                                                                    string // makes the row of a level, if it is not there
	levelHold                                                                    string // one level, kept until the end
	levelIs                                                                      string // sets a level that is held
	levelDrop                                                                    string // takes back what levelMake has made
	commandsTaken                                                                string // which of some keys are recorded
	manyCommands, manyEvents                                                     string
	forgetEvents                                                                 string
	forgetCommands                                                               string
	tenantIs                                                                     string // sets the tenant for row-level security
	tenantWas                                                                    string
	version                                                                      string
}

// tenantSetting is the setting that row-level security knows the tenant by.
const tenantSetting = "tandem.tenant"

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
	s.tenantIs = "SELECT set_config('" + tenantSetting + "', " + d.placeholder(1) + ", true)"
	s.tenantWas = "SELECT coalesce(current_setting('" + tenantSetting + "', true), '')"
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
	t = &text{d: d}
	s.levelMake = t.add("INSERT INTO ", level, " (").list(levelKey...).add(", on_hand_micro, reserved_micro, bucket) VALUES (").args(len(levelKey)).
		add(", 0, 0, 0) ON CONFLICT DO NOTHING RETURNING 1").String()
	t = &text{d: d}
	t.add("UPDATE ", level, " SET on_hand_micro = ", d.placeholder(6), ", reserved_micro = ", d.placeholder(7), " WHERE ").equal(levelKey...).add(" AND bucket = 0")
	s.levelIs = d.guard(t.String())
	t = &text{d: d}
	s.levelDrop = t.add("DELETE FROM ", level, " WHERE ").equal(levelKey...).add(" AND bucket = 0").String()
	p := d.placeholder
	// one lookup for each key, whatever the planner knows of the table
	s.commandsTaken = "SELECT wanted.key FROM unnest(" + p(2) + "::text[]) wanted (key) CROSS JOIN LATERAL (SELECT 1 FROM " + d.table("command") +
		" c WHERE c.tenant = " + p(1) + " AND c.key = wanted.key LIMIT 1) taken"
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
