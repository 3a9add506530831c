package books

import (
	"context"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/crm/grading"
	"github.com/tandem-go/tandem/erp/billing"
	"github.com/tandem-go/tandem/erp/sales"
	"github.com/tandem-go/tandem/examples/wholesaler/trade/grades"
	"github.com/tandem-go/tandem/examples/wholesaler/trade/story"
	"github.com/tandem-go/tandem/integration/customer360"
	"github.com/tandem-go/tandem/integration/store"
	"github.com/tandem-go/tandem/integration/work"
)

// crm subscribes what the CRM keeps of customers to the events of the books.
func (b *Books) crm(working work.Config) (err error) {
	consumer, err := customer360.Consumer[trade](customer360.Config{Zone: b.cfg.Zone})
	if err != nil {
		return err
	}
	adapted := work.Consumer[*store.Bundle]{Name: consumer.Name, Handlers: map[string]work.Handler[*store.Bundle]{}}
	for name, handle := range consumer.Handlers {
		adapted.Handlers[name] = func(ctx context.Context, r *store.Bundle, e *work.Event) error { return handle(ctx, trade{r}, e) }
	}
	purchases := work.Consumer[*store.Bundle]{Name: "purchases of goods", Handlers: map[string]work.Handler[*store.Bundle]{
		"sales.order.confirmed": on(b, func(f *purchaseFacts, e *sales.OrderConfirmed) {
			f.of(e.Customer, e.Date, tandem.RefTo(sales.KindOrder, e.Order, e.Number))
			for i := range e.Lines {
				f.goods(b, e.Lines[i].Product, e.Lines[i].Net)
			}
		}),
		"sales.order.lines_cancelled": on(b, func(f *purchaseFacts, e *sales.OrderLinesCancelled) {
			f.of(e.Customer, tandem.DateIn(e.At, b.cfg.Zone), tandem.RefTo(sales.KindOrder, e.Order, e.Number))
			for i := range e.Lines {
				f.goods(b, e.Lines[i].Product, e.Lines[i].Net.Neg())
			}
		}),
		"sales.order.cancelled": on(b, func(f *purchaseFacts, e *sales.OrderCancelled) {
			f.of(e.Customer, tandem.DateIn(e.At, b.cfg.Zone), tandem.RefTo(sales.KindOrder, e.Order, e.Number))
			for i := range e.Lines {
				f.goods(b, e.Lines[i].Product, e.Lines[i].Net.Neg())
			}
		}),
		"billing.credit_note.posted": b.credited,
	}}
	b.courier.store = b.store
	if b.courier.events, err = work.NewDispatcher(b.store, adapted, purchases); err != nil {
		return err
	}
	b.reviews, err = customer360.New(b.store, customer360.ServiceConfig{Work: working})
	return err
}

// trade is the bundle as customer360 sees it: what counts as a purchase is told by the house, which grades by goods alone.
type trade struct{ *store.Bundle }

// Purchases gives a repository that keeps nothing.
func (trade) Purchases() grading.PurchaseRepository { return unkept{} }

type unkept struct{ grading.PurchaseRepository }

// Append keeps nothing.
func (unkept) Append(context.Context, ...grading.Purchase) error { return nil }

// purchaseFacts is what one event says about purchases of goods.
type purchaseFacts struct {
	fact  grading.Purchase
	event *work.Event
	any   bool
	net   tandem.Total
}

func (f *purchaseFacts) of(customer tandem.PartyID, date tandem.Date, document tandem.DocumentRef) {
	f.fact = grading.Purchase{ID: grading.PurchaseIDOf(f.event.Identity(), 0), Company: company(), Party: customer, Date: date,
		Document: document, Recorded: f.event.At}
	f.net = tandem.NewTotal(tandem.GBP)
}

func (f *purchaseFacts) goods(b *Books, product tandem.ProductID, net tandem.Money) {
	b.mu.RLock()
	p := b.byID[product]
	b.mu.RUnlock()
	if p != nil && !p.service {
		f.any = true
		f.net.Add(net)
	}
}

// write appends the fact, if goods were bought or credited. Cash customers have no grades.
func (f *purchaseFacts) write(ctx context.Context, b *Books, r *store.Bundle) (err error) {
	b.mu.RLock()
	cash := b.cash[f.fact.Party]
	b.mu.RUnlock()
	if !f.any || cash {
		return nil
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
	return r.Purchases().Append(ctx, f.fact)
}

func on[E any](b *Books, fill func(*purchaseFacts, *E)) work.Handler[*store.Bundle] {
	return func(ctx context.Context, r *store.Bundle, event *work.Event) error {
		e, f := new(E), purchaseFacts{event: event}
		if err := tandem.DecodeJSON(event.Payload, e); err != nil {
			return err
		}
		fill(&f, e)
		return f.write(ctx, b, r)
	}
}

// credited reads the credit note of an event for the goods among its lines.
func (b *Books) credited(ctx context.Context, r *store.Bundle, event *work.Event) error {
	var e billing.CreditNotePosted
	if err := tandem.DecodeJSON(event.Payload, &e); err != nil {
		return err
	}
	note, err := r.CustomerInvoices().Get(ctx, company(), e.CreditNote)
	if err != nil {
		return err
	}
	f := purchaseFacts{event: event}
	f.of(e.Customer, e.Date, note.Ref())
	for i := range note.LineCount() {
		l := note.LineAt(i)
		f.goods(b, l.Product, l.Net.Neg())
	}
	return f.write(ctx, b, r)
}

// policy is the house's grades: four steps over 182 days.
func policy() grading.Policy {
	p := grading.StandardPolicy()
	p.Base = standardGrade
	return p
}

// ReviewGrades reviews the customers by what the events told of their purchases.
func (b *Books) ReviewGrades(ctx context.Context, r grades.Review, at tandem.Instant) (map[string]tandem.GradeCode, error) {
	b.at(at)
	if err := b.courier.finish(ctx, b.clock.now); err != nil {
		return nil, err
	}
	reviewed, err := b.reviews.ReviewGrades(ctx, customer360.ReviewGrades{Header: header("review/%s", r.Day), Company: company(),
		Currency: tandem.GBP, AsOf: r.Day, Policy: policy()})
	if err != nil {
		return nil, err
	}
	for i := range reviewed.Decisions {
		d := &reviewed.Decisions[i]
		_, known := b.grades[d.Score.Party]
		if d.Score.Bought || known { // who has credits alone has bought nothing that the books know
			b.grades[d.Score.Party] = d.Grade
		}
	}
	out := make(map[string]tandem.GradeCode, len(b.grades))
	for account, id := range b.accounts {
		if g, ok := b.grades[id]; ok {
			out[account] = g
		}
	}
	return out, nil
}

// Heard is a purchase that the story does not tell.
func (b *Books) Heard(ctx context.Context, h story.Heard) error {
	id := tandem.DeriveID[tandem.PartyID]("customers", h.Account)
	b.accounts[h.Account] = id
	fact := grading.Purchase{ID: grading.PurchaseIDOf("heard/"+h.Invoice, 0), Company: company(), Party: id, Kind: grading.Sale, Date: h.Day, Net: h.Net,
		Document: tandem.RefTo(sales.KindOrder, tandem.DeriveID[sales.OrderID]("orders", h.Invoice), h.Invoice), Recorded: b.clock.now}
	if h.Net.Sign() < 0 {
		fact.Kind = grading.Credit
	}
	return b.store.Update(ctx, func(ctx context.Context, r *store.Bundle) error { return r.Purchases().Append(ctx, fact) })
}
