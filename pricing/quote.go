package pricing

import (
	"runtime"
	"sync"

	"github.com/tandem-go/tandem"
)

// Buyer is who buys, when and in which currency: what many lines have in common,
// worked out once by [Snapshot.Buyer]. It is immutable and safe for any number of
// goroutines, and belongs to the snapshot that made it.
type Buyer struct {
	snapshot *Snapshot
	terms    terms
}

// Quote is the engine's price of a line in short: before promotions and whatever
// is agreed by hand. See [Snapshot.Price] for an order.
type Quote struct {
	Price  tandem.Price // per unit
	Amount tandem.Money // price × quantity, rounded
	Source Source       // of the list that won
	list   int32
	row    uint32
	page   int32
}

// Buyer works out what the request's lines have in common. Its lines are not read.
// The faults are those of [Snapshot.Price].
func (s *Snapshot) Buyer(req *Request) (*Buyer, error) {
	var c tandem.Check
	if s.check(req, &c); !c.OK() {
		return nil, c.Err("price request")
	}
	b := &Buyer{snapshot: s}
	s.termsOf(req, &b.terms)
	b.terms.labels = nil
	return b, nil
}

// Pricer prices single lines. It is for one goroutine; the zero Pricer is ready.
type Pricer struct {
	ask    ask
	terms  terms
	found  resolution
	labels []uint32
}

// Line gives the price of a quantity of a product for a buyer, without an
// allocation once it has priced for the buyer's snapshot. A line that has no price
// is [tandem.ErrNotFound]; [Snapshot.Price] says what comes closest.
func (p *Pricer) Line(b *Buyer, product tandem.ProductID, quantity tandem.Quantity) (Quote, error) {
	s := b.snapshot
	p.ask.terms = &p.terms
	if p.terms = b.terms; len(p.labels) < len(s.frames.all) {
		p.labels = make([]uint32, len(s.frames.all))
	}
	p.terms.labels = p.labels
	p.ask.micro, p.ask.unit = quantity.Micro(), quantity.Unit()
	if p.ask.micro <= 0 {
		return Quote{}, errQuantity
	}
	s.reach(&p.ask)
	s.placeOf(&p.ask, product, "")
	s.resolve(&p.ask, &p.found)
	s.unreach(&p.ask)
	if p.found.winner == "" {
		return Quote{}, errNoPrice
	}
	amount, err := p.found.price.Times(quantity, s.book.Rounding)
	return Quote{Price: p.found.price, Amount: amount, Source: p.found.winner}, err
}
