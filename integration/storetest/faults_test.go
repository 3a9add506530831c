package storetest_test

import (
	"bytes"
	"slices"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/integration/store"
	"github.com/tandem-go/tandem/integration/work"
)

// faults make the plain driver break the contract.
type faults struct {
	lostUpdate       bool   // levels are written as read at first, plus the change
	noRevision       bool   // revisions are not compared
	noBounds         bool   // the bounds of levels are not kept at the commit
	noKeys           bool   // command keys are not saved
	eventsFirst      bool   // events are written before the rest is checked
	eventsReversed   bool   // the events of a commit are written backwards
	noDescending     bool   // Descending is forgotten
	noSnapshot       bool   // a View reads what is there now
	forgetsOneMore   bool   // one event, or command, more is forgotten than asked
	staleReads       bool   // an Update reads what was there when it began
	numbersAtOnce    bool   // a number is taken in a transaction of its own
	checksEarly      bool   // a commit is compared with what was there when its Update began
	keysOfAll        bool   // command keys forget the tenant
	seriesOfAll      bool   // number series forget the tenant
	seriesOfTenant   bool   // number series forget the company
	serialIDs        bool   // events have ids of the beginning of their Update, and are read by them
	noLease          bool   // a lane that is leased goes to whoever asks
	noFence          bool   // whoever settles a lane is believed to hold it
	noBlock          bool   // a dead letter blocks nothing
	forgetsDead      bool   // what a dead letter needs is forgotten
	forgetsUnsettled bool   // what a relay has yet to settle is forgotten
	relayless        bool   // the relays of all tenants are one
	field            string // `kind.json_name`: this field of the states is dropped
	column           string // `kind.column`: this column of the facts is dropped
	rowsOfAll        string // a write to this kind changes the row of every tenant that has it
	tenantless       string // `kind.index`: this index forgets the tenant
	companyless      string // `kind.index`: this unique index forgets the company

	prefetch prefetchFault // how what is read ahead is not what is read
}

func (f faults) dropField(kind *store.Kind, data []byte) []byte {
	name, found := bytes.CutPrefix([]byte(f.field), []byte(kind.Name+"."))
	if !found {
		return data
	}
	return bytes.Replace(data, append(append([]byte(`"`), name...), `":`...), []byte(`"dropped":`), 1)
}

func (f faults) dropColumn(kind *store.Kind, values []store.Value) []store.Value {
	for i, c := range kind.Columns {
		if kind.Name+"."+c.Name == f.column {
			values = slices.Clone(values)
			values[i] = store.Value{Type: c.Type}
		}
	}
	return values
}

func (f faults) seriesKey(company tandem.CompanyID, series string) seriesKey {
	if f.seriesOfTenant {
		company = tandem.CompanyID{}
	}
	return seriesKey{company, series}
}

// command looks a command up in the shelves of a tenant.
func (f faults) command(t *plainTx, s *shelves, key string) (record work.CommandRecord, found bool) {
	if record, found = s.commands[key]; found || !f.keysOfAll {
		return record, found
	}
	for _, other := range t.p.tenants {
		if record, found = other.commands[key]; found {
			return record, found
		}
	}
	return record, false
}

// uniqueColumns gives the columns that a unique index compares.
func (f faults) uniqueColumns(kind *store.Kind, index int, columns []store.Value) []store.Value {
	if kind.Name+"."+kind.Indexes[index].Name != f.companyless {
		return columns
	}
	columns = slices.Clone(columns)
	for i, c := range kind.Columns {
		if c.Name == "company" {
			columns[i].ID = [16]byte{}
		}
	}
	return columns
}

// foreseen gives what a commit would leave if nobody else had committed since its
// Update began.
func (t *plainTx) foreseen(next *shelves) *shelves {
	out := t.began.clone()
	now := t.s()
	for kind, rows := range next.rows {
		for key, row := range rows {
			if old, there := now.rows[kind][key]; !there || old.record.Revision != row.record.Revision {
				out.rows.put(kind, key, row)
			}
		}
	}
	return out
}

func (f faults) entries(t *plainTx, scan *store.Scan) []entry {
	out := t.s().entries(scan.Kind, scan.Index)
	if scan.Kind.Name+"."+scan.Kind.Indexes[scan.Index].Name != f.tenantless {
		return out
	}
	for name, other := range t.p.tenants {
		if name != t.tenant {
			out = append(out, other.entries(scan.Kind, scan.Index)...)
		}
	}
	return out
}
