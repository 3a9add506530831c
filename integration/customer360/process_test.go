package customer360_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/crm/grading"
	"github.com/tandem-go/tandem/crm/survey"
	"github.com/tandem-go/tandem/erp/billing"
	"github.com/tandem-go/tandem/erp/billing/payment"
	"github.com/tandem-go/tandem/erp/catalog"
	"github.com/tandem-go/tandem/erp/costing"
	"github.com/tandem-go/tandem/erp/inventory"
	"github.com/tandem-go/tandem/erp/ledger"
	"github.com/tandem-go/tandem/erp/sales"
	"github.com/tandem-go/tandem/erp/sales/delivery"
	"github.com/tandem-go/tandem/erp/sales/quotation"
	"github.com/tandem-go/tandem/erp/tax"
	"github.com/tandem-go/tandem/integration/customer360"
	"github.com/tandem-go/tandem/integration/ordertocash"
	"github.com/tandem-go/tandem/integration/posting"
	"github.com/tandem-go/tandem/integration/store"
	"github.com/tandem-go/tandem/integration/work"
	"github.com/tandem-go/tandem/pricing"
)

// house is a company that sells two goods by order-to-cash, with its CRM.
type house struct {
	*crm
	clock    *clock
	sales    *ordertocash.Service[*store.Bundle]
	reviewer *customer360.Service[*store.Bundle]
	keys     int
}

// graded gives customers of Great Britain with the grade of the day.
type graded struct{ grades grading.GradeSource }

func (g graded) Customer(ctx context.Context, company tandem.CompanyID, id tandem.PartyID, on tandem.Date) (ordertocash.Customer, error) {
	grade, err := g.grades.GradeOn(ctx, company, id, on)
	return ordertocash.Customer{Party: id, Country: "GB", Business: true, Grade: grade, Terms: "net30"}, err
}

func place(name string) tandem.LocationID {
	return tandem.DeriveID[tandem.LocationID]("location", name)
}

// book has mugs at 10.00 and pens at 2.50; Gold pays 5 % less.
func book(t testing.TB) *pricing.Snapshot {
	t.Helper()
	b := pricing.NewBook("trade", 1)
	b.Grades = []tandem.GradeCode{grading.Gold, grading.Silver, grading.Bronze}
	b.Lists = []pricing.List{{ID: "base", Source: pricing.SourceDefault},
		{ID: "gold", Source: pricing.SourceGrade, Grades: []tandem.GradeCode{grading.Gold}, Base: "base", Discount: tandem.Percent(5)}}
	b.Rows = []pricing.Row{{ID: "mug", List: "base", Product: product("mug"), Price: must(tandem.ParsePrice("10.00 GBP/EA"))},
		{ID: "pen", List: "base", Product: product("pen"), Price: must(tandem.ParsePrice("2.50 GBP/EA"))}}
	snapshot, err := pricing.Compile(b)
	require.NoError(t, err)
	return snapshot
}

func newHouse(t testing.TB, on string) *house {
	t.Helper()
	h := &house{crm: newCRM(t, customer360.Config{}), clock: &clock{noon(on)}}
	h.fill()
	cfg := work.Config{Authorizer: work.AllowAll{}, Clock: h.clock, IDs: work.SequentialUUIDs(1)}
	var err error
	h.sales, err = ordertocash.New(h.store, ordertocash.Config{
		Work: cfg,
		Books: posting.Config{Company: company(), Currency: tandem.GBP, Chart: posting.Chart{Receivables: "1100", Unbilled: "1150", CustomerAdvances: "2150",
			Revenue: "4000", Returns: "4100", Allowances: "4200", RefundLiability: "2300", ReturnAsset: "1300", OutputTax: "2200", InputTax: "1250",
			Stock: "1200", GoodsReceived: "2100", PriceVariance: "5100", CostOfSales: "5000", WriteOff: "5200", CountDifference: "5300",
			Promotion: "6100", EarlyDiscount: "4300", Bank: "1000", Expenses: "6000", OpeningBalance: "3000"}},
		Places:    ordertocash.Places{Warehouse: place("warehouse"), Customer: place("customers"), Scrap: place("scrap")},
		Prices:    ordertocash.FixedPrices(book(t)),
		Customers: graded{customer360.Grades(h.store)},
		Credit:    ordertocash.CreditTerms{NoLimit: true},
		Tax: ordertocash.TaxPolicy{Table: tax.Table{Seller: "GB", Rules: []tax.Rule{{ID: "domestic", Zone: tax.ZoneDomestic,
			Treatment: tandem.TaxStandard, Code: "GB-S"}}}},
	})
	require.NoError(t, err)
	h.reviewer, err = customer360.New(h.store, customer360.ServiceConfig{Work: cfg})
	require.NoError(t, err)
	return h
}

// fill saves the master data, and a thousand of each product.
func (h *house) fill() {
	h.t.Helper()
	h.update(func(ctx context.Context, b *store.Bundle) error {
		require.NoError(h.t, b.TaxCodes().Save(ctx, tax.Code{ID: "GB-S", Company: company(), Country: "GB", Category: tandem.TaxStandard,
			Rates: []tax.DatedRate{{Rate: tandem.Percent(20)}}}))
		require.NoError(h.t, b.PaymentTerms().Save(ctx, terms()))
		year, err := ledger.NewPeriod(tandem.DeriveID[ledger.PeriodID]("period", "2011"), company(), "2011",
			tandem.Validity{From: date("2011-01-01"), Until: date("2012-01-01")}, h.clock.at)
		require.NoError(h.t, err)
		require.NoError(h.t, b.Periods().Save(ctx, year))
		for _, key := range []string{"mug", "pen"} {
			require.NoError(h.t, b.Products().Save(ctx, catalog.Product{ID: product(key), Code: key, Name: key, Kind: catalog.Goods, Unit: tandem.Each,
				Whole: true, TaxCategory: tandem.TaxStandard}))
			pool, err := costing.NewCostPool(company(), product(key), tandem.Each, tandem.GBP, h.clock.at)
			require.NoError(h.t, err)
			_, err = pool.Receive(each(1000), gbp(55_000))
			require.NoError(h.t, err)
			require.NoError(h.t, b.CostPools().Save(ctx, pool))
			require.NoError(h.t, b.StockLevels().Apply(ctx, inventory.LevelChange{OnHand: each(1000).Micro(),
				Key: inventory.LevelKey{Company: company(), Location: place("warehouse"), Product: product(key)}}))
		}
		return nil
	})
}

func (h *house) header() work.Header {
	h.keys++
	return work.Header{Key: fmt.Sprint("key", h.keys), Actor: work.Actor{ID: "clerk"}}
}

func (h *house) deliver() {
	h.t.Helper()
	_, err := h.dispatcher.Deliver(h.t.Context())
	require.NoError(h.t, err)
}

func (h *house) order(who, on string, mugs, pens int64) ordertocash.Placed {
	h.t.Helper()
	h.clock.at = noon(on)
	lines := []ordertocash.OrderLine{{Product: product("mug"), Quantity: each(mugs)}}
	if pens > 0 {
		lines = append(lines, ordertocash.OrderLine{Product: product("pen"), Quantity: each(pens)})
	}
	out, err := h.sales.Place(h.t.Context(), ordertocash.PlaceOrder{Header: h.header(), Customer: customer(who), Lines: lines})
	require.NoError(h.t, err)
	return out
}

func (h *house) ship(order sales.OrderID, on string) ordertocash.Shipped {
	h.t.Helper()
	h.clock.at = noon(on)
	out, err := h.sales.Ship(h.t.Context(), ordertocash.ShipOrder{Header: h.header(), Order: order})
	require.NoError(h.t, err)
	return out
}

func (h *house) invoice(order sales.OrderID, on string) ordertocash.Invoiced {
	h.t.Helper()
	h.clock.at = noon(on)
	drafted, err := h.sales.Invoice(h.t.Context(), ordertocash.InvoiceOrder{Header: h.header(), Order: order})
	require.NoError(h.t, err)
	out, err := h.sales.Post(h.t.Context(), ordertocash.PostInvoice{Header: h.header(), Invoice: drafted.Invoice})
	require.NoError(h.t, err)
	return out
}

func (h *house) giveBack(who, on string, from delivery.ID, line int, n int64) ordertocash.Credited {
	h.t.Helper()
	h.clock.at = noon(on)
	out, err := h.sales.Return(h.t.Context(), ordertocash.ReturnGoods{Header: h.header(), Customer: customer(who), Reason: "broken",
		Lines: []ordertocash.ReturnedLine{{Delivery: from, Line: line, Quantity: each(n)}}})
	require.NoError(h.t, err)
	return out
}

func TestOrderToCashFillsTheCRM(t *testing.T) {
	h := newHouse(t, "2011-06-01")
	o := h.order("ann", "2011-06-01", 10, 20)
	d := h.ship(o.Order, "2011-06-01")
	h.giveBack("ann", "2011-06-01", d.Delivery, 2, 4) // at the counter, before the invoice
	posted := h.invoice(o.Order, "2011-06-02")
	h.giveBack("ann", "2011-06-20", d.Delivery, 1, 2)
	h.clock.at = noon("2011-06-30")
	_, err := h.sales.Receive(t.Context(), ordertocash.ReceivePayment{Header: h.header(), Customer: customer("ann"), Amount: gbp(14_400), Method: payment.BankTransfer,
		Invoices: []billing.InvoiceID{posted.Invoice}})
	require.NoError(t, err)
	late := h.order("ann", "2011-07-01", 991, 1) // 992 mugs are left: 1,000 − 10 + 2
	h.deliver()
	h.deliver() // nothing is left to tell

	got := h.read()
	require.Equal(t, []string{
		"2011-06-01 order SO-000001 150.00 GBP confirmed",
		"2011-06-01 delivery DN-000001 150.00 GBP order complete",
		"2011-06-01 return RA-000001  authorised: broken",
		"2011-06-01 return RA-000001 10.00 GBP received",
		"2011-06-01 return RA-000001 10.00 GBP credited",
		"2011-06-02 invoice " + posted.Number + " 168.00 GBP due 2011-07-02",
		"2011-06-20 credit CN-2011-000001 24.00 GBP goods",
		"2011-06-20 return RA-000002  authorised: broken",
		"2011-06-20 return RA-000002 20.00 GBP received",
		"2011-06-20 return RA-000002 20.00 GBP credited",
		"2011-06-30 payment PY-000001 144.00 GBP transfer",
		"2011-07-01 order " + late.Number + " 9912.50 GBP confirmed",
	}, got.entries())
	require.Equal(t, []string{
		"2011-06-01 ordered 1: 10 EA of which 10 EA by 2011-06-01",
		"2011-06-01 ordered 2: 20 EA of which 20 EA by 2011-06-01",
		"2011-06-01 shipped 1: 10 EA",
		"2011-06-01 shipped 2: 20 EA",
		"2011-06-01 returned 2: 4 EA",
		"2011-06-20 returned 1: 2 EA",
		"2011-07-01 ordered 1: 991 EA of which 991 EA by 2011-07-01",
		"2011-07-01 ordered 2: 1 EA of which 1 EA by 2011-07-01",
	}, got.delivered())
	require.Equal(t, []string{
		"2011-06-01 sale 150.00 GBP SO-000001", "2011-06-01 credit -10.00 GBP RA-000001",
		"2011-06-20 credit -20.00 GBP RA-000002", "2011-07-01 sale 9912.50 GBP " + late.Number,
	}, got.purchased())

	q := june()
	q.Formula.MinimumLines = 2
	score := h.satisfaction(q)[0]
	// 50 on time + 30 at once + 20 × (1 − 5 × 6 ÷ 30): a fifth came back
	require.InDelta(t, 80, *score.Score.Score, 1e-9)
	require.Equal(t, survey.Performance{AsOf: date("2011-06-30"), Lines: 2, Decided: 2, OnTime: 2, AtOnce: 2, Orders: 1, OrdersDecided: 1, OrdersOnTime: 1,
		OrdersAtOnce: 1, Shipped: 2, Returned: 2, ReturnedShare: 0.2}, score.Performance)
}

func TestAnAmendmentReachesTheCRM(t *testing.T) {
	h := newHouse(t, "2011-06-01")
	o := h.order("ann", "2011-06-01", 10, 0)
	h.clock.at = noon("2011-06-02")
	_, err := h.sales.Amend(t.Context(), ordertocash.AmendOrder{Header: h.header(), Order: o.Order, Reason: "more guests",
		Change: []ordertocash.LineChange{{Line: 1, Quantity: each(12)}}, Add: []ordertocash.OrderLine{{Product: product("pen"), Quantity: each(4)}}})
	require.NoError(t, err)
	h.ship(o.Order, "2011-06-02")
	h.deliver()
	got := h.read()
	require.Equal(t, []string{
		"2011-06-01 ordered 1: 10 EA of which 10 EA by 2011-06-01",
		"2011-06-02 ordered 1: 2 EA of which  by 2011-06-01", // the first promise stays
		"2011-06-02 ordered 2: 4 EA of which  by 2011-06-02",
		"2011-06-02 shipped 1: 12 EA",
		"2011-06-02 shipped 2: 4 EA",
	}, got.delivered())
	require.Equal(t, []string{"2011-06-01 sale 100.00 GBP SO-000001", "2011-06-02 sale 30.00 GBP SO-000001"}, got.purchased())
}

// Ann buys best of five, is reviewed and becomes Gold: what she is quoted from
// then on is 5 % less, and the quotation that she holds is what it was.
func TestAGradeChangeRepricesNewQuotesAndNeverASentOne(t *testing.T) {
	h := newHouse(t, "2011-06-01")
	for i, who := range []string{"ann", "bob", "carl", "dora", "eve"} {
		for n := range 5 - i {
			h.order(who, date("2011-06-09").AddDays(-i-n).String(), int64(5-i), 0)
		}
	}
	h.deliver()
	quote := func(on string) ordertocash.Quoted {
		h.clock.at = noon(on)
		out, err := h.sales.Quote(t.Context(), ordertocash.QuoteOrder{Header: h.header(), Customer: customer("ann"), ValidUntil: date("2011-07-31"),
			Lines: []ordertocash.OrderLine{{Product: product("mug"), Quantity: each(100)}}})
		require.NoError(t, err)
		return out
	}
	sent := quote("2011-06-10")
	require.Equal(t, gbp(100_000), sent.Net)
	before := h.quotation(sent.Quotation)

	h.clock.at = noon("2011-06-11")
	reviewed, err := h.reviewer.ReviewGrades(t.Context(), command("review", "2011-06-11"))
	require.NoError(t, err)
	require.Equal(t, grading.Gold, of(t, reviewed, "ann").Grade)
	h.deliver()
	entries := h.read().entries()
	require.Contains(t, entries, "2011-06-11 grade   no grade → gold: first")

	renewed := quote("2011-06-11")
	require.Equal(t, gbp(95_000), renewed.Net, "a new quotation has the new price")
	require.Equal(t, before, h.quotation(sent.Quotation), "the one that was sent is as it was")

	accepted, err := h.sales.AcceptQuote(t.Context(), ordertocash.AcceptQuote{Header: h.header(), Quotation: sent.Quotation})
	require.NoError(t, err)
	require.Equal(t, gbp(100_000), accepted.Net, "at the price that was quoted")
	require.Equal(t, gbp(950), h.order("ann", "2011-06-12", 1, 0).Net)
	require.Equal(t, gbp(1_000), h.order("bob", "2011-06-12", 1, 0).Net, "bob is no Gold")
}

func (h *house) quotation(id quotation.ID) (out quotation.State) {
	h.t.Helper()
	require.NoError(h.t, h.store.View(h.t.Context(), func(ctx context.Context, b *store.Bundle) error {
		q, err := b.SalesQuotations().Get(ctx, company(), id)
		if err == nil {
			out = q.State()
		}
		return err
	}))
	return out
}

// Ten mugs are ordered and delivered on 20 June. On 4 July the clerk enters what
// happened on 30 June: two mugs more were wanted, and three of those delivered came
// back, after their invoice and before it. Entered late, all of it is of June: the
// sale of 20.00, the credits of 20.00 and 10.00, and the quotation of 29 June.
func TestWhatIsEnteredLateIsOfItsOwnDay(t *testing.T) {
	h := newHouse(t, "2011-06-20")
	o, other := h.order("ann", "2011-06-20", 10, 0), h.order("ann", "2011-06-20", 3, 0)
	d, unbilled := h.ship(o.Order, "2011-06-20"), h.ship(other.Order, "2011-06-20")
	h.invoice(o.Order, "2011-06-21")
	open := h.order("ann", "2011-06-22", 1, 0)
	h.clock.at = noon("2011-07-04")
	late := date("2011-06-30")
	_, err := h.sales.Amend(t.Context(), ordertocash.AmendOrder{Header: h.header(), Order: open.Order, Reason: "more guests", Date: late,
		Change: []ordertocash.LineChange{{Line: 1, Quantity: each(3)}}})
	require.NoError(t, err)
	for i, back := range []ordertocash.ReturnedLine{{Delivery: d.Delivery, Line: 1, Quantity: each(2)}, {Delivery: unbilled.Delivery, Line: 1, Quantity: each(1)}} {
		_, err = h.sales.Return(t.Context(), ordertocash.ReturnGoods{Header: h.header(), Customer: customer("ann"), Date: late, Lines: []ordertocash.ReturnedLine{back}})
		require.NoError(t, err, "return %d", i+1)
	}
	quoted, err := h.sales.Quote(t.Context(), ordertocash.QuoteOrder{Header: h.header(), Customer: customer("ann"), Date: date("2011-06-29"), ValidUntil: date("2011-07-31"),
		Lines: []ordertocash.OrderLine{{Product: product("mug"), Quantity: each(1)}}})
	require.NoError(t, err)
	accepted, err := h.sales.AcceptQuote(t.Context(), ordertocash.AcceptQuote{Header: h.header(), Quotation: quoted.Quotation, Date: late})
	require.NoError(t, err)
	h.deliver()
	got := h.read()
	require.Equal(t, []string{
		"2011-06-20 sale 100.00 GBP SO-000001", "2011-06-20 sale 30.00 GBP SO-000002", "2011-06-22 sale 10.00 GBP SO-000003",
		"2011-06-30 sale 20.00 GBP SO-000003", "2011-06-30 credit -20.00 GBP RA-000001", "2011-06-30 credit -10.00 GBP RA-000002",
		"2011-06-30 sale 10.00 GBP " + accepted.Number,
	}, got.purchased())
	entries := got.entries()
	for _, want := range []string{"2011-06-29 quote " + quoted.Number + " 10.00 GBP sent, valid until 2011-07-31",
		"2011-06-30 quote " + quoted.Number + " 10.00 GBP accepted as " + accepted.Number,
		"2011-06-30 return RA-000001 20.00 GBP credited", "2011-06-30 order SO-000003 30.00 GBP amended: more guests"} {
		require.Contains(t, entries, want)
	}
	for _, i := range got.Timeline {
		require.False(t, tandem.DateIn(i.Occurred, nil).After(late), "nothing of it is of the day on which it was entered")
	}
}

// 100.00 are bought, 30.00 of it allowed, and then all comes back for 70.00: the
// customer traded for nothing, and bought on one day, not on that of the return.
func TestAnAllowanceThatIsGivenUpIsNoPurchase(t *testing.T) {
	h := newHouse(t, "2011-06-01")
	o := h.order("ann", "2011-06-01", 10, 0)
	d := h.ship(o.Order, "2011-06-01")
	i := h.invoice(o.Order, "2011-06-02")
	h.clock.at = noon("2011-06-03")
	_, err := h.sales.CreditAllowance(t.Context(), ordertocash.CreditAllowance{Header: h.header(), Customer: customer("ann"), Approval: billing.Approval{Actor: "boss", Reason: "late"},
		Lines: []ordertocash.CreditLine{{Invoice: i.Invoice, Net: gbp(3_000)}}})
	require.NoError(t, err)
	require.Equal(t, gbp(7_000), h.giveBack("ann", "2011-06-10", d.Delivery, 1, 10).Net)
	h.deliver()
	require.Equal(t, []string{
		"2011-06-01 sale 100.00 GBP SO-000001", "2011-06-03 credit -30.00 GBP CN-2011-000001",
		"2011-06-10 credit 30.00 GBP CN-2011-000002", "2011-06-10 credit -100.00 GBP RA-000001",
	}, h.read().purchased())
}
