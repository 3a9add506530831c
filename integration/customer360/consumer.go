package customer360

import (
	"context"
	"fmt"
	"time"
	"unicode/utf8"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/crm/grading"
	"github.com/tandem-go/tandem/crm/party"
	"github.com/tandem-go/tandem/crm/survey"
	"github.com/tandem-go/tandem/integration/work"
)

// ConsumerName is the name under which [work.Once] keeps what was consumed.
const ConsumerName = "customer360"

// Consumer gives what a host subscribes to its dispatcher. Payloads are decoded
// strictly; one that cannot be read, or that is not of its envelope's document,
// is [tandem.ErrInvalid] and stops the dispatcher at that event.
//
// A handler may be called again with the same event (under another consumer's
// name, to build the facts anew beside others): it finds its entry in the
// timeline and does nothing. As it reads the timeline before it writes, each
// event needs a unit of work of its own, which [work.Once] gives it.
func Consumer[R Repos](config Config) (work.Consumer[R], error) {
	if err := config.check(); err != nil {
		return work.Consumer[R]{}, err
	}
	config.defaults()
	c := &config
	return work.Consumer[R]{Name: ConsumerName, Handlers: map[string]work.Handler[R]{
		"sales.order.confirmed":       on[R](c, (*facts).orderConfirmed),
		"sales.order.amended":         on[R](c, (*facts).orderAmended),
		"sales.order.lines_cancelled": on[R](c, (*facts).orderLinesCancelled),
		"sales.order.cancelled":       on[R](c, (*facts).orderCancelled),
		"sales.order.short_closed":    on[R](c, (*facts).orderShortClosed),
		"sales.delivery.dispatched":   on[R](c, (*facts).deliveryDispatched),
		"sales.return.authorised":     on[R](c, (*facts).returnAuthorised),
		"sales.return.received":       on[R](c, (*facts).returnReceived),
		"sales.return.credited":       on[R](c, (*facts).returnCredited),
		"sales.return.replaced":       on[R](c, (*facts).returnReplaced),
		"sales.return.reopened":       on[R](c, (*facts).returnReopened),
		"sales.quotation.sent":        on[R](c, (*facts).quotationSent),
		"sales.quotation.accepted":    on[R](c, (*facts).quotationAccepted),
		"sales.quotation.declined":    on[R](c, (*facts).quotationDeclined),
		"sales.quotation.expired":     on[R](c, (*facts).quotationExpired),
		"billing.invoice.posted":      on[R](c, (*facts).invoicePosted),
		"billing.credit_note.posted":  on[R](c, (*facts).creditNotePosted),
		"billing.payment.received":    on[R](c, (*facts).paymentReceived),
		"billing.payment.returned":    on[R](c, (*facts).paymentReturned),
		"grading.grade.changed":       on[R](c, (*facts).gradeChanged),
	}}, nil
}

// facts is what one event means to one customer.
type facts struct {
	ctx   context.Context
	c     *Config
	goods func(tandem.ProductID) (bool, error)
	event *work.Event

	source     string // identity of the event
	party      tandem.PartyID
	date       tandem.Date // business day of the event
	document   tandem.DocumentRef
	entry      party.Interaction
	deliveries []survey.DeliveryFact
	purchases  []grading.Purchase
}

// on makes a handler of a function that says what an event E means. An event
// for which it writes no entry means nothing.
func on[R Repos, E any](c *Config, fill func(*facts, *E) error) work.Handler[R] {
	return func(ctx context.Context, r R, event *work.Event) error {
		e := new(E)
		if err := tandem.DecodeJSON(event.Payload, e); err != nil {
			return fmt.Errorf("customer360: %w", err)
		}
		f := facts{ctx: ctx, c: c, event: event, source: event.Identity(), goods: goodsOf(ctx, c, r)}
		if err := fill(&f, e); err != nil {
			return fmt.Errorf("customer360: %w", err)
		}
		if f.entry.Kind == "" {
			return nil
		}
		return f.append(ctx, r)
	}
}

// append writes the facts, unless the entry of the event is in the timeline.
func (f *facts) append(ctx context.Context, r Repos) error {
	entry, err := party.NewInteraction(f.entry)
	if err != nil {
		return err
	}
	known := party.InteractionQuery{Company: entry.Company, Party: entry.Party, From: entry.Occurred, Until: entry.Occurred.Add(time.Microsecond)}
	for i, err := range r.Interactions().Find(ctx, known) {
		if err != nil || i.ID == entry.ID {
			return err
		}
	}
	for i := range f.deliveries {
		if err := f.deliveries[i].Validate(); err != nil {
			return err
		}
	}
	for i := range f.purchases {
		if err := f.purchases[i].Validate(); err != nil {
			return err
		}
	}
	if err := r.Interactions().Append(ctx, entry); err != nil {
		return err
	}
	if len(f.deliveries) > 0 {
		if err := r.DeliveryFacts().Append(ctx, f.deliveries...); err != nil {
			return err
		}
	}
	if len(f.purchases) > 0 {
		return r.Purchases().Append(ctx, f.purchases...)
	}
	return nil
}

// about takes from the payload whom and what it is about, and when it happened:
// on its business date, or on the day of its instant. It refuses a payload that
// is not of the envelope's document.
func (f *facts) about(company tandem.CompanyID, customer tandem.PartyID, id [16]byte, number string, date tandem.Date, at tandem.Instant) error {
	var c tandem.Check
	c.Require(company == f.event.Company, "company", "company", "is not that of the envelope")
	c.Require(id == f.event.ID, "document", "id", "is not that of the envelope")
	c.Require(!f.event.At.IsZero(), "required", "at", "the envelope must have a time")
	c.Require(!at.IsZero(), "required", "at", "must be given")
	if err := c.Err("event " + f.source); err != nil {
		return err
	}
	f.party, f.date = customer, date
	f.document = tandem.DocumentRef{Kind: f.event.Kind, ID: tandem.IDFromBytes[tandem.ID[any]](id), Number: number}
	occurred, day := at, tandem.DateIn(at, f.c.Zone)
	switch {
	case date.IsZero():
		f.date = day
	case date != day: // recorded on another day than it happened
		occurred = date.At(0, 0, f.c.Zone)
	}
	f.entry = party.Interaction{Company: company, Party: customer, Occurred: occurred, Recorded: f.event.At, Document: f.document, Source: f.source}
	return nil
}

// tell writes the entry of the timeline.
func (f *facts) tell(kind party.InteractionKind, amount tandem.Money, text string) {
	f.entry.Kind, f.entry.Amount, f.entry.Text = kind, amount, tandem.Personal(short(text))
}

// short cuts a text at the limit of the timeline, between two characters.
func short(text string) string {
	if len(text) <= party.MaxInteractionText {
		return text
	}
	end := party.MaxInteractionText
	for end > 0 && !utf8.RuneStart(text[end]) {
		end--
	}
	return text[:end]
}

// line adds a delivery fact about a line of an order. A quantity that is not
// positive tells of nothing.
func (f *facts) line(order tandem.DocumentRef, line int, kind survey.DeliveryKind, q tandem.Quantity) *survey.DeliveryFact {
	if q.Sign() <= 0 {
		return &survey.DeliveryFact{}
	}
	f.deliveries = append(f.deliveries, survey.DeliveryFact{ID: survey.DeliveryFactIDOf(f.source, len(f.deliveries)), Company: f.event.Company,
		Party: f.party, Line: tandem.LineRef{Document: order, Line: line}, Kind: kind, Date: f.date, Quantity: q, Recorded: f.event.At})
	return &f.deliveries[len(f.deliveries)-1]
}

// purchase adds a purchase fact of the business day: a sale of an amount. What costs
// nothing, a gift or a replacement, was not bought.
func (f *facts) purchase(net tandem.Money) error {
	if net.Sign() <= 0 {
		return f.credit(net.Neg())
	}
	return f.traded(grading.Sale, net)
}

func (f *facts) traded(kind grading.PurchaseKind, net tandem.Money) error {
	if f.c.Exchange != nil {
		var err error
		if net, err = f.c.Exchange.InCompanyCurrency(f.ctx, f.event.Company, net, f.date); err != nil {
			return err
		}
	}
	f.purchases = append(f.purchases, grading.Purchase{ID: grading.PurchaseIDOf(f.source, len(f.purchases)), Company: f.event.Company,
		Party: f.party, Kind: kind, Date: f.date, Net: net, Document: f.document, Recorded: f.event.At})
	return nil
}

// credit adds a credit of an amount; nought is none. A negative one takes back what
// was credited before, and is no purchase.
func (f *facts) credit(net tandem.Money) error {
	if net.IsZero() {
		return nil
	}
	return f.traded(grading.Credit, net.Neg())
}
