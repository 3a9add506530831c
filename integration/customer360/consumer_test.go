package customer360_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/crm/grading"
	"github.com/tandem-go/tandem/crm/party"
	"github.com/tandem-go/tandem/crm/survey"
	"github.com/tandem-go/tandem/erp/billing"
	"github.com/tandem-go/tandem/erp/billing/payment"
	"github.com/tandem-go/tandem/erp/catalog"
	"github.com/tandem-go/tandem/erp/sales"
	"github.com/tandem-go/tandem/erp/sales/delivery"
	"github.com/tandem-go/tandem/erp/sales/quotation"
	"github.com/tandem-go/tandem/erp/sales/returns"
	"github.com/tandem-go/tandem/integration/customer360"
	"github.com/tandem-go/tandem/integration/store"
	"github.com/tandem-go/tandem/integration/store/memory"
	"github.com/tandem-go/tandem/integration/work"
)

// An order of 10 + 4 pieces, of which 10 + 1 are at hand: shipped in two parts,
// enlarged, cut, cancelled in part, short-closed, and two pieces come back.
func life(t testing.TB, c *crm) {
	t.Helper()
	o := placed(t, "1", "ann", "2011-06-01", []int64{10, 1}, item(1, 10, "2011-06-02"), item(2, 4, "2011-06-10"))
	first := ship(t, o, "1", "2011-06-02", map[int]int64{1: 10, 2: 1})
	_, err := o.Amend(sales.Amendment{Reason: "wants more", Change: []sales.LineAmendment{{Line: 2, Ordered: each(9), Promise: date("2011-06-20")}},
		Add: []sales.Item{item(3, 5, "2011-06-15")}}, noon("2011-06-03"))
	require.NoError(t, err)
	_, err = o.Amend(sales.Amendment{Reason: "too many", Change: []sales.LineAmendment{{Line: 2, Ordered: each(8)}}, Remove: []int{3}}, noon("2011-06-04"))
	require.NoError(t, err)
	_, err = o.CancelLines([]sales.LineQuantity{{Line: 2, Quantity: each(2)}}, "found elsewhere", noon("2011-06-05"))
	require.NoError(t, err)
	second := ship(t, o, "2", "2011-06-09", map[int]int64{2: 4})
	_, err = o.ShortClose("sold out", noon("2011-06-10"))
	require.NoError(t, err)
	r := returned(t, o, first, "1", "2011-06-12", 1, 2)
	require.NoError(t, r.Inspect([]returns.Inspection{{Line: 1, Restock: each(2), Remedy: returns.RemedyCredit}}, noon("2011-06-13")))
	require.NoError(t, r.Credit(o.Ref(), date("2011-06-13"), noon("2011-06-13")))
	c.tell(o.Drain(), first.Drain(), second.Drain(), r.Drain())
}

func TestAnOrdersLifeBecomesFacts(t *testing.T) {
	c := newCRM(t, customer360.Config{})
	life(t, c)
	got := c.read()
	require.Equal(t, []string{
		"2011-06-01 ordered 1: 10 EA of which 10 EA by 2011-06-02",
		"2011-06-01 ordered 2: 4 EA of which 1 EA by 2011-06-10",
		"2011-06-02 shipped 1: 10 EA",
		"2011-06-02 shipped 2: 1 EA",
		"2011-06-03 ordered 2: 5 EA of which  by 2011-06-10", // the first promise stays
		"2011-06-03 ordered 3: 5 EA of which  by 2011-06-15",
		"2011-06-04 cancelled 2: 1 EA",
		"2011-06-04 cancelled 3: 5 EA",
		"2011-06-05 cancelled 2: 2 EA",
		"2011-06-09 shipped 2: 4 EA",
		"2011-06-10 cancelled 2: 1 EA",
		"2011-06-12 returned 1: 2 EA",
	}, got.delivered())
	require.Equal(t, []string{
		"2011-06-01 order SO-1 14.00 GBP confirmed",
		"2011-06-02 delivery DN-1 11.00 GBP part of the order",
		"2011-06-03 order SO-1 24.00 GBP amended: wants more",
		"2011-06-04 order SO-1 18.00 GBP amended: too many",
		"2011-06-05 cancellation SO-1 2.00 GBP found elsewhere",
		"2011-06-09 delivery DN-2 4.00 GBP part of the order",
		"2011-06-10 cancellation SO-1 1.00 GBP short-closed: sold out",
		"2011-06-12 return RA-1  authorised: broken",
		"2011-06-12 return RA-1 2.00 GBP received",
		"2011-06-13 return RA-1 2.00 GBP credited",
	}, got.entries())
	lines, err := survey.FoldLines(got.Deliveries)
	require.NoError(t, err)
	require.Len(t, lines, 3)
	require.Equal(t, []any{each(9), each(1), each(5), each(4), date("2011-06-10")},
		[]any{lines[1].Ordered, lines[1].Filled, lines[1].Shipped, lines[1].Cancelled, lines[1].Completed})
	require.True(t, lines[1].OnTime(), "complete on the day of the first promise")
	require.True(t, lines[2].Void())
	for _, i := range got.Timeline {
		require.Equal(t, noon("2011-12-31"), i.Recorded)
		require.NoError(t, i.Validate())
	}
}

func TestPurchasesByEachBasis(t *testing.T) {
	for basis, want := range map[customer360.PurchaseBasis][]string{
		"": {"2011-06-01 sale 14.00 GBP SO-1", "2011-06-03 sale 10.00 GBP SO-1", "2011-06-04 credit -6.00 GBP SO-1", "2011-06-05 credit -2.00 GBP SO-1",
			"2011-06-10 credit -1.00 GBP SO-1", "2011-06-13 credit -2.00 GBP RA-1", "2011-06-15 credit -1.00 GBP CN-1"},
		customer360.BasisDelivery: {"2011-06-02 sale 11.00 GBP DN-1", "2011-06-09 sale 4.00 GBP DN-2", "2011-06-13 credit -2.00 GBP RA-1",
			"2011-06-15 credit -1.00 GBP CN-1"},
		customer360.BasisInvoice: {"2011-06-14 sale 13.00 GBP INV-1", "2011-06-15 credit -1.00 GBP CN-1"}, // what came back was never invoiced
	} {
		t.Run("basis "+string(basis), func(t *testing.T) {
			c := newCRM(t, customer360.Config{Purchases: basis})
			life(t, c)
			c.tell(invoiced(t, "1", "ann", "2011-06-14", 1300).Drain(), credited(t, "1", "ann", "2011-06-15", 100).Drain())
			got := c.read()
			require.Equal(t, want, got.purchased())
			sum := gbp(0)
			for _, p := range got.Purchases {
				sum = must(sum.Add(p.Net))
			}
			require.Equal(t, gbp(1200), sum, "whatever the basis, what was bought and kept is the same")
		})
	}
}

// credited is a posted credit note of an amount, without tax.
func credited(t testing.TB, key, who, on string, net int64) *billing.Invoice {
	t.Helper()
	i, err := billing.DraftCreditNote(billing.InvoiceDraft{ID: tandem.DeriveID[billing.InvoiceID]("credit", key), Company: company(),
		Customer: customer(who), Currency: tandem.GBP, Lines: []billing.InvoiceLine{{Line: 1, Text: "allowance", Quantity: each(1),
			Price: must(tandem.ParsePrice("2.00 GBP/EA")), Net: gbp(net), TaxCode: "GB-G"}},
		TaxLines: []tandem.TaxLine{{Code: "GB-G", Category: tandem.TaxExport, Base: gbp(net), Tax: gbp(0)}},
		Basis:    billing.CreditUnreferenced, Approval: billing.Approval{Actor: "boss", Reason: "goods came back"}}, noon(on))
	require.NoError(t, err)
	require.NoError(t, i.Post(billing.PostInvoice{Series: "CN", Number: "CN-" + key, Date: date(on), At: noon(on)}))
	return i
}

func TestWhatHappenedToADraftIsNoTrade(t *testing.T) {
	c := newCRM(t, customer360.Config{})
	o := draft(t, "1", "ann", "2011-06-01", item(1, 10, "2011-06-02"))
	_, err := o.Amend(sales.Amendment{Reason: "typo", Change: []sales.LineAmendment{{Line: 1, Ordered: each(12)}}}, noon("2011-06-01"))
	require.NoError(t, err)
	gone := draft(t, "2", "ann", "2011-06-01", item(1, 10, "2011-06-02"))
	_, err = gone.Cancel("never mind", noon("2011-06-01"))
	require.NoError(t, err)
	c.tell(o.Drain(), gone.Drain())
	require.Equal(t, all{}, c.read())
	require.NoError(t, o.Confirm(noon("2011-06-01")))
	c.tell(o.Drain())
	require.Equal(t, []string{"2011-06-01 ordered 1: 12 EA of which 0 EA by 2011-06-02"}, c.read().delivered())
}

func TestAWholeCancellationTakesTheSaleBack(t *testing.T) {
	c := newCRM(t, customer360.Config{})
	o := placed(t, "1", "ann", "2011-06-01", nil, item(1, 10, "2011-06-02"))
	_, err := o.Cancel("changed their mind", noon("2011-06-02"))
	require.NoError(t, err)
	c.tell(o.Drain())
	got := c.read()
	require.Equal(t, []string{"2011-06-01 sale 10.00 GBP SO-1", "2011-06-02 void -10.00 GBP SO-1"}, got.purchased())
	lines, err := survey.FoldLines(got.Deliveries)
	require.NoError(t, err)
	require.True(t, lines[0].Void())
}

func TestQuotationsMoneyAndGradesAreInTheTimeline(t *testing.T) {
	c := newCRM(t, customer360.Config{})
	quote := func(key string) *quotation.Quotation {
		q, err := quotation.New(quotation.Input{ID: tandem.DeriveID[quotation.ID]("quotation", key), Company: company(), Number: "QU-" + key,
			Customer: customer("ann"), Date: date("2011-06-01"), ValidUntil: date("2011-06-30"), Currency: tandem.GBP, Lines: []sales.Item{item(1, 3, "")}}, noon("2011-06-01"))
		require.NoError(t, err)
		require.NoError(t, q.Send(date("2011-06-01"), noon("2011-06-01")))
		return q
	}
	won, lost, late := quote("1"), quote("2"), quote("3")
	require.NoError(t, won.Accept(tandem.RefTo(sales.KindOrder, orderID("1"), "SO-1"), date("2011-06-02"), noon("2011-06-02")))
	require.NoError(t, lost.Decline("too dear", noon("2011-06-03")))
	require.NoError(t, late.Expire(date("2011-07-01"), noon("2011-07-01")))
	paid, err := payment.Receive(payment.Input{ID: tandem.DeriveID[payment.ID]("payment", "1"), Company: company(), Number: "PY-1",
		Customer: customer("ann"), Date: date("2011-07-10"), Amount: gbp(1500), Method: payment.BankTransfer}, noon("2011-07-11"))
	require.NoError(t, err)
	require.NoError(t, paid.Return(date("2011-07-20"), "no funds", noon("2011-07-20")))
	graded, err := grading.NewGradeAssignment(company(), customer("ann"))
	require.NoError(t, err)
	require.NoError(t, graded.Pin(grading.PinRequest{Grade: grading.Gold, From: date("2011-08-01"), Until: date("2011-09-01"), Reason: "chairman's friend", By: "boss"}, noon("2011-08-01")))
	c.tell(won.Drain(), lost.Drain(), late.Drain(), paid.Drain(), graded.Drain(), invoiced(t, "1", "ann", "2011-06-11", 1500).Drain(),
		credited(t, "1", "ann", "2011-06-15", 200).Drain())
	require.Equal(t, []string{
		"2011-06-01 quote QU-1 3.00 GBP sent, valid until 2011-06-30",
		"2011-06-01 quote QU-2 3.00 GBP sent, valid until 2011-06-30",
		"2011-06-01 quote QU-3 3.00 GBP sent, valid until 2011-06-30",
		"2011-06-02 quote QU-1 3.00 GBP accepted as SO-1",
		"2011-06-03 quote QU-2 3.00 GBP declined: too dear",
		"2011-06-11 invoice INV-1 15.00 GBP due 2011-07-11",
		"2011-06-15 credit CN-1 2.00 GBP unreferenced",
		"2011-07-01 quote QU-3 3.00 GBP expired",
		"2011-07-10 payment PY-1 15.00 GBP " + string(payment.BankTransfer), // on its value date
		"2011-07-20 payment  -15.00 GBP returned: no funds",
		"2011-08-01 grade   no grade → gold: pinned, chairman's friend",
	}, c.read().entries())
}

func TestALineWithoutAPromise(t *testing.T) {
	for policy, want := range map[customer360.Unpromised][]string{
		"":                            {"2011-06-01 ordered 1: 3 EA of which 0 EA by 2011-06-01"},
		customer360.UnpromisedLeftOut: nil,
	} {
		c := newCRM(t, customer360.Config{Unpromised: policy})
		c.tell(placed(t, "1", "ann", "2011-06-01", nil, item(1, 3, "")).Drain())
		require.Equal(t, want, c.read().delivered(), policy)
	}
}

func TestServicesAreNoMatterOfDeliveries(t *testing.T) {
	c := newCRM(t, customer360.Config{})
	c.update(func(ctx context.Context, b *store.Bundle) error {
		return b.Products().Save(ctx, catalog.Product{ID: product("2"), Code: "POST", Name: "carriage", Kind: catalog.Service, Unit: tandem.Each, TaxCategory: tandem.TaxStandard})
	})
	c.tell(placed(t, "1", "ann", "2011-06-01", nil, item(1, 3, "2011-06-02"), item(2, 1, "2011-06-02")).Drain())
	got := c.read()
	require.Equal(t, []string{"2011-06-01 ordered 1: 3 EA of which 0 EA by 2011-06-02"}, got.delivered())
	require.Equal(t, []string{"2011-06-01 sale 4.00 GBP SO-1"}, got.purchased(), "money is money")
}

func TestTheCompanysZoneGivesTheDay(t *testing.T) {
	auckland, err := time.LoadLocation("Pacific/Auckland")
	require.NoError(t, err)
	c := newCRM(t, customer360.Config{Zone: auckland})
	o := placed(t, "1", "ann", "2011-06-02", nil, item(1, 3, "2011-06-03")) // noon UTC is midnight there
	_, err = o.Cancel("changed their mind", date("2011-06-02").At(13, 0, nil))
	require.NoError(t, err)
	c.tell(o.Drain())
	got := c.read()
	require.Equal(t, "2011-06-03 void -3.00 GBP SO-1", got.purchased()[1])
	require.Equal(t, date("2011-06-02").At(0, 0, auckland), got.Timeline[0].Occurred, "confirmed for a day before that of the instant")
}

// tenfold is an exchange of 10 to 1 into pounds.
type tenfold struct{}

func (tenfold) InCompanyCurrency(_ context.Context, _ tandem.CompanyID, amount tandem.Money, _ tandem.Date) (tandem.Money, error) {
	return gbp(amount.Minor() / 10), nil
}

func TestForeignMoneyIsExchangedForTheGrades(t *testing.T) {
	c := newCRM(t, customer360.Config{Exchange: tenfold{}})
	c.tell(placed(t, "1", "ann", "2011-06-01", nil, item(1, 30, "2011-06-02")).Drain())
	got := c.read()
	require.Equal(t, []string{"2011-06-01 sale 3.00 GBP SO-1"}, got.purchased())
	require.Equal(t, gbp(3000), got.Timeline[0].Amount, "the timeline shows the document's")
}

func TestAPayloadThatIsNotOfItsEnvelopeStopsTheDispatcher(t *testing.T) {
	sound := enveloped(t, placed(t, "1", "ann", "2011-06-01", nil, item(1, 3, "2011-06-02")).Drain())[0]
	for name, spoil := range map[string]func(e *work.Event){
		"unknown key": func(e *work.Event) {
			e.Payload = []byte(strings.Replace(string(e.Payload), "{", `{"colour":"red",`, 1))
		},
		"no JSON":         func(e *work.Event) { e.Payload = []byte("{") },
		"null":            func(e *work.Event) { e.Payload = []byte("null") },
		"other company":   func(e *work.Event) { e.Company = tandem.DeriveID[tandem.CompanyID]("company", "other") },
		"other document":  func(e *work.Event) { e.ID = orderID("2").Bytes() },
		"no time":         func(e *work.Event) { e.At = tandem.Instant{} },
		"another's event": func(e *work.Event) { e.Name = "sales.order.cancelled" },
	} {
		t.Run(name, func(t *testing.T) {
			c := newCRM(t, customer360.Config{})
			e := sound
			spoil(&e)
			c.update(func(ctx context.Context, b *store.Bundle) error { return b.Outbox().Append(ctx, e) })
			effects, err := c.dispatcher.Deliver(context.Background())
			require.ErrorIs(t, err, tandem.ErrInvalid)
			var delivery *work.DeliveryError
			require.True(t, errors.As(err, &delivery))
			require.Zero(t, effects)
			require.Equal(t, all{}, c.read())
		})
	}
}

func TestALongReasonIsCutBetweenCharacters(t *testing.T) {
	c := newCRM(t, customer360.Config{})
	o := placed(t, "1", "ann", "2011-06-01", nil, item(1, 3, "2011-06-02"))
	_, err := o.Cancel("x"+strings.Repeat("ü", 1000), noon("2011-06-02"))
	require.NoError(t, err)
	c.tell(o.Drain())
	require.Equal(t, "x"+strings.Repeat("ü", (party.MaxInteractionText-1)/2), c.read().Timeline[1].Text.Reveal())
}

func TestTheConsumersConfigIsChecked(t *testing.T) {
	_, err := customer360.Consumer[*store.Bundle](customer360.Config{Purchases: "whim", Unpromised: "sometimes"})
	var invalid *tandem.InvalidError
	require.True(t, errors.As(err, &invalid))
	require.Len(t, invalid.Faults, 2)
	var basis customer360.PurchaseBasis
	require.ErrorIs(t, basis.UnmarshalText([]byte("")), tandem.ErrInvalid)
	for _, b := range customer360.PurchaseBases() {
		require.NoError(t, basis.UnmarshalText([]byte(b)))
		require.Equal(t, b, basis)
	}
	var policy customer360.Unpromised
	require.ErrorIs(t, policy.UnmarshalText([]byte("never")), tandem.ErrInvalid)
	for _, u := range customer360.UnpromisedPolicies() {
		require.NoError(t, policy.UnmarshalText([]byte(u)))
		require.Equal(t, u, policy)
	}
}

// Every event of sales, billing and grading that a customer would know of is
// handled, and nothing that does not exist.
func TestTheHandledEventsExist(t *testing.T) {
	consumer, err := customer360.Consumer[*store.Bundle](customer360.Config{})
	require.NoError(t, err)
	known := map[string]bool{}
	for _, e := range []tandem.Event{&sales.OrderConfirmed{}, &sales.OrderAmended{}, &sales.OrderLinesCancelled{}, &sales.OrderCancelled{}, &sales.OrderShortClosed{},
		&delivery.Dispatched{}, &returns.Authorised{}, &returns.Received{}, &returns.Credited{}, &returns.Replaced{}, &returns.Reopened{}, &quotation.Sent{}, &quotation.Accepted{},
		&quotation.Declined{}, &quotation.Expired{}, billing.InvoiceWasPosted{}, billing.CreditNotePosted{}, payment.Received{},
		payment.WasReturned{}, grading.GradeChanged{}} {
		known[e.EventName()] = true
	}
	require.Equal(t, customer360.ConsumerName, consumer.Name)
	require.Len(t, consumer.Handlers, len(known))
	for name := range consumer.Handlers {
		require.True(t, known[name], name)
	}
}

var _ customer360.Repos = (*store.Bundle)(nil)

func TestAHandlerMayBeCalledAgain(t *testing.T) {
	consumer, err := customer360.Consumer[*store.Bundle](customer360.Config{})
	require.NoError(t, err)
	db := memory.Open()
	e := enveloped(t, placed(t, "1", "ann", "2011-06-01", nil, item(1, 3, "2011-06-02")).Drain())[0]
	c := &crm{t: t, store: db}
	handle := func(ctx context.Context, b *store.Bundle) error { return consumer.Handlers[e.Name](ctx, b, &e) }
	c.update(handle)
	once := c.read()
	c.update(handle)
	require.Equal(t, once, c.read())
	require.Len(t, once.Purchases, 1)
}

// Credits and replacements that were recorded before their day was kept are of the
// day on which they were recorded.
func TestEventsWithoutTheirDayAreOfTheirTime(t *testing.T) {
	for with, want := range map[string]string{"": "2011-07-04", `"date":"2011-06-30",`: "2011-06-30"} {
		c := newCRM(t, customer360.Config{})
		consumer, err := customer360.Consumer[*store.Bundle](customer360.Config{})
		require.NoError(t, err)
		id := tandem.DeriveID[returns.ID]("return", "1")
		head := `{"return":"` + id.String() + `","company":"` + company().String() + `","number":"RA-1","customer":"` + customer("ann").String() + `",` + with
		ref := `{"kind":"customer_invoice","id":"` + id.String() + `","number":"X-1"}`
		for i, e := range []work.Event{
			{Name: "sales.return.credited", Payload: []byte(head + `"credit_note":` + ref + `,"net":"2.00 GBP","at":"2011-07-04T12:00:00Z"}`)},
			{Name: "sales.return.replaced", Payload: []byte(head + `"replacement":` + ref + `,"at":"2011-07-04T12:00:00Z"}`)},
		} {
			e.Kind, e.ID, e.Company, e.Sequence, e.At = returns.Kind, id.Bytes(), company(), int64(i+1), noon("2011-07-04")
			c.update(func(ctx context.Context, b *store.Bundle) error { return consumer.Handlers[e.Name](ctx, b, &e) })
		}
		got := c.read()
		require.Equal(t, []string{want + " credit -2.00 GBP RA-1"}, got.purchased())
		require.Equal(t, []string{want + " return RA-1 2.00 GBP credited", want + " return RA-1  replaced by X-1"}, got.entries())
	}
}
