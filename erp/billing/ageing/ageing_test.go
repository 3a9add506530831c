package ageing_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/billing"
	"github.com/tandem-go/tandem/erp/billing/ageing"
	"github.com/tandem-go/tandem/erp/billing/internal/billingtest"
	"github.com/tandem-go/tandem/erp/billing/payment"
	"github.com/tandem-go/tandem/erp/ledger"
	"github.com/tandem-go/tandem/integration/posting"
)

var (
	companyID, customerID              = billingtest.CompanyID, billingtest.CustomerID
	invoiceID, paymentID, allocationID = billingtest.InvoiceID, billingtest.PaymentID, billingtest.AllocationID
	date, at, gbp, codes               = billingtest.Date, billingtest.At, billingtest.GBP, billingtest.Codes
	prompt, taxed, posted, sold        = billingtest.Prompt, billingtest.Taxed, billingtest.Posted, billingtest.Sold
	paid, apply, credited              = billingtest.Paid, billingtest.Apply, billingtest.Credited
)

func idOf[K any](_ tandem.ID[K], key string) tandem.ID[K] {
	return tandem.DeriveID[tandem.ID[K]]("test", key)
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// Two invoices of 120.00, due on 1 and 20 July; 100.00 paid on the first and
// 30.00 too much on 25 July, which was recorded on 2 August only.
func TestAgeingByHand(t *testing.T) {
	first, second := sold(1, "2011-06-01"), sold(2, "2011-06-20")
	p := paid(1, "2011-07-05", 10000)
	fact := must(payment.Apply(p, first, apply(1, "2011-07-05", 10000)))
	credit := paid(2, "2011-07-25", 3000).State()
	credit.Received = at("2011-08-02")
	payments := []*payment.Payment{p, must(payment.Restore(credit))}
	q := ageing.Query{Currency: tandem.GBP, AsOf: date("2011-07-31"), Limits: []int{14, 30}, Items: true}
	age := func(q ageing.Query) ageing.Report {
		a, err := ageing.Compute(q, billingtest.Sequence([]*billing.Invoice{first, second}), billingtest.Sequence(payments), billingtest.Sequence([]billing.Allocation{fact}))
		require.NoError(t, err)
		return a
	}
	a := age(q)
	require.Equal(t, []ageing.Row{{Customer: customerID(), Buckets: []tandem.Money{gbp(0), gbp(12000), gbp(2000), gbp(0)}, Unapplied: gbp(-3000), Total: gbp(11000), Advances: gbp(0)}}, a.Rows)
	require.Equal(t, []int{30, 11, 0}, []int{a.Items[0].Overdue, a.Items[1].Overdue, a.Items[2].Overdue})
	q.KnownAt = at("2011-07-31")
	require.Equal(t, gbp(14000), age(q).Total.Total, "as it was known then")
	q = ageing.Query{Currency: tandem.GBP, AsOf: date("2011-07-04"), Limits: []int{14, 30}}
	require.Equal(t, []tandem.Money{gbp(12000), gbp(12000), gbp(0), gbp(0)}, age(q).Total.Buckets, "before the payment; three days overdue")
	q.AsOf = date("2011-05-31")
	require.Empty(t, age(q).Rows)
	_, err := ageing.Compute(ageing.Query{Limits: []int{30, 30}}, nil, nil, nil)
	require.Equal(t, []string{"currency", "required", "limits"}, codes(err))
}

type story struct {
	t           *rapid.T
	books       *posting.Books
	period      *ledger.Period
	n           int
	invoices    []*billing.Invoice
	credits     []*billing.Invoice
	payments    []*payment.Payment
	allocations []billing.Allocation
	undone      map[billing.AllocationID]bool
	entries     []ledger.Entry
}

func (s *story) next() int { s.n++; return s.n }

func (s *story) book(e ledger.Entry, err error) {
	require.NoError(s.t, err)
	if !e.IsZero() {
		s.entries = append(s.entries, e)
	}
}

func (s *story) header(on tandem.Date) posting.Header {
	n := s.next()
	return posting.Header{ID: idOf(ledger.EntryID{}, fmt.Sprint("entry", n)), Number: fmt.Sprint("J", n), Date: on, Recorded: at(on.String()), Source: tandem.RefTo("test", invoiceID(n), ""), Period: s.period}
}

func (s *story) settle(a billing.Allocation) {
	s.allocations = append(s.allocations, a)
	s.book(s.books.Discount(s.header(a.Date), posting.EarlyDiscount{Customer: a.Customer, Net: a.DiscountNet, Tax: a.DiscountTax}))
	if a.FromAdvance {
		s.book(s.books.ApplyAdvance(s.header(a.Date), a.Customer, a.Amount, tandem.Money{}, posting.Exchange{}))
	}
}

func (s *story) step(day tandem.Date) {
	t, on := s.t, day.String()
	amount := rapid.Int64Range(1, 100000).Draw(t, "amount")
	switch rapid.IntRange(0, 5).Draw(t, "step") {
	case 0:
		terms := prompt(rapid.SampledFrom([]billing.DiscountPolicy{billing.AdjustOnPayment, billing.DiscountNetOnly}).Draw(t, "policy"))
		taxes := taxed(amount, amount/5, 2000)
		s.invoices = append(s.invoices, posted(s.next(), on, terms, amount, taxes))
		s.book(s.books.Invoice(s.header(day), posting.Invoice{Customer: customerID(), Sales: []posting.InvoicedSale{{Net: gbp(amount)}}, Taxes: taxes}))
	case 1:
		s.credits = append(s.credits, credited(s.next(), on, amount))
		s.book(s.books.Credit(s.header(day), posting.CreditNote{Customer: customerID(), Lines: []posting.Credited{{Net: gbp(amount), Allowance: true}}}))
	case 2:
		n := s.next()
		p := must(payment.Receive(payment.Input{ID: paymentID(n), Company: companyID(), Number: fmt.Sprint(n), Customer: customerID(), Date: day,
			Amount: gbp(amount), Method: payment.Cash, Advance: rapid.Bool().Draw(t, "advance")}, at(on)))
		s.payments = append(s.payments, p)
		s.book(s.books.Pay(s.header(day), posting.Payment{Customer: customerID(), Amount: gbp(amount), Advance: p.Advance()}))
	case 3:
		if len(s.payments) > 0 {
			p := rapid.SampledFrom(s.payments).Draw(t, "payment")
			facts, err := payment.ApplyOldest(p, s.invoices, day, at(on), func() billing.AllocationID { return allocationID(s.next()) })
			require.NoError(t, err)
			for _, a := range facts {
				s.settle(a)
			}
		}
	case 4:
		if len(s.credits) > 0 && len(s.invoices) > 0 {
			c, i := rapid.SampledFrom(s.credits).Draw(t, "credit"), rapid.SampledFrom(s.invoices).Draw(t, "invoice")
			if a, err := billing.ApplyCredit(c, i, billingtest.ApplyCredit(s.next(), on, min(amount, max(c.Open().Minor(), 1)))); err == nil {
				s.settle(a)
			}
		}
	case 5:
		if len(s.allocations) > 0 {
			s.undo(rapid.SampledFrom(s.allocations).Draw(t, "allocation"), day)
		}
	}
}

// copies takes a copy of each document, and gives the check that none has changed.
func (s *story) copies() func() {
	var checks []func()
	for _, i := range slices.Concat(s.invoices, s.credits) {
		kept, was := i.Copy(3), i.State()
		was.Revision = 3
		checks = append(checks, func() { require.Equal(s.t, was, kept.State(), "a copy is its own") })
	}
	for _, p := range s.payments {
		kept, was := p.Copy(3), p.State()
		was.Revision = 3
		checks = append(checks, func() { require.Equal(s.t, was, kept.State(), "a copy is its own") })
	}
	return func() {
		for _, check := range checks {
			check()
		}
	}
}

func (s *story) undo(a billing.Allocation, day tandem.Date) {
	if s.undone[a.ID] || !a.Reverses.IsZero() {
		return
	}
	s.undone[a.ID] = true
	u := billing.Unapplication{ID: allocationID(s.next()), Date: day, Reason: "r", At: at(day.String())}
	var i, c *billing.Invoice
	for _, x := range append(append([]*billing.Invoice{}, s.invoices...), s.credits...) {
		if x.ID() == a.Invoice {
			i = x
		}
		if x.ID() == a.Credit {
			c = x
		}
	}
	var fact billing.Allocation
	var err error
	if c != nil {
		fact, err = billing.UnapplyCredit(a, c, i, u)
	} else {
		for _, p := range s.payments {
			if p.ID() == a.Payment {
				fact, err = payment.Unapply(a, p, i, u)
			}
		}
	}
	require.NoError(s.t, err)
	s.settle(fact)
}

// Whatever is invoiced, credited, paid, applied and undone: on every day the
// ageing equals the control account, the advances theirs, and on the last day the
// open amounts kept on the documents say the same.
func TestAgeingEqualsTheControlAccountOnEveryDay(t *testing.T) {
	books := must(posting.New(posting.Config{Company: companyID(), Currency: tandem.GBP, Revenue: posting.AtInvoice, Chart: posting.Chart{
		Receivables: "1", Unbilled: "2", CustomerAdvances: "3", Revenue: "4", Returns: "5", Allowances: "6", RefundLiability: "7", ReturnAsset: "8",
		OutputTax: "9", InputTax: "10", Stock: "11", GoodsReceived: "12", PriceVariance: "13", CostOfSales: "14", WriteOff: "15",
		CountDifference: "16", Promotion: "17", EarlyDiscount: "18", Bank: "19", Expenses: "20", OpeningBalance: "21"}}))
	start := date("2011-06-01")
	period := must(ledger.NewPeriod(idOf(ledger.PeriodID{}, "2011"), companyID(), "2011", tandem.Validity{From: start, Until: date("2012-01-01")}, at("2011-01-01")))
	rapid.Check(t, func(t *rapid.T) {
		s := &story{t: t, books: books, period: period, undone: map[billing.AllocationID]bool{}}
		days := rapid.IntRange(1, 40).Draw(t, "days")
		for d := range days {
			unchanged := s.copies()
			s.step(start.AddDays(d))
			unchanged()
		}
		for d := 0; d < days; d += max(1, days/5) {
			s.compare(start.AddDays(d))
		}
		last := s.compare(start.AddDays(days))
		sum := int64(0)
		for _, i := range s.invoices {
			sum += i.Open().Minor()
			_, err := billing.RestoreInvoice(i.State())
			require.NoError(t, err)
		}
		for _, c := range s.credits {
			sum -= c.Open().Minor()
		}
		for _, p := range s.payments {
			if !p.Advance() {
				sum -= p.Unapplied().Minor()
			}
		}
		require.Equal(t, gbp(sum), last.Total.Total)
	})
}

func (s *story) compare(on tandem.Date) ageing.Report {
	a, err := ageing.Compute(ageing.Query{Currency: tandem.GBP, AsOf: on, Limits: []int{0, 5, 10}},
		billingtest.Sequence(append(append([]*billing.Invoice{}, s.invoices...), s.credits...)), billingtest.Sequence(s.payments), billingtest.Sequence(s.allocations))
	require.NoError(s.t, err)
	trial, err := ledger.TrialBalance(billingtest.Sequence(s.entries), ledger.BalanceQuery{Currency: tandem.GBP, AsOf: on})
	require.NoError(s.t, err)
	require.Equal(s.t, trial.Closing("1"), a.Total.Total)
	require.Equal(s.t, trial.Closing("3").Neg(), a.Total.Advances)
	for _, r := range a.Rows {
		for _, b := range r.Buckets {
			require.GreaterOrEqual(s.t, b.Sign(), 0)
		}
		require.LessOrEqual(s.t, r.Unapplied.Sign(), 0)
	}
	return a
}

// As of each day: 100.00 paid on the 1st, 40.00 paid back on the 10th, which come
// back on the 12th.
func TestRefundsAge(t *testing.T) {
	p := paid(1, "2011-06-01", 10000)
	refund, fact, err := payment.Refund(p, payment.RefundInput{ID: paymentID(7), Allocation: allocationID(7), Number: "R-7", Date: date("2011-06-10"), Amount: gbp(4000), Method: payment.BankTransfer}, at("2011-06-10"))
	require.NoError(t, err)
	back, err := payment.TakeBackRefund(fact, refund, p, nil, billing.Unapplication{ID: allocationID(8), Date: date("2011-06-12"), Reason: "failed", At: at("2011-06-12")})
	require.NoError(t, err)
	for on, want := range map[string]int64{"2011-05-31": 0, "2011-06-01": -10000, "2011-06-10": -6000, "2011-06-12": -10000} {
		aged := must(ageing.Compute(ageing.Query{Currency: tandem.GBP, AsOf: date(on)}, billingtest.Sequence[*billing.Invoice](nil),
			billingtest.Sequence([]*payment.Payment{p, refund}), billingtest.Sequence([]billing.Allocation{fact, back})))
		require.Equal(t, gbp(want), aged.Total.Total, on)
	}
}

// Two invoices of 120.00, due on 1 and 20 July, of which the first is paid but for
// 20.00: on 31 July these are 30 days overdue, and the second 11.
func ExampleCompute() {
	first, second, p := sold(1, "2011-06-01"), sold(2, "2011-06-20"), paid(1, "2011-07-05", 100_00)
	fact, _ := payment.Apply(p, first, apply(1, "2011-07-05", 100_00))
	report, err := ageing.Compute(ageing.Query{Currency: tandem.GBP, AsOf: date("2011-07-31"), Limits: []int{14, 30}},
		billingtest.Sequence([]*billing.Invoice{first, second}), billingtest.Sequence([]*payment.Payment{p}), billingtest.Sequence([]billing.Allocation{fact}))
	fmt.Println(report.Total.Buckets, report.Total.Total, err)
	// Output: [0.00 GBP 120.00 GBP 20.00 GBP 0.00 GBP] 140.00 GBP <nil>
}
