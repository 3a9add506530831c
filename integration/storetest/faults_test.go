package storetest_test

import (
	"bytes"
	"slices"

	"github.com/tandem-go/tandem/integration/store"
)

// faults make the plain driver break the contract.
type faults struct {
	lostUpdate     bool   // levels are written as read at first, plus the change
	noRevision     bool   // revisions are not compared
	noBounds       bool   // the bounds of levels are not kept at the commit
	noKeys         bool   // command keys are not saved
	eventsFirst    bool   // events are written before the rest is checked
	eventsReversed bool   // the events of a commit are written backwards
	noDescending   bool   // Descending is forgotten
	noSnapshot     bool   // a View reads what is there now
	forgetsOneMore bool   // one event, or command, more is forgotten than asked
	staleReads     bool   // an Update reads what was there when it began
	numbersAtOnce  bool   // a number is taken when it is drawn
	serialIDs      bool   // events have ids of the beginning of their Update, and are read by them
	noLease        bool   // a lane that is leased goes to whoever asks
	noFence        bool   // whoever settles a lane is believed to hold it
	noBlock        bool   // a dead letter blocks nothing
	forgetsDead    bool   // what a dead letter needs is forgotten
	relayless      bool   // the relays of all tenants are one
	field          string // `kind.json_name`: this field of the states is dropped
	column         string // `kind.column`: this column of the facts is dropped
	tenantless     string // `kind.index`: this index forgets the tenant

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

func (f faults) entries(t *plainTx, scan *store.Scan) []entry {
	out := t.s().entries(scan.Kind, scan.Index)
	if scan.Kind.Name+"."+scan.Kind.Indexes[scan.Index].Name != f.tenantless {
		return out
	}
	for _, other := range t.p.tenants {
		for _, e := range other.entries(scan.Kind, scan.Index) {
			if !slices.ContainsFunc(out, func(o entry) bool { return bytes.Equal(o.place, e.place) }) {
				out = append(out, e)
			}
		}
	}
	return out
}
