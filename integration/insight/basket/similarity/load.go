package similarity

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/tandem-go/tandem/integration/insight"
	"github.com/tandem-go/tandem/integration/insight/basket"
)

// load is what somebody with so many items costs, in pairs to look at.
type load struct{ length, steps int }

// longest gives the number of items up to which all loads fit into the steps, most
// where they all do: the longest go first, as they cost most and say least.
func longest(loads []load, most, steps int) int {
	slices.SortFunc(loads, func(a, b load) int { return cmp.Compare(a.length, b.length) })
	for _, l := range loads {
		if steps -= l.steps; steps < 0 {
			return min(most, l.length-1)
		}
	}
	return most
}

func lowered(from, to int) insight.Warning {
	return insight.Warn(basket.LongestLowered, "too many pairs of items: who has more than %d is left out, where %d were allowed", to, from)
}

// tooMany warns of what was left out, where anything was.
func tooMany(left []insight.LeftOut, longest int) []insight.Warning {
	customers, baskets := insight.Left(left, LongCustomer), insight.Left(left, LongBasket)
	who := fmt.Sprintf("%d customers", customers)
	switch {
	case len(left) == 0:
		return nil
	case customers == 0:
		who = fmt.Sprintf("%d baskets", baskets)
	case baskets > 0:
		who += fmt.Sprintf(" and %d baskets without one", baskets)
	}
	return []insight.Warning{insight.Warn(insight.RowsLeftOut, "%s with more than %d items were left out", who, longest)}
}

// loads gives those of lists, each compared with itself.
func (l lists) loads() []load {
	out := make([]load, l.len())
	for i := range out {
		n := len(l.at(int32(i)))
		out[i] = load{n, n * n}
	}
	return out
}

// loads adds to the pairs of a customer those of his strata and baskets; a basket
// without customer counts for itself.
func (f *finder) loads() []load {
	out := f.customers.have.loads()
	for s := range int32(f.of.len()) {
		c := f.baskets.Customer(int(f.of.at(s)[0]))
		n := len(f.strata.have.at(s))
		out[c].steps += n * n
	}
	for i := range f.baskets.Len() {
		n := len(f.baskets.Items(i))
		if c := f.baskets.Customer(i); c < 0 {
			out = append(out, load{n, n * n})
		} else if out[c].length > 0 {
			out[c].steps += n * n
		}
	}
	return out
}
