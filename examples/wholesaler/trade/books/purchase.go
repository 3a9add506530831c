package books

import (
	"context"
	"time"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/crm/grading"
	"github.com/tandem-go/tandem/erp/billing"
	"github.com/tandem-go/tandem/erp/catalog"
	"github.com/tandem-go/tandem/erp/sales"
	"github.com/tandem-go/tandem/integration/store"
	"github.com/tandem-go/tandem/integration/work"
)

// trade is the bundle as customer360 sees it: what counts as a purchase is told by the house, which grades by goods alone.
type trade struct{ *store.Bundle }

// Purchases gives a repository that keeps nothing.
func (trade) Purchases() grading.PurchaseRepository { return unkept{} }

type unkept struct{ grading.PurchaseRepository }

// Append keeps nothing.
func (unkept) Append(context.Context, ...grading.Purchase) error { return nil }

// buyers listens to what customers buy. All that it knows is from the events and from the store, for it may hear of what
// a story that goes on has not come to yet; what never changes is read once.
type buyers struct {
	zone     *time.Location
	services map[tandem.ProductID]bool
	cash     map[tandem.PartyID]bool
}

func newBuyers(zone *time.Location) *buyers {
	return &buyers{zone: zone, services: map[tandem.ProductID]bool{}, cash: map[tandem.PartyID]bool{}}
}

func (b *buyers) consumer() work.Consumer[*store.Bundle] {
	return work.Consumer[*store.Bundle]{Name: "purchases of goods", Handlers: map[string]work.Handler[*store.Bundle]{
		"sales.order.confirmed": on(b, func(f *purchaseFacts, e *sales.OrderConfirmed) {
			f.of(e.Customer, e.Date, tandem.RefTo(sales.KindOrder, e.Order, e.Number))
			for i := range e.Lines {
				f.goods(e.Lines[i].Product, e.Lines[i].Net)
			}
		}),
		"sales.order.lines_cancelled": on(b, func(f *purchaseFacts, e *sales.OrderLinesCancelled) {
			f.of(e.Customer, tandem.DateIn(e.At, b.zone), tandem.RefTo(sales.KindOrder, e.Order, e.Number))
			for i := range e.Lines {
				f.goods(e.Lines[i].Product, e.Lines[i].Net.Neg())
			}
		}),
		"sales.order.cancelled": on(b, func(f *purchaseFacts, e *sales.OrderCancelled) {
			f.of(e.Customer, tandem.DateIn(e.At, b.zone), tandem.RefTo(sales.KindOrder, e.Order, e.Number))
			for i := range e.Lines {
				f.goods(e.Lines[i].Product, e.Lines[i].Net.Neg())
			}
		}),
		"billing.credit_note.posted": b.credited,
	}}
}

// service reports whether a product is none of the goods.
func (b *buyers) service(ctx context.Context, r *store.Bundle, id tandem.ProductID) (bool, error) {
	if service, known := b.services[id]; known {
		return service, nil
	}
	p, err := r.Products().Get(ctx, id)
	if err == nil {
		b.services[id] = p.Kind == catalog.Service
	}
	return p.Kind == catalog.Service, err
}

// paysInCash reports whether a customer is one without a name, who has no grades.
func (b *buyers) paysInCash(ctx context.Context, r *store.Bundle, id tandem.PartyID) (bool, error) {
	if cash, known := b.cash[id]; known {
		return cash, nil
	}
	p, err := r.Parties().Get(ctx, id)
	if err != nil {
		return false, err
	}
	way, _ := p.Preference(paysBy)
	b.cash[id] = way == inCash
	return way == inCash, nil
}

// purchaseFacts is what one event says about purchases of goods.
type purchaseFacts struct {
	ctx    context.Context
	buyers *buyers
	r      *store.Bundle
	event  *work.Event
	fact   grading.Purchase
	any    bool
	net    tandem.Total
	err    error // of the store
}

func (f *purchaseFacts) of(customer tandem.PartyID, date tandem.Date, document tandem.DocumentRef) {
	f.fact = grading.Purchase{ID: grading.PurchaseIDOf(f.event.Identity(), 0), Company: company(), Party: customer, Date: date,
		Document: document, Recorded: f.event.At}
	f.net = tandem.NewTotal(tandem.GBP)
}

func (f *purchaseFacts) goods(product tandem.ProductID, net tandem.Money) {
	service, err := f.buyers.service(f.ctx, f.r, product)
	if err != nil && f.err == nil {
		f.err = err
	}
	if !service {
		f.any = true
		f.net.Add(net)
	}
}

// write appends the fact, if goods were bought or credited.
func (f *purchaseFacts) write() (err error) {
	if f.err != nil || !f.any {
		return f.err
	}
	if cash, err := f.buyers.paysInCash(f.ctx, f.r, f.fact.Party); err != nil || cash {
		return err
	}
	if f.fact.Net, err = f.net.Money(tandem.HalfAwayFromZero); err != nil {
		return err
	}
	f.fact.Kind = grading.Sale
	if f.fact.Net.Sign() < 0 || f.event.Name != "sales.order.confirmed" {
		f.fact.Kind = grading.Credit
		if f.fact.Net.Sign() > 0 || f.fact.Net.IsZero() {
			return nil
		}
	}
	return f.r.Purchases().Append(f.ctx, f.fact)
}

func on[E any](b *buyers, fill func(*purchaseFacts, *E)) work.Handler[*store.Bundle] {
	return func(ctx context.Context, r *store.Bundle, event *work.Event) error {
		e, f := new(E), purchaseFacts{ctx: ctx, buyers: b, r: r, event: event}
		if err := tandem.DecodeJSON(event.Payload, e); err != nil {
			return err
		}
		fill(&f, e)
		return f.write()
	}
}

// credited reads the credit note of an event for the goods among its lines.
func (b *buyers) credited(ctx context.Context, r *store.Bundle, event *work.Event) error {
	var e billing.CreditNotePosted
	if err := tandem.DecodeJSON(event.Payload, &e); err != nil {
		return err
	}
	note, err := r.CustomerInvoices().Get(ctx, company(), e.CreditNote)
	if err != nil {
		return err
	}
	f := purchaseFacts{ctx: ctx, buyers: b, r: r, event: event}
	f.of(e.Customer, e.Date, note.Ref())
	for i := range note.LineCount() {
		l := note.LineAt(i)
		f.goods(l.Product, l.Net.Neg())
	}
	return f.write()
}
