package basket

import (
	"slices"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/integration/insight"
)

// Baskets are what was bought at once, in a compact form without pointers: each
// basket is a run of sorted item numbers. Items are numbered by product id,
// customers by party id, baskets by date, then key, then customer. They do not
// change once gathered and are safe for any number of goroutines.
type Baskets struct {
	products  []tandem.ProductID // by item, sorted
	customers []tandem.PartyID   // sorted
	counts    []int32            // baskets by item
	ends      []int32            // by basket, in items
	items     []int32
	customer  []int32 // by basket, -1 = not known
	dates     []tandem.Date
	left      []Omission
}

// Len gives the number of baskets.
func (b *Baskets) Len() int { return len(b.ends) }

// Items gives the sorted item numbers of a basket; the list must not be changed.
func (b *Baskets) Items(basket int) []int32 {
	start := int32(0)
	if basket > 0 {
		start = b.ends[basket-1]
	}
	return b.items[start:b.ends[basket]:b.ends[basket]]
}

// Date gives the first date of a basket's lines, none where none is known.
func (b *Baskets) Date(basket int) tandem.Date { return b.dates[basket] }

// Customer gives the number of the customer of a basket, -1 where it is not known.
func (b *Baskets) Customer(basket int) int32 { return b.customer[basket] }

// Products gives the number of items that are in a basket.
func (b *Baskets) Products() int { return len(b.products) }

// Product gives the product of an item number.
func (b *Baskets) Product(item int32) tandem.ProductID { return b.products[item] }

// Item gives the number of a product; false says that no basket has it.
func (b *Baskets) Item(id tandem.ProductID) (int32, bool) {
	i, found := slices.BinarySearchFunc(b.products, id, tandem.ProductID.Compare)
	return int32(i), found
}

// Count gives the number of baskets with the item.
func (b *Baskets) Count(item int32) int { return int(b.counts[item]) }

// Customers gives the number of customers with a basket.
func (b *Baskets) Customers() int { return len(b.customers) }

// Party gives the party of a customer number.
func (b *Baskets) Party(customer int32) tandem.PartyID { return b.customers[customer] }

// Buyer gives the number of a party; false says that it has no basket.
func (b *Baskets) Buyer(id tandem.PartyID) (int32, bool) {
	i, found := slices.BinarySearchFunc(b.customers, id, tandem.PartyID.Compare)
	return int32(i), found
}

// Omissions says what is in no basket and why, in the order of [Reasons].
func (b *Baskets) Omissions() []Omission { return slices.Clone(b.left) }

// LeftOut counts the lines that are in no basket, by one of [Reasons].
func (b *Baskets) LeftOut() []insight.LeftOut {
	var out []insight.LeftOut
	for _, o := range b.left {
		out = insight.Leave(out, o.Reason, o.Lines)
	}
	return out
}

// Held is the last basket of a customer, put aside to test predictions with.
type Held struct {
	Customer int32
	Date     tandem.Date
	Items    []int32
}

// HoldLast puts aside the last basket of each customer with two or more: the rest
// has the same numbers of items and customers. What is held is ordered by customer.
func (b *Baskets) HoldLast() (*Baskets, []Held) {
	last, bought := make([]int, len(b.customers)), make([]int, len(b.customers))
	for i, c := range b.customer {
		if c >= 0 {
			last[c] = i
			bought[c]++
		}
	}
	rest := &Baskets{products: b.products, customers: b.customers, counts: slices.Clone(b.counts)}
	for i, c := range b.customer {
		items := b.Items(i)
		if c >= 0 && bought[c] > 1 && last[c] == i {
			for _, item := range items {
				rest.counts[item]--
			}
			continue
		}
		rest.items = append(rest.items, items...)
		rest.ends = append(rest.ends, int32(len(rest.items)))
		rest.customer, rest.dates = append(rest.customer, c), append(rest.dates, b.dates[i])
	}
	var held []Held
	for c, n := range bought {
		if n > 1 {
			held = append(held, Held{int32(c), b.dates[last[c]], b.Items(last[c])})
		}
	}
	return rest, held
}
