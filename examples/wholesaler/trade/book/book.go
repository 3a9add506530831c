package book

import (
	"cmp"
	"slices"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/examples/wholesaler/trade/retail"
)

// Book is what was published on one first of a month, as plain facts.
type Book struct {
	Version   int64
	Valid     tandem.Validity // until the next first of a month
	Entries   []Entry         // by product
	Contracts []string        // the customers with prices of their own, in order
}

// The windows of a book, in months before its publication, and what makes a contract customer.
const (
	listMonths       = 3
	contractMonths   = 6
	contractMinLines = 10
)

type account struct{ customer, product string }

// Keeper publishes the books and quotes from them. It sees sales in the order of the file.
type Keeper struct {
	rows      []retail.Row
	sales     []int // rows sold to customers, in the order of the file
	version   int64
	entries   map[string]Entry
	contracts map[string]bool
	last      map[account]tandem.Price
}

// NewKeeper gives a keeper of the rows' prices without any book.
func NewKeeper(rows []retail.Row) *Keeper {
	k := &Keeper{rows: rows, entries: map[string]Entry{}, contracts: map[string]bool{}, last: map[account]tandem.Price{}}
	for i := range rows {
		if rows[i].Class == retail.Sold && !rows[i].Cash() {
			k.sales = append(k.sales, i)
		}
	}
	return k
}

// Publish makes the book of a first of a month from the sales to customers before it: the first book from all history,
// each later one from the trailing three months. A product without a sale in that time keeps its entry.
func (k *Keeper) Publish(day tandem.Date) Book {
	from := tandem.Date{}
	if k.version > 0 {
		from = day.AddMonths(-listMonths)
	}
	byProduct := map[string][]paid{}
	for _, i := range k.sales {
		if row := &k.rows[i]; row.Day.Before(day) && !row.Day.Before(from) {
			byProduct[row.Code] = append(byProduct[row.Code], paid{row.Quantity, row.Price.Micro()})
		}
	}
	for product, sales := range byProduct {
		k.entries[product] = entryOf(product, sales)
	}
	k.version++
	k.contracts = k.offBook(day)
	b := Book{Version: k.version, Valid: tandem.Validity{From: day, Until: day.AddMonths(1)}}
	for _, e := range k.entries {
		b.Entries = append(b.Entries, e)
	}
	slices.SortFunc(b.Entries, func(a, b Entry) int { return cmp.Compare(a.Product, b.Product) })
	for c := range k.contracts {
		b.Contracts = append(b.Contracts, c)
	}
	slices.Sort(b.Contracts)
	return b
}

// offBook gives the contract customers: at least ten lines in the trailing six months, at least half of them at
// another price than the new book's.
func (k *Keeper) offBook(day tandem.Date) map[string]bool {
	type lines struct{ all, off int }
	from := day.AddMonths(-contractMonths)
	n := map[string]lines{}
	for _, i := range k.sales {
		row := &k.rows[i]
		if !row.Day.Before(day) || row.Day.Before(from) {
			continue
		}
		c := n[row.Customer]
		c.all++
		if k.entries[row.Code].At(row.Quantity) != row.Price {
			c.off++
		}
		n[row.Customer] = c
	}
	contracts := map[string]bool{}
	for customer, c := range n {
		if c.all >= contractMinLines && 2*c.off >= c.all {
			contracts[customer] = true
		}
	}
	return contracts
}

// Quote is what the books say about one line at its moment.
type Quote struct {
	Entry
	New      bool         // the product had no entry: its list price is this row's
	Contract tandem.Price // the customer's own last price; none: the book's price holds
}

// Engine gives the price after list, break and contract.
func (q Quote) Engine(pieces int64) tandem.Price {
	if !q.Contract.IsNone() {
		return q.Contract
	}
	return q.At(pieces)
}

// Quote quotes a row that is sold to a customer now. A product without an entry gets one: its first price.
func (k *Keeper) Quote(row *retail.Row) Quote {
	entry, known := k.entries[row.Code]
	if !known {
		entry = Entry{Product: row.Code, List: row.Price}
		k.entries[row.Code] = entry
	}
	q := Quote{Entry: entry, New: !known}
	if k.contracts[row.Customer] {
		q.Contract = k.last[account{row.Customer, row.Code}]
	}
	return q
}

// Sold tells the keeper what a customer paid: from now on that is the customer's last price.
func (k *Keeper) Sold(row *retail.Row) { k.last[account{row.Customer, row.Code}] = row.Price }
