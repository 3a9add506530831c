package books

import (
	"context"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/crm/grading"
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
	b.courier.store, b.courier.repeats = b.cfg.Store, b.cfg.Repeats
	if b.courier.events, err = work.NewDispatcher(b.cfg.Store, adapted, newBuyers(b.cfg.Zone).consumer()); err != nil {
		return err
	}
	b.reviews, err = customer360.New(b.store, customer360.ServiceConfig{Work: working})
	return err
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
	return b.keep(ctx, "heard/"+h.Invoice, h.Account, func(ctx context.Context, r *store.Bundle) error { return r.Purchases().Append(ctx, fact) })
}
