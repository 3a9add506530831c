package story

import (
	"cmp"
	"context"
	"maps"
	"slices"

	"github.com/tandem-go/tandem/examples/wholesaler/trade/report"
)

// told is what the story knows of an order before its documents are asked for.
type told struct {
	order    string
	lines    int
	short    bool // something of it was missing at first, and came
	split    bool // a line of it came in parts
	complete bool // all of it left, and none was cancelled
}

// rank puts first what shows most: a few lines of which some came later, complete, with nothing given back.
func (o *told) rank(returned bool) int {
	whole := o.complete && !returned
	switch {
	case whole && o.split && o.lines >= 5 && o.lines <= 12:
		return 0
	case whole && o.short && o.lines > 1:
		return 1
	case whole && o.lines > 1:
		return 2
	case whole:
		return 3
	}
	return 4
}

// candidates gives the customers' orders of phase 2, those first whose documents tell most.
func (t *teller) candidates() []*told {
	orders := map[string]*told{}
	for _, l := range t.lines {
		if l == nil || !l.phase2 || l.row.Cash() {
			continue
		}
		o := orders[l.row.Invoice]
		if o == nil {
			o = &told{order: l.row.Invoice, complete: true}
			orders[l.row.Invoice] = o
		}
		o.lines++
		o.short = o.short || !l.toOrder && l.reserved < l.row.Quantity && !l.done.IsZero()
		o.split = o.split || !l.toOrder && 0 < l.reserved && l.reserved < l.row.Quantity
		o.complete = o.complete && l.cancelled == 0 && !l.done.IsZero()
	}
	return slices.SortedFunc(maps.Values(orders), func(a, b *told) int {
		return cmp.Or(cmp.Compare(a.rank(t.tally.returns[a.order]), b.rank(t.tally.returns[b.order])),
			cmp.Compare(a.lines, b.lines), cmp.Compare(a.order, b.order))
	})
}

// tries is how many orders are looked at for one that was paid in full.
const tries = 40

// flow gives the documents of the order that tells most: the first that was delivered, invoiced and paid in full, or
// the first at all where none was.
func (t *teller) flow(ctx context.Context) (best []report.FlowStep, err error) {
	all := t.candidates()
	for _, o := range all[:min(len(all), tries)] {
		steps, err := t.books.Flow(ctx, o.order)
		if err != nil {
			return nil, err
		}
		if report.Settled(steps) {
			return steps, nil
		}
		if best == nil {
			best = steps
		}
	}
	return best, nil
}
