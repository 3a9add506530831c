package pricing

import (
	"runtime"
	"sync"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/pricing/internal/rows"
)

// Buyer is who buys, when and in which currency: what many lines have in common,
// worked out once by [Snapshot.Buyer]. It is immutable and safe for any number of
// goroutines, and belongs to the snapshot that made it.
type Buyer struct {
	snapshot *Snapshot
	terms    terms
}

// Buyer works out what the request's lines have in common. Its lines are not read.
// The faults are those of [Snapshot.Price].
func (s *Snapshot) Buyer(req *Request) (*Buyer, error) {
	var c tandem.Check
	if s.check(req, &c); !c.OK() {
		return nil, c.Err("price request")
	}
	b := &Buyer{snapshot: s}
	var f finding
	s.termsOf(req, &b.terms, &f)
	return b, nil
}

// Quote is the engine's price of a line in short: before promotions and whatever
// is agreed by hand. See [Snapshot.Price] for an order.
type Quote struct {
	Price  tandem.Price // per unit
	Amount tandem.Money // price × quantity, rounded
	page   *rows.Page
	row    uint32
	list   int32
}

// Rule names the rule that gave a quote of this snapshot: the row or the derived list.
func (s *Snapshot) Rule(q Quote) tandem.PriceRef {
	ref := tandem.PriceRef{Book: s.book.ID, Version: s.book.Version}
	switch {
	case q.Price.IsNone():
	case q.page != nil:
		ref.Rule = q.page.ID(q.row)
	default:
		ref.Rule = s.book.Lists[q.list].ID
	}
	return ref
}

// Pricer prices single lines. It is for one goroutine at a time; the zero Pricer is
// ready.
type Pricer struct {
	ask     ask
	found   resolution
	touched uint64 // keeps reads ahead from being left out
}

// Line gives the price of a quantity of a product for a buyer, without an
// allocation once the Pricer has met the buyer's snapshot. Where there is no price
// the error matches [tandem.ErrNotFound]; [Snapshot.Price] says what comes closest.
func (p *Pricer) Line(b *Buyer, product tandem.ProductID, quantity tandem.Quantity) (Quote, error) {
	if b == nil || b.snapshot == nil {
		return Quote{}, ErrNoPrice
	}
	s, a := b.snapshot, &p.ask
	a.terms = &b.terms
	if a.micro, a.unit = quantity.Micro(), quantity.Unit(); a.micro <= 0 {
		return Quote{}, ErrQuantity
	}
	a.code, a.without = "", a.without[:0]
	s.reach(a)
	s.placeOf(a, product, "")
	s.resolve(a, &p.found)
	if p.found.winner == "" && a.code == "" && s.book.Conversion == ConvertLast {
		s.resolveForeign(a, &p.found, &Line{Product: product, Quantity: quantity})
	}
	a.unreach()
	if p.found.winner == "" || a.code != "" {
		return Quote{}, ErrNoPrice
	}
	q := Quote{Price: p.found.price}
	c := p.found.final()
	switch q.list = c.list; {
	case c.from == fromRow:
		q.page, q.row = c.page, c.hit.Index()
	case c.by.page != nil:
		q.page, q.row = c.by.page, c.by.row
	}
	var err error
	if p.found.tiers != nil {
		q.Amount, err = p.found.tiers.Amount(quantity, s.book.Rounding)
	} else {
		q.Amount, err = q.Price.Times(quantity, s.book.Rounding)
	}
	return q, err
}

// Errors of single lines.
var (
	// ErrNoPrice: nothing prices the line. It matches [tandem.ErrNotFound].
	ErrNoPrice error = &tandem.NotFoundError{Kind: "price"}
	// ErrQuantity: the quantity must be above 0. It matches [tandem.ErrInvalid].
	ErrQuantity error = &tandem.InvalidError{Subject: "price line", Faults: []tandem.Fault{{
		Code: "quantity", Path: "quantity", Message: "the quantity must be above 0"}}}
)

// BatchLine is one line of many.
type BatchLine struct {
	Buyer    *Buyer
	Product  tandem.ProductID
	Quantity tandem.Quantity
}

// batchPart is how many lines a worker takes at a time.
const batchPart = 4096

// PriceBatch prices lines into quotes, as many as there are of both, on so many goroutines
// at once, as many as there are processors where it is nought. It gives the number of
// lines without a price, whose quotes are empty. The quotes do not depend on the
// number of goroutines. Lines of one product are priced one after the other, so that
// what is known of it is at hand.
func PriceBatch(lines []BatchLine, quotes []Quote, goroutines int) (unpriced int) {
	if goroutines <= 0 {
		goroutines = runtime.GOMAXPROCS(0)
	}
	lines = lines[:min(len(lines), len(quotes))]
	order := byProduct(lines)
	parts := (len(lines) + batchPart - 1) / batchPart
	missing := make([]int, parts)
	var wg sync.WaitGroup
	for w := range min(goroutines, parts) {
		wg.Go(func() {
			var p Pricer
			for part := w; part < parts; part += goroutines {
				of := order[part*batchPart : min((part+1)*batchPart, len(lines))]
				for n, i := range of {
					if n%batchAhead == 0 {
						p.touch(lines, of[n:min(n+batchAhead, len(of))])
					}
					var err error
					if quotes[i], err = p.Line(lines[i].Buyer, lines[i].Product, lines[i].Quantity); err != nil {
						quotes[i] = Quote{}
						missing[part]++
					}
				}
			}
		})
	}
	wg.Wait()
	for _, n := range missing {
		unpriced += n
	}
	return unpriced
}

// batchAhead is for how many lines a worker looks ahead.
const batchAhead = 16

// touch reads a little of what the next lines are about. None of these reads waits for
// another, so that the memory answers them at once: line by line, each would be waited for.
func (p *Pricer) touch(lines []BatchLine, next []int32) {
	for _, i := range next {
		if b := lines[i].Buyer; b != nil {
			p.touched += uint64(b.terms.day) + b.terms.mask[3] + uint64(b.terms.lists)
		}
	}
}

// byProduct orders lines by the last bytes of their products' ids, of which random ids
// have enough.
func byProduct(lines []BatchLine) []int32 {
	order := make([]int32, len(lines))
	if len(lines) <= batchPart {
		for i := range order {
			order[i] = int32(i)
		}
		return order
	}
	key := func(i int) int {
		id := lines[i].Product.Bytes()
		return int(id[14])<<8 | int(id[15])
	}
	at := make([]int32, 1<<16+1)
	for i := range lines {
		at[key(i)+1]++
	}
	for k := range 1 << 16 {
		at[k+1] += at[k]
	}
	for i := range lines {
		k := key(i)
		order[at[k]] = int32(i)
		at[k]++
	}
	return order
}

// Prepare makes ready what a day needs, which otherwise the first lines of the day
// do: a host calls it after publishing, and before midnight.
func (s *Snapshot) Prepare(day tandem.Date) {
	n := len(s.pages) + len(s.books)
	parallel(n, func(i int) {
		switch {
		case i < len(s.pages):
			s.pages[i].On(int32(day.DayNumber()), &s.order)
		case s.books[i-len(s.pages)] != nil:
			s.books[i-len(s.pages)].On(int32(day.DayNumber()), &s.order)
		}
	})
}

// Size is what a snapshot keeps in memory, in bytes.
type Size struct {
	Rows  int // of the book
	Live  int // rows that can win on the day
	Day   int // bytes to find and price them
	Other int // bytes of the rest: rows of other days, ids, the index of changes
}

// Size tells what a snapshot keeps in memory, with what the day needs.
func (s *Snapshot) Size(day tandem.Date) (z Size) {
	z.Rows = s.count
	s.eachPage(func(_ uint32, p *rows.Page) {
		d := p.On(int32(day.DayNumber()), &s.order)
		z.Live += len(d.Keys)
		z.Day += d.Bytes() + 16
		z.Other += p.Bytes()
	})
	z.Day += s.scopes.places.Bytes()
	z.Other += s.ids.Bytes() + len(s.order.Spans)*8
	return z
}
