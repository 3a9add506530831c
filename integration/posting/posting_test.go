package posting_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/billing"
	"github.com/tandem-go/tandem/erp/ledger"
	"github.com/tandem-go/tandem/integration/posting"
)

var (
	noon, _   = tandem.ParseInstant("2011-06-30T12:00:00Z")
	june, _   = tandem.ParseDate("2011-06-30")
	july, _   = tandem.ParseDate("2011-07-01")
	august, _ = tandem.ParseDate("2011-08-01")
)

func idOf[K any](_ tandem.ID[K], key string) tandem.ID[K] {
	return tandem.DeriveID[tandem.ID[K]]("test", key)
}

func companyID() tandem.CompanyID { return idOf(tandem.CompanyID{}, "company") }
func customer() tandem.PartyID    { return idOf(tandem.PartyID{}, "customer") }
func product(n int) tandem.ProductID {
	return idOf(tandem.ProductID{}, fmt.Sprint("product", n))
}

func money(t require.TestingT, s string) tandem.Money {
	m, err := tandem.ParseMoney(s)
	require.NoError(t, err)
	return m
}

func gbp(minor int64) tandem.Money { return tandem.MoneyFromMinor(minor, tandem.GBP) }

func chart() posting.Chart {
	return posting.Chart{
		Receivables: "1100", Unbilled: "1110", CustomerAdvances: "2110", Revenue: "4000", Returns: "4100", Allowances: "4200",
		RefundLiability: "2150", ReturnAsset: "1450", OutputTax: "2200", InputTax: "1300", Stock: "1400", GoodsReceived: "2120",
		PriceVariance: "5300", CostOfSales: "5000", WriteOff: "5100", CountDifference: "5200", Promotion: "6100",
		EarlyDiscount: "4300", Bank: "1000", Expenses: "6000", OpeningBalance: "3000",
	}
}

func books(t require.TestingT, revenue posting.RevenuePolicy, byProduct bool) *posting.Books {
	b, err := posting.New(posting.Config{Company: companyID(), Currency: tandem.GBP, Chart: chart(), Revenue: revenue, ByProduct: byProduct})
	require.NoError(t, err)
	return b
}

func period(t require.TestingT) *ledger.Period {
	from, _ := tandem.ParseDate("2011-01-01")
	until, _ := tandem.ParseDate("2012-01-01")
	p, err := ledger.NewPeriod(idOf(ledger.PeriodID{}, "2011"), companyID(), "2011", tandem.Validity{From: from, Until: until}, noon)
	require.NoError(t, err)
	return p
}

func header(t require.TestingT, n int) posting.Header {
	return posting.Header{ID: idOf(ledger.EntryID{}, fmt.Sprint("entry", n)), Number: fmt.Sprint("J-", n), Date: june, Recorded: noon,
		Source: tandem.RefTo("test", customer(), "D-1"), Period: period(t)}
}

// balances sums entries by account.
func balances(t require.TestingT, entries ...ledger.Entry) map[ledger.AccountCode]string {
	trial, err := ledger.TrialBalance(sequence(entries), ledger.BalanceQuery{Currency: tandem.GBP})
	require.NoError(t, err)
	require.True(t, trial.Balanced())
	out := map[ledger.AccountCode]string{}
	for _, r := range trial.Rows {
		if !r.Closing.IsZero() {
			out[r.Account] = r.Closing.String()
		}
	}
	return out
}

func sequence(entries []ledger.Entry) func(func(ledger.Entry, error) bool) {
	return func(yield func(ledger.Entry, error) bool) {
		for _, e := range entries {
			if !yield(e, nil) {
				return
			}
		}
	}
}

type accounts = map[ledger.AccountCode]string

// IFRS 15 Illustrative Examples, Example 22, paragraphs IE110–IE115: 100 products
// at 100 each, cost 60 each, 3 expected back.
func TestExpectedReturnsByIFRS15Example22(t *testing.T) {
	b := books(t, posting.AtDelivery, false)
	delivery, err := b.Deliver(header(t, 1), posting.Delivery{
		Customer: customer(),
		Goods:    []posting.Goods{{Product: product(1), Value: money(t, "6000.00 GBP")}},
		Sales:    []posting.Sale{{Product: product(1), Net: money(t, "10000.00 GBP")}},
		Expected: posting.ExpectedReturn{Net: money(t, "300.00 GBP"), Value: money(t, "180.00 GBP")},
	})
	require.NoError(t, err)
	require.Equal(t, accounts{
		"4000": "-9700.00 GBP", "2150": "-300.00 GBP", "1450": "180.00 GBP",
		"5000": "5820.00 GBP", "1400": "-6000.00 GBP", "1110": "10000.00 GBP",
	}, balances(t, delivery))

	back, err := b.TakeBack(header(t, 2), posting.ReturnedGoods{
		Customer: customer(), Restock: []posting.Goods{{Product: product(1), Value: money(t, "120.00 GBP")}}, Expected: true,
	})
	require.NoError(t, err)
	credit, err := b.Credit(header(t, 3), posting.CreditNote{Customer: customer(),
		Lines: []posting.Credited{{Product: product(1), Net: money(t, "200.00 GBP"), Liability: money(t, "200.00 GBP")}}})
	require.NoError(t, err)
	release, err := b.ReleaseExpected(header(t, 4), posting.ExpectedReturn{Net: money(t, "100.00 GBP"), Value: money(t, "60.00 GBP")}, posting.Exchange{})
	require.NoError(t, err)
	require.Equal(t, accounts{
		"4000": "-9800.00 GBP", "5000": "5880.00 GBP", "1400": "-5880.00 GBP", "1110": "10000.00 GBP", "1100": "-200.00 GBP",
	}, balances(t, delivery, back, credit, release), "two of three came back: revenue of 98, cost of 98, nothing provided for")
}

func standard(base, tax tandem.Money, percent int64) []tandem.TaxLine {
	return []tandem.TaxLine{{Code: "GB-S", Category: tandem.TaxStandard, Rate: tandem.Percent(percent), Base: base, Tax: tax}}
}

// The early discount of the United Kingdom: 500.00 net, 20 % VAT, 2 % for prompt
// payment (Revenue & Customs Brief 49/2014 has the change of 1 April 2015).
func TestEarlyDiscountOfTheUnitedKingdom(t *testing.T) {
	b := books(t, posting.AtInvoice, false)
	cases := []struct {
		name          string
		policy        billing.DiscountPolicy
		vat, paid     string
		discount, tax string
		vatLeft       string
	}{
		{"tax on the discounted price", billing.DiscountedBase, "98.00 GBP", "588.00 GBP", "10.00 GBP", "0.00 GBP", "-98.00 GBP"},
		{"tax adjusted when the discount is taken", billing.AdjustOnPayment, "100.00 GBP", "588.00 GBP", "10.00 GBP", "2.00 GBP", "-98.00 GBP"},
		{"tax as it is", billing.DiscountNetOnly, "100.00 GBP", "590.00 GBP", "10.00 GBP", "0.00 GBP", "-100.00 GBP"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			net := money(t, "500.00 GBP")
			invoice, err := b.Invoice(header(t, 1), posting.Invoice{Customer: customer(), Sales: []posting.InvoicedSale{{Net: net}}, Taxes: standard(net, money(t, c.vat), 20)})
			require.NoError(t, err)
			pay, err := b.Pay(header(t, 2), posting.Payment{Customer: customer(), Amount: money(t, c.paid)})
			require.NoError(t, err)
			discount, err := b.Discount(header(t, 3), posting.EarlyDiscount{Customer: customer(), Net: money(t, c.discount), Tax: money(t, c.tax)})
			require.NoError(t, err)
			require.Equal(t, accounts{"4000": "-500.00 GBP", "4300": c.discount, "2200": c.vatLeft, "1000": c.paid}, balances(t, invoice, pay, discount))
		})
	}
}

func TestOneSaleThroughAllItsDocuments(t *testing.T) {
	for _, revenue := range posting.RevenuePolicies() {
		t.Run(string(revenue), func(t *testing.T) {
			b := books(t, revenue, true)
			receipt, err := b.Receive(header(t, 1), posting.Receipt{Supplier: customer(), Goods: []posting.ReceivedGoods{
				{Product: product(1), Value: money(t, "60.00 GBP")}, {Product: product(2), Value: money(t, "40.00 GBP"), Owed: money(t, "41.50 GBP")}}})
			require.NoError(t, err)
			require.Equal(t, accounts{"1400": "100.00 GBP", "5300": "1.50 GBP", "2120": "-101.50 GBP"}, balances(t, receipt))

			delivery, err := b.Deliver(header(t, 2), posting.Delivery{Customer: customer(),
				Goods: []posting.Goods{{Product: product(1), Value: money(t, "60.00 GBP")}},
				Free:  []posting.Goods{{Product: product(2), Value: money(t, "4.00 GBP")}},
				Sales: []posting.Sale{{Product: product(1), Net: money(t, "100.00 GBP")}}})
			require.NoError(t, err)
			want := accounts{"5000": "60.00 GBP", "6100": "4.00 GBP", "1400": "-64.00 GBP"}
			if revenue == posting.AtDelivery {
				want["1110"], want["4000"] = "100.00 GBP", "-100.00 GBP"
			}
			require.Equal(t, want, balances(t, delivery))

			invoice, err := b.Invoice(header(t, 3), posting.Invoice{Customer: customer(),
				Sales: []posting.InvoicedSale{{Product: product(1), Net: money(t, "100.00 GBP"), Delivered: money(t, "100.00 GBP")}, {Net: money(t, "5.00 GBP")}},
				Taxes: standard(money(t, "105.00 GBP"), money(t, "21.00 GBP"), 20)})
			require.NoError(t, err)
			require.Equal(t, accounts{"1100": "126.00 GBP", "2200": "-21.00 GBP", "4000": "-105.00 GBP",
				"5000": "60.00 GBP", "6100": "4.00 GBP", "1400": "-64.00 GBP"}, balances(t, delivery, invoice), "both policies agree once it is invoiced")

			pay, err := b.Pay(header(t, 4), posting.Payment{Customer: customer(), Amount: money(t, "130.00 GBP")})
			require.NoError(t, err)
			require.Equal(t, accounts{"1000": "130.00 GBP", "1100": "-130.00 GBP"}, balances(t, pay), "what is rounded up is credit on the receivables")
		})
	}
}

func TestReturnIsCreditedAtTheOriginalRate(t *testing.T) {
	b := books(t, posting.AtDelivery, false)
	back, err := b.TakeBack(header(t, 1), posting.ReturnedGoods{Customer: customer(), Refund: money(t, "30.00 GBP"),
		Restock: []posting.Goods{{Product: product(1), Value: money(t, "12.00 GBP")}}, Scrap: []posting.Goods{{Product: product(1), Value: money(t, "6.00 GBP")}}})
	require.NoError(t, err)
	require.Equal(t, accounts{"1400": "12.00 GBP", "5100": "6.00 GBP", "5000": "-18.00 GBP", "4100": "30.00 GBP", "2150": "-30.00 GBP"}, balances(t, back),
		"received before it is credited: the customer is owed")
	// sold in 2010 at 17.5 %, credited in 2011: 5.25 on the goods and 0.35 on the allowance
	taxes := []tandem.TaxLine{{Code: "GB-S", Category: tandem.TaxStandard, Rate: tandem.BasisPoints(1750), Base: money(t, "32.00 GBP"), Tax: money(t, "5.60 GBP")}}
	credit, err := b.Credit(header(t, 2), posting.CreditNote{Customer: customer(), Taxes: taxes, Lines: []posting.Credited{
		{Product: product(1), Net: money(t, "30.00 GBP"), Liability: money(t, "30.00 GBP")}, {Net: money(t, "2.00 GBP"), Allowance: true}}})
	require.NoError(t, err)
	require.Equal(t, accounts{"1400": "12.00 GBP", "5100": "6.00 GBP", "5000": "-18.00 GBP", "4100": "30.00 GBP", "4200": "2.00 GBP", "2200": "5.60 GBP", "1100": "-37.60 GBP"},
		balances(t, back, credit))

	first, err := b.Credit(header(t, 3), posting.CreditNote{Customer: customer(), Lines: []posting.Credited{{Product: product(1), Net: money(t, "30.00 GBP")}}})
	require.NoError(t, err)
	require.Equal(t, accounts{"4100": "30.00 GBP", "1100": "-30.00 GBP"}, balances(t, first), "credited first")
	unbilled, err := b.TakeBack(header(t, 4), posting.ReturnedGoods{Customer: customer(), Unbilled: money(t, "30.00 GBP")})
	require.NoError(t, err)
	require.Equal(t, accounts{"4100": "30.00 GBP", "1110": "-30.00 GBP"}, balances(t, unbilled), "never invoiced")
	mixed, err := b.TakeBack(header(t, 5), posting.ReturnedGoods{Customer: customer(), Refund: money(t, "100.00 GBP"),
		Provided: []posting.Goods{{Product: product(1), Value: money(t, "180.00 GBP")}},
		Restock:  []posting.Goods{{Product: product(1), Value: money(t, "60.00 GBP")}}})
	require.NoError(t, err)
	require.Equal(t, accounts{"1400": "240.00 GBP", "1450": "-180.00 GBP", "5000": "-60.00 GBP", "4100": "100.00 GBP", "2150": "-100.00 GBP"}, balances(t, mixed),
		"three of four were expected")
	given, err := b.TakeBack(header(t, 5), posting.ReturnedGoods{Customer: customer(), Restock: []posting.Goods{{Product: product(1), Value: money(t, "6.00 GBP")}},
		Free:      []posting.Goods{{Product: product(1), Value: money(t, "4.00 GBP")}},
		FreeScrap: []posting.Goods{{Product: product(1), Value: money(t, "2.00 GBP")}}})
	require.NoError(t, err)
	require.Equal(t, accounts{"1400": "10.00 GBP", "5000": "-6.00 GBP", "6100": "-6.00 GBP", "5100": "2.00 GBP"}, balances(t, given), "the issue mirrored")
	_, err = b.TakeBack(header(t, 5), posting.ReturnedGoods{Customer: customer(), Expected: true, Refund: money(t, "1.00 GBP")})
	require.ErrorIs(t, err, tandem.ErrInvalid)
}

func TestMonthEndAccrualIsReversedOnDayOne(t *testing.T) {
	b := books(t, posting.AtInvoice, false)
	open := []posting.Unbilled{{Customer: customer(), Net: money(t, "70.00 GBP")}, {Customer: idOf(tandem.PartyID{}, "other"), Net: money(t, "30.00 GBP")}}
	next := ledger.Reversal{ID: idOf(ledger.EntryID{}, "next"), Number: "J-2", Date: july, Recorded: noon}
	accrual, reversal, err := b.Accrue(header(t, 1), open, next, period(t))
	require.NoError(t, err)
	require.Equal(t, accounts{"1110": "100.00 GBP", "4000": "-100.00 GBP"}, balances(t, accrual))
	require.Empty(t, balances(t, accrual, reversal))
	require.Equal(t, accrual.ID, reversal.Reverses)
	require.Equal(t, july, reversal.Date)

	next.Date = august
	_, _, err = b.Accrue(header(t, 1), open, next, period(t))
	require.ErrorIs(t, err, tandem.ErrInvalid)
	next.Date = july
	_, _, err = books(t, posting.AtDelivery, false).Accrue(header(t, 1), open, next, period(t))
	require.ErrorIs(t, err, tandem.ErrInvalid)
	none, _, err := b.Accrue(header(t, 1), nil, next, period(t))
	require.NoError(t, err)
	require.True(t, none.IsZero())
}

func TestStockAndExpenses(t *testing.T) {
	b := books(t, posting.AtDelivery, false)
	goods := []posting.Goods{{Product: product(1), Value: money(t, "8.00 GBP")}, {Product: product(2), Value: money(t, "2.00 GBP")}}
	for _, c := range []struct {
		name string
		book func(posting.Header, []posting.Goods) (ledger.Entry, error)
		want accounts
	}{
		{"opening stock", b.OpenStock, accounts{"1400": "10.00 GBP", "3000": "-10.00 GBP"}},
		{"found in a count", b.Count, accounts{"1400": "10.00 GBP", "5200": "-10.00 GBP"}},
		{"scrapped", b.Scrap, accounts{"1400": "-10.00 GBP", "5100": "10.00 GBP"}},
		{"given away", b.GiveAway, accounts{"1400": "-10.00 GBP", "6100": "10.00 GBP"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			e, err := c.book(header(t, 1), goods)
			require.NoError(t, err)
			require.Equal(t, c.want, balances(t, e))
			byProduct, err := ledger.ProductBalances(sequence([]ledger.Entry{e}), "1400", ledger.BalanceQuery{Currency: tandem.GBP})
			require.NoError(t, err)
			require.Len(t, byProduct, 2)
		})
	}
	lost, err := b.Count(header(t, 2), []posting.Goods{{Product: product(1), Value: money(t, "-8.00 GBP")}, {Product: product(2), Value: money(t, "8.00 GBP")}})
	require.NoError(t, err)
	require.Empty(t, balances(t, lost)["5200"], "lost and found are equal")
	require.Len(t, lost.Lines, 2)

	e, err := b.Spend(header(t, 3), posting.Expense{Costs: []posting.Cost{{Net: money(t, "10.00 GBP")}, {Account: "6200", Net: money(t, "-3.00 GBP")}}, Tax: money(t, "2.00 GBP")})
	require.NoError(t, err)
	require.Equal(t, accounts{"6000": "10.00 GBP", "6200": "-3.00 GBP", "1300": "2.00 GBP", "1000": "-9.00 GBP"}, balances(t, e))

	received, err := b.Pay(header(t, 4), posting.Payment{Customer: customer(), Amount: money(t, "9.00 GBP"), Advance: true, Bank: "1010"})
	require.NoError(t, err)
	applied, err := b.ApplyAdvance(header(t, 5), customer(), money(t, "9.00 GBP"), tandem.Money{}, posting.Exchange{})
	require.NoError(t, err)
	require.Equal(t, accounts{"1010": "9.00 GBP", "1100": "-9.00 GBP"}, balances(t, received, applied))
	require.Equal(t, accounts{"1010": "9.00 GBP", "2110": "-9.00 GBP"}, balances(t, received))
}

// 100.00 EUR net + 20.00 EUR VAT at 0.8765 GBP: 105.18 GBP, of which 87.65 and 17.53.
func TestForeignCurrencyBalances(t *testing.T) {
	rate, _ := tandem.NewRatio(8765, 10000)
	b := books(t, posting.AtInvoice, false)
	e, err := b.Invoice(header(t, 1), posting.Invoice{Customer: customer(), Exchange: posting.Exchange{Currency: tandem.EUR, Rate: rate},
		Sales: []posting.InvoicedSale{{Net: money(t, "100.00 EUR")}}, Taxes: standard(money(t, "100.00 EUR"), money(t, "20.00 EUR"), 20)})
	require.NoError(t, err)
	require.Equal(t, accounts{"1100": "105.18 GBP", "4000": "-87.65 GBP", "2200": "-17.53 GBP"}, balances(t, e))
	require.Equal(t, "120.00 EUR", e.Lines[0].Original.String())
	_, err = b.Invoice(header(t, 1), posting.Invoice{Customer: customer(), Sales: []posting.InvoicedSale{{Net: money(t, "100.00 EUR")}}})
	require.ErrorIs(t, err, tandem.ErrInvalid)
}

func TestNothingToBookAndClosedPeriod(t *testing.T) {
	b := books(t, posting.AtDelivery, false)
	e, err := b.Deliver(header(t, 1), posting.Delivery{Customer: customer(), Goods: []posting.Goods{{Product: product(1), Value: gbp(0)}}, Sales: []posting.Sale{{Net: gbp(0)}}})
	require.NoError(t, err)
	require.True(t, e.IsZero())
	h := header(t, 1)
	require.NoError(t, h.Period.Close("controller", noon))
	_, err = b.Pay(h, posting.Payment{Customer: customer(), Amount: gbp(1)})
	require.ErrorIs(t, err, tandem.ErrNotAllowed)
}

func TestChartIsChecked(t *testing.T) {
	_, err := posting.New(posting.Config{})
	var invalid *tandem.InvalidError
	require.ErrorAs(t, err, &invalid)
	require.Len(t, invalid.Faults, 23, "company, currency and 21 accounts")
	shared := chart()
	shared.Bank = shared.Stock
	require.ErrorIs(t, shared.Validate(), tandem.ErrInvalid)

	l, err := ledger.NewChart(companyID(), chart().Accounts(companyID())...)
	require.NoError(t, err)
	require.NoError(t, chart().CheckAgainst(l))
	wrong := chart().Accounts(companyID())
	wrong[0].Type, wrong[1].Active, wrong[2].Control = ledger.Income, false, false
	l, err = ledger.NewChart(companyID(), wrong[:20]...)
	require.NoError(t, err)
	require.ErrorAs(t, chart().CheckAgainst(l), &invalid)
	require.Len(t, invalid.Faults, 4)
	var p posting.RevenuePolicy
	require.NoError(t, p.UnmarshalText([]byte("at_invoice")))
	require.Error(t, p.UnmarshalText([]byte("")))
}

// Every entry of every document balances, whatever the figures, in both policies,
// and every entry is admitted by the chart.
func TestEveryEntryBalances(t *testing.T) {
	l, err := ledger.NewChart(companyID(), chart().Accounts(companyID())...)
	require.NoError(t, err)
	rapid.Check(t, func(t *rapid.T) {
		b := books(t, rapid.SampledFrom(posting.RevenuePolicies()).Draw(t, "revenue"), rapid.Bool().Draw(t, "by product"))
		var x posting.Exchange
		currency := tandem.GBP
		if rapid.Bool().Draw(t, "foreign") {
			rate, _ := tandem.NewRatio(rapid.Int64Range(1, 1e6).Draw(t, "rate"), 100_000)
			x, currency = posting.Exchange{Currency: tandem.JPY, Rate: rate}, tandem.JPY
		}
		amount := func(label string, c tandem.Currency, low int64) tandem.Money {
			return tandem.MoneyFromMinor(rapid.Int64Range(low, 1e9).Draw(t, label), c)
		}
		goods := func() (out []posting.Goods) {
			for range rapid.IntRange(0, 4).Draw(t, "goods") {
				out = append(out, posting.Goods{Product: product(rapid.IntRange(1, 3).Draw(t, "product")), Value: amount("value", tandem.GBP, 0)})
			}
			return out
		}
		var sales []posting.Sale
		var invoiced []posting.InvoicedSale
		var credited []posting.Credited
		for i := range rapid.IntRange(1, 4).Draw(t, "lines") {
			net := amount("net", currency, 0)
			sales = append(sales, posting.Sale{Product: product(i), Net: net})
			invoiced = append(invoiced, posting.InvoicedSale{Product: product(i), Net: amount("invoiced", currency, -100), Delivered: net})
			credited = append(credited, posting.Credited{Product: product(i), Net: net, Liability: amount("liability", currency, 0), Allowance: i%2 == 1})
		}
		tax := standard(sales[0].Net, amount("tax", currency, 0), 20)
		var expected posting.ExpectedReturn
		if b.Config().Revenue == posting.AtDelivery {
			expected = posting.ExpectedReturn{Net: amount("expected", currency, 0), Value: amount("recover", tandem.GBP, 0)}
		}
		documents := []func() (ledger.Entry, error){
			func() (ledger.Entry, error) {
				return b.Deliver(header(t, 1), posting.Delivery{Customer: customer(), Goods: goods(), Free: goods(), Sales: sales, Expected: expected, Exchange: x})
			},
			func() (ledger.Entry, error) {
				return b.Invoice(header(t, 2), posting.Invoice{Customer: customer(), Sales: invoiced, Taxes: tax, Exchange: x})
			},
			func() (ledger.Entry, error) {
				return b.Credit(header(t, 3), posting.CreditNote{Customer: customer(), Lines: credited, Taxes: tax, Exchange: x})
			},
			func() (ledger.Entry, error) {
				return b.TakeBack(header(t, 4), posting.ReturnedGoods{Customer: customer(), Restock: goods(), Scrap: goods(), Refund: sales[0].Net, Unbilled: sales[0].Net, Exchange: x})
			},
			func() (ledger.Entry, error) {
				return b.Discount(header(t, 5), posting.EarlyDiscount{Customer: customer(), Net: sales[0].Net, Tax: tax[0].Tax, Exchange: x})
			},
			func() (ledger.Entry, error) { return b.Count(header(t, 6), goods()) },
		}
		for _, book := range documents {
			e, err := book()
			require.NoError(t, err)
			if e.IsZero() {
				continue
			}
			sum := tandem.NewTotal(tandem.GBP)
			for _, line := range e.Lines {
				sum.Add(line.Amount)
			}
			require.Zero(t, sum.Sign())
			require.NoError(t, l.Admit(e))
		}
	})
}

func ExampleBooks_Deliver() {
	t := new(exampleT)
	b := books(t, posting.AtDelivery, false)
	e, err := b.Deliver(header(t, 1), posting.Delivery{
		Customer: customer(),
		Goods:    []posting.Goods{{Product: product(1), Value: gbp(60_00)}},
		Sales:    []posting.Sale{{Product: product(1), Net: gbp(100_00)}},
	})
	if err != nil {
		fmt.Println(err)
	}
	for _, l := range e.Lines {
		fmt.Println(l.Account, l.Amount)
	}
	// Output:
	// 1400 -60.00 GBP
	// 5000 60.00 GBP
	// 1110 100.00 GBP
	// 4000 -100.00 GBP
}

type exampleT struct{}

func (*exampleT) Errorf(format string, args ...any) { fmt.Printf(format, args...) }
func (*exampleT) FailNow()                          { fmt.Println("failed") }
