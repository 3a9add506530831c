package rebate

import (
	"maps"
	"math"
	"slices"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/internal/int128"
)

// ledger is what the movements and facts come to. It is derived and never kept.
type ledger struct {
	terms   *Terms
	sold    map[string]entry
	net     Volume
	days    []day // ascending: the changes of the measure
	accrued tandem.Money
	settled tandem.Money
}

// entry is a movement; of a sale also what of it has not come back.
type entry struct {
	movement Movement
	left     Volume
}

type day struct {
	date   tandem.Date
	change int128.Int // what was sold on it may have come back on others
}

func newLedger(t *Terms) ledger {
	none := t.nothing()
	return ledger{terms: t, sold: map[string]entry{}, net: none, accrued: none.Value, settled: none.Value}
}

func (l *ledger) clone() ledger {
	out := *l
	terms := *l.terms
	terms.Tiers = slices.Clone(terms.Tiers)
	out.terms, out.sold, out.days = &terms, maps.Clone(l.sold), slices.Clone(l.days)
	return out
}

// may gives the reason for which a valid movement is refused.
func (l *ledger) may(m *Movement) (code, reason string) {
	if _, taken := l.sold[m.Key]; taken {
		return "duplicate", "there is a movement with that key"
	}
	if m.Kind == Sale {
		if !l.terms.Period.Contains(m.Effective) {
			return "outside_period", "it was sold outside the period of the agreement"
		}
		return "", ""
	}
	of, found := l.sold[m.Of]
	switch {
	case !found || of.movement.Kind != Sale:
		return "no_sale", "there is no such sale"
	case m.Effective.Before(of.movement.Effective):
		return "before_sale", "it cannot come back before it was sold"
	case m.Value.Minor() > of.left.Value.Minor() || m.Quantity.Micro() > of.left.Quantity.Micro():
		return "returned_too_much", "less than that is left of the sale"
	}
	return "", ""
}

// add takes a movement that may be added; on error nothing happened.
func (l *ledger) add(m *Movement) error {
	change := m.Volume
	if m.Kind == Return {
		change = change.neg()
	}
	if m.Counts {
		net, err := l.net.add(change)
		if err != nil {
			return err
		}
		l.net = net
		l.change(m.Effective, l.terms.measure(change))
	}
	if m.Kind == Sale {
		l.sold[m.Key] = entry{movement: *m, left: m.Volume}
		return nil
	}
	of := l.sold[m.Of]
	of.left, _ = of.left.add(change) // at most what is left comes back
	l.sold[m.Of], l.sold[m.Key] = of, entry{movement: *m, left: l.terms.nothing()}
	return nil
}

// remove takes back the movement that was added last; net is what was before.
func (l *ledger) remove(m *Movement, net Volume) {
	delete(l.sold, m.Key)
	change := m.Volume
	if m.Kind == Return {
		of := l.sold[m.Of]
		of.left, _ = of.left.add(change) // it was so much
		l.sold[m.Of], change = of, change.neg()
	}
	if l.net = net; m.Counts {
		l.change(m.Effective, -l.terms.measure(change))
	}
}

// change keeps the days that the highest volume is found by: of no use elsewhere.
func (l *ledger) change(date tandem.Date, change int64) {
	if l.terms.Returns != HighestReached {
		return
	}
	i, found := slices.BinarySearchFunc(l.days, date, func(d day, date tandem.Date) int { return d.date.Compare(date) })
	if !found {
		l.days = slices.Insert(l.days, i, day{date: date})
	}
	l.days[i].change, _ = l.days[i].change.Add(int128.FromInt64(change)) // MaxMovements of 64 bits fit
}

// reached gives the highest net measure at the end of any day, by the days on which it
// happened: the order in which it was recorded changes nothing.
func (l *ledger) reached() int64 {
	var sum, most int128.Int
	for _, d := range l.days {
		if sum, _ = sum.Add(d.change); most.Less(sum) {
			most = sum
		}
	}
	if n, fits := most.Int64(); fits {
		return n
	}
	return math.MaxInt64 // above every tier
}

func (l *ledger) post(f *Fact) (err error) {
	if f.Kind == Settled {
		l.settled, err = l.settled.Sub(f.Amount)
	} else {
		l.accrued, err = l.accrued.Add(f.Amount)
	}
	return err
}
