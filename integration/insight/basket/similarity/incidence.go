package similarity

import (
	"slices"

	"github.com/tandem-go/tandem/integration/insight/basket"
)

// incidence says who has which items, both ways; who is a customer or a basket.
type incidence struct {
	have lists // by who: items, sorted
	who  lists // by item
	left int   // who had too many items
}

// lists are runs of numbers one after the other.
type lists struct{ ends, values []int32 }

func (l lists) len() int { return len(l.ends) }

func (l lists) at(i int32) []int32 {
	start := int32(0)
	if i > 0 {
		start = l.ends[i-1]
	}
	return l.values[start:l.ends[i]]
}

func (l *lists) end() { l.ends = append(l.ends, int32(len(l.values))) }

// turn gives the lists of places by value.
func (l lists) turn(values int) lists {
	next := make([]int32, values+1)
	for _, v := range l.values {
		next[v+1]++
	}
	for i := range values {
		next[i+1] += next[i]
	}
	out := lists{values: make([]int32, len(l.values))}
	for i := range l.ends {
		for _, v := range l.at(int32(i)) {
			out.values[next[v]] = int32(i)
			next[v]++
		}
	}
	out.ends = next[:values]
	return out
}

// byCustomer gives the baskets of each customer.
func byCustomer(b *basket.Baskets) lists {
	var of lists
	for i := range b.Len() {
		if c := b.Customer(i); c >= 0 {
			of.values = append(of.values, c)
		}
		of.end()
	}
	return of.turn(b.Customers())
}

func overBaskets(b *basket.Baskets, longest int) incidence {
	var in incidence
	for i := range b.Len() {
		items := b.Items(i)
		if len(items) > longest {
			in.left++
			continue
		}
		in.have.values = append(in.have.values, items...)
		in.have.end()
	}
	in.who = in.have.turn(b.Products())
	return in
}

// overGroups unites baskets that are grouped, such as by customer. The groups keep
// their numbers: one with too many items has none.
func overGroups(b *basket.Baskets, of lists, longest int) incidence {
	var in incidence
	seen := make([]int32, b.Products())
	for c := range int32(of.len()) {
		start := len(in.have.values)
		for _, i := range of.at(c) {
			for _, item := range b.Items(int(i)) {
				if seen[item] != c+1 {
					seen[item] = c + 1
					in.have.values = append(in.have.values, item)
				}
			}
		}
		if len(in.have.values)-start > longest {
			in.left++
			in.have.values = in.have.values[:start]
		}
		slices.Sort(in.have.values[start:])
		in.have.end()
	}
	in.who = in.have.turn(b.Products())
	return in
}
