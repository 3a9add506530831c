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
	before  tandem.Date // what is effective earlier was forgotten
	sold    map[string]entry
	net     Volume
	left    Volume // of what was forgotten and has not come back
	base    int64  // the measure of what was forgotten, and the most that it was
	most    int64
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

func newLedger(t *Terms, f *Forgotten) ledger {
	none := t.nothing()
	l := ledger{terms: t, sold: map[string]entry{}, net: none, accrued: none.Value, settled: none.Value}
	if !f.Before.IsZero() {
		l.before, l.net, l.left, l.accrued, l.settled = f.Before, f.Net, f.Net, f.Accrued, f.Settled
		l.base, l.most = t.measure(f.Net), t.measure(f.Reached)
	}
	return l
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
	if m.Effective.Before(l.before) {
		return "closed", "what came before was summed up"
	}
	if m.Kind == Sale {
		if !l.terms.Period.Contains(m.Effective) {
			return "outside_period", "it was sold outside the period of the agreement"
		}
		return "", ""
	}
	of, found := l.sold[m.Of]
	if !found && !l.before.IsZero() {
		if m.Counts && m.exceeds(l.left) {
			return "returned_too_much", "less than that is left of what was forgotten"
		}
		return "", ""
	}
	switch {
	case !found || of.movement.Kind != Sale:
		return "no_sale", "there is no such sale"
	case m.Effective.Before(of.movement.Effective):
		return "before_sale", "it cannot come back before it was sold"
	case m.exceeds(of.left):
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
	l.leave(m, change)
	l.sold[m.Key] = entry{movement: *m, left: l.terms.nothing()}
	return nil
}

// leave changes what has not come back of a return's sale. At most what was left of it
// comes back.
func (l *ledger) leave(m *Movement, change Volume) {
	if of, found := l.sold[m.Of]; found {
		of.left, _ = of.left.add(change)
		l.sold[m.Of] = of
	} else if m.Counts {
		l.left, _ = l.left.add(change)
	}
}

// remove takes back the movement that was added last; net is what was before.
func (l *ledger) remove(m *Movement, net Volume) {
	delete(l.sold, m.Key)
	change := m.Volume
	if m.Kind == Return {
		l.leave(m, change)
		change = change.neg()
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
	sum, most := int128.FromInt64(l.base), int128.FromInt64(l.most)
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
