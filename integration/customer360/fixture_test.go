package customer360_test

import (
	"context"
	"iter"
	"slices"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/crm/grading"
	"github.com/tandem-go/tandem/crm/party"
	"github.com/tandem-go/tandem/crm/survey"
	"github.com/tandem-go/tandem/erp/billing"
	"github.com/tandem-go/tandem/erp/sales"
	"github.com/tandem-go/tandem/erp/sales/delivery"
	"github.com/tandem-go/tandem/erp/sales/returns"
	"github.com/tandem-go/tandem/integration/customer360"
	"github.com/tandem-go/tandem/integration/store"
	"github.com/tandem-go/tandem/integration/store/memory"
	"github.com/tandem-go/tandem/integration/work"
)

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func company() tandem.CompanyID { return tandem.DeriveID[tandem.CompanyID]("company", "acme") }
func customer(key string) tandem.PartyID {
	return tandem.DeriveID[tandem.PartyID]("customer", key)
}
func product(key string) tandem.ProductID {
	return tandem.DeriveID[tandem.ProductID]("product", key)
}
func date(s string) tandem.Date        { return must(tandem.ParseDate(s)) }
func noon(s string) tandem.Instant     { return date(s).At(12, 0, nil) }
func each(n int64) tandem.Quantity     { return must(tandem.QuantityOf(n, tandem.Each)) }
func gbp(minor int64) tandem.Money     { return tandem.MoneyFromMinor(minor, tandem.GBP) }
func orderID(key string) sales.OrderID { return tandem.DeriveID[sales.OrderID]("order", key) }

// item is a line of n pieces at 1.00, promised for a day ("" for none).
func item(line int, n int64, promise string) sales.Item {
	i := sales.Item{Line: line, Product: product(strconv.Itoa(line)), Ordered: each(n), Factor: must(tandem.NewRatio(1, 1)), Quantity: each(n),
		Price: must(tandem.ParsePrice("1.00 GBP/EA")), Net: gbp(100 * n)}
	if promise != "" {
		i.Promise = date(promise)
	}
	return i
}

func draft(t testing.TB, key, who, on string, items ...sales.Item) *sales.Order {
	t.Helper()
	o, err := sales.NewOrder(sales.OrderInput{ID: orderID(key), Company: company(), Number: "SO-" + key, Customer: customer(who), Date: date(on),
		Currency: tandem.GBP, Lines: items}, noon(on))
	require.NoError(t, err)
	return o
}

// placed is a confirmed order of which the given quantities were reserved.
func placed(t testing.TB, key, who, on string, reserved []int64, items ...sales.Item) *sales.Order {
	t.Helper()
	o := draft(t, key, who, on, items...)
	var lines []sales.LineQuantity
	for i, n := range reserved {
		if n > 0 {
			lines = append(lines, sales.LineQuantity{Line: items[i].Line, Quantity: each(n)})
		}
	}
	if len(lines) > 0 {
		require.NoError(t, o.RecordReserved(lines))
	}
	require.NoError(t, o.Confirm(noon(on)))
	return o
}

func ship(t testing.TB, o *sales.Order, key, on string, quantities map[int]int64) *delivery.Delivery {
	t.Helper()
	in := delivery.Shipment{ID: tandem.DeriveID[delivery.ID]("delivery", key), Number: "DN-" + key, Date: date(on)}
	for line := 1; line <= 9; line++ {
		if n := quantities[line]; n > 0 {
			in.Lines = append(in.Lines, delivery.ShipLine{Line: line, Quantity: each(n), Cost: gbp(50 * n)})
		}
	}
	d, err := delivery.Dispatch(o, in, noon(on))
	require.NoError(t, err)
	return d
}

// returned is a return that was authorised and received on a day.
func returned(t testing.TB, o *sales.Order, d *delivery.Delivery, key, on string, line int, n int64) *returns.Return {
	t.Helper()
	r, err := returns.Authorise(returns.Input{ID: tandem.DeriveID[returns.ID]("return", key), Company: company(), Number: "RA-" + key,
		Customer: d.Customer(), Date: date(on), Currency: tandem.GBP, Reason: "broken", Lines: []returns.Item{{Line: 1, Order: o.LineRef(d.LineAt(line - 1).OrderLine),
			Delivery: d.LineRef(line), Product: d.LineAt(line - 1).Product, Quantity: each(n)}}}, noon(on))
	require.NoError(t, err)
	back, err := d.RecordReturned([]sales.LineQuantity{{Line: line, Quantity: each(n)}})
	require.NoError(t, err)
	require.NoError(t, r.Receive([]returns.ReceivedLine{{Line: 1, Quantity: each(n), Net: back[0].Net, Value: back[0].Cost}}, date(on), noon(on)))
	return r
}

func terms() billing.Terms {
	return billing.Terms{Company: company(), Code: "net30", Instalments: []billing.TermsInstalment{{Kind: billing.Remainder, Days: 30}}}
}

// invoiced is a posted invoice of an amount, without tax.
func invoiced(t testing.TB, key, who, on string, net int64) *billing.Invoice {
	t.Helper()
	i, err := billing.DraftInvoice(billing.InvoiceDraft{ID: tandem.DeriveID[billing.InvoiceID]("invoice", key), Company: company(), Customer: customer(who),
		Currency: tandem.GBP, Terms: "net30", Lines: []billing.InvoiceLine{{Line: 1, Product: product("1"), Quantity: each(net / 100),
			Price: must(tandem.ParsePrice("1.00 GBP/EA")), Net: gbp(net), TaxCode: "GB-G"}},
		TaxLines: []tandem.TaxLine{{Code: "GB-G", Category: tandem.TaxExport, Base: gbp(net), Tax: gbp(0)}}}, noon(on))
	require.NoError(t, err)
	require.NoError(t, i.Post(billing.PostInvoice{Series: "INV", Number: "INV-" + key, Date: date(on), Terms: terms(), At: noon(on)}))
	return i
}

// enveloped gives the events of an aggregate as a process records them.
func enveloped(t testing.TB, recorded tandem.Recorded) []work.Event {
	t.Helper()
	first := recorded.Last - int64(len(recorded.Events)) + 1
	out := make([]work.Event, len(recorded.Events))
	for i, e := range recorded.Events {
		at := noon("2011-12-31") // recorded later than it happened
		out[i] = work.Event{Name: e.EventName(), Kind: recorded.Kind, ID: recorded.ID, Company: recorded.Company, Sequence: first + int64(i),
			At: at, Actor: "clerk", Cause: "test", Payload: e.AppendJSON(nil)}
	}
	return out
}

// crm is a store with the consumer subscribed.
type crm struct {
	t          testing.TB
	store      *store.Store
	dispatcher *work.Dispatcher[*store.Bundle]
}

func newCRM(t testing.TB, config customer360.Config) *crm {
	t.Helper()
	db := memory.Open()
	consumer, err := customer360.Consumer[*store.Bundle](config)
	require.NoError(t, err)
	dispatcher, err := work.NewDispatcher(db, consumer)
	require.NoError(t, err)
	return &crm{t, db, dispatcher}
}

func (c *crm) update(fn func(ctx context.Context, b *store.Bundle) error) {
	c.t.Helper()
	require.NoError(c.t, c.store.Update(context.Background(), fn))
}

// tell puts what aggregates recorded into the outbox and delivers it.
func (c *crm) tell(recorded ...tandem.Recorded) {
	c.t.Helper()
	c.update(func(ctx context.Context, b *store.Bundle) error {
		for _, r := range recorded {
			if err := b.Outbox().Append(ctx, enveloped(c.t, r)...); err != nil {
				return err
			}
		}
		return nil
	})
	_, err := c.dispatcher.Deliver(context.Background())
	require.NoError(c.t, err)
}

func collect[T any](t testing.TB, seq iter.Seq2[T, error]) (out []T) {
	t.Helper()
	for v, err := range seq {
		require.NoError(t, err)
		out = append(out, v)
	}
	return out
}

// all is everything that the consumer writes.
type all struct {
	Timeline   []party.Interaction
	Deliveries []survey.DeliveryFact
	Purchases  []grading.Purchase
}

func (c *crm) read() (out all) {
	c.t.Helper()
	require.NoError(c.t, c.store.View(context.Background(), func(ctx context.Context, b *store.Bundle) error {
		out = all{collect(c.t, b.Interactions().Find(ctx, party.InteractionQuery{Company: company()})),
			collect(c.t, b.DeliveryFacts().Find(ctx, survey.DeliveryFactQuery{Company: company()})),
			collect(c.t, b.Purchases().Find(ctx, grading.PurchaseQuery{Company: company()}))}
		return nil
	}))
	return out
}

// sorted puts the facts in the order of their ids: the order of appending is
// that of arrival.
func (a all) sorted() all {
	slices.SortFunc(a.Timeline, func(x, y party.Interaction) int { return x.ID.Compare(y.ID) })
	slices.SortFunc(a.Deliveries, func(x, y survey.DeliveryFact) int { return x.ID.Compare(y.ID) })
	slices.SortFunc(a.Purchases, func(x, y grading.Purchase) int { return x.ID.Compare(y.ID) })
	return a
}

func (a all) entries() (out []string) {
	for _, i := range a.Timeline {
		out = append(out, i.Occurred.String()[:10]+" "+string(i.Kind)+" "+i.Document.Number+" "+i.Amount.String()+" "+i.Text.Reveal())
	}
	return out
}

func (a all) delivered() (out []string) {
	for _, f := range a.Deliveries {
		text := f.Date.String() + " " + string(f.Kind) + " " + strconv.Itoa(f.Line.Line) + ": " + f.Quantity.String()
		if f.Kind == survey.LineOrdered {
			text += " of which " + f.Filled.String() + " by " + f.Promise.String()
		}
		out = append(out, text)
	}
	return out
}

func (a all) purchased() (out []string) {
	for _, p := range a.Purchases {
		out = append(out, p.Date.String()+" "+string(p.Kind)+" "+p.Net.String()+" "+p.Document.Number)
	}
	return out
}
