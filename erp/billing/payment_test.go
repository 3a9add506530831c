package billing_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/billing"
	"github.com/tandem-go/tandem/erp/billing/internal/billingtest"
	"github.com/tandem-go/tandem/erp/ledger"
	"github.com/tandem-go/tandem/integration/posting"
)

// same strips what counts changes.
func same(s billing.InvoiceState) billing.InvoiceState {
	s.Revision, s.Sequence = 0, 0
	return s
}

func TestOverpaymentIsUnappliedCredit(t *testing.T) {
	i, p := sold(1, "2011-06-01"), paid(1, "2011-06-20", 13000)
	_, err := billing.ApplyPayment(p, i, apply(1, "2011-06-20", 13000))
	require.Equal(t, []string{"open_exceeded"}, codes(err))
	_, err = billing.ApplyPayment(p, i, apply(1, "2011-06-20", 12000))
	require.NoError(t, err)
	require.Equal(t, gbp(1000), p.Unapplied())
	require.Equal(t, billing.PaymentPartly, p.Status())
	require.Equal(t, billing.InvoiceSettled, i.Status())
	require.Equal(t, "billing.invoice.settled", i.Drain().Events[1].EventName())
	j := sold(2, "2011-06-21")
	_, err = billing.ApplyPayment(p, j, apply(2, "2011-06-20", 1000))
	require.Equal(t, []string{"allocation_early"}, codes(err), "an allocation does not precede the invoice")
	_, err = billing.ApplyPayment(p, j, apply(2, "2011-06-21", 1001))
	require.Equal(t, []string{"payment_exceeded"}, codes(err))
	_, err = billing.ApplyPayment(p, j, apply(2, "2011-06-21", 1000))
	require.NoError(t, err)
	require.Equal(t, billing.PaymentApplied, p.Status())
	require.Equal(t, gbp(11000), j.Open())
}

func TestUnapplyRestoresTheExactState(t *testing.T) {
	i := posted(1, "2011-06-01", prompt(billing.AdjustOnPayment), 50000, taxed(50000, 10000, 2000))
	p := paid(1, "2011-06-05", 58800)
	invoiceBefore, paymentBefore := i.State(), p.State()
	fact := must(billing.ApplyPayment(p, i, apply(1, "2011-06-06", 58800)))
	u := billing.Unapplication{ID: allocationID(2), Date: date("2011-06-10"), Reason: "wrong invoice", At: at("2011-06-10")}

	early := u
	early.Date = date("2011-06-05")
	_, err := billing.UnapplyPayment(fact, p, i, early)
	require.Equal(t, []string{"allocation_early"}, codes(err))
	reversal, err := billing.UnapplyPayment(fact, p, i, u)
	require.NoError(t, err)
	require.Equal(t, fact.ID, reversal.Reverses)
	require.Equal(t, must(fact.Settles()).Neg(), must(reversal.Settles()))
	require.Equal(t, same(invoiceBefore), same(i.State()))
	after := p.State()
	after.Sequence = paymentBefore.Sequence
	require.Equal(t, paymentBefore, after)

	_, err = billing.UnapplyPayment(fact, p, i, u)
	require.Equal(t, []string{"payment_state"}, codes(err), "nothing is applied any more")
	_ = must(billing.ApplyPayment(p, i, apply(3, "2011-06-10", 1000)))
	_, err = billing.UnapplyPayment(reversal, p, i, u)
	require.ErrorIs(t, err, tandem.ErrNotAllowed, "a reversal is not reversed")
	_, err = billing.UnapplyPayment(fact, paid(2, "2011-06-05", 1), i, u)
	require.Equal(t, []string{"other_payment"}, codes(err))
}

func TestCreditNoteSettlesAnInvoice(t *testing.T) {
	i, c := sold(1, "2011-06-01"), credited(2, "2011-06-10", 5000)
	before, creditBefore := i.State(), c.State()
	fact := must(billing.ApplyCredit(c, i, apply(1, "2011-06-10", 5000)))
	require.Equal(t, gbp(7000), i.Open())
	require.Equal(t, billing.InvoiceSettled, c.Status())
	_, err := billing.ApplyCredit(c, i, apply(2, "2011-06-10", 1))
	require.Equal(t, []string{"invoice_state"}, codes(err))
	_, err = billing.ApplyCredit(i, i, apply(2, "2011-06-10", 1))
	require.Equal(t, []string{"not_credit"}, codes(err))
	_, err = billing.UnapplyCredit(fact, c, i, billing.Unapplication{ID: allocationID(2), Date: date("2011-06-10"), Reason: "r", At: at("2011-06-10")})
	require.NoError(t, err)
	require.Equal(t, same(before), same(i.State()))
	require.Equal(t, same(creditBefore), same(c.State()))
}

func TestOldestInstalmentIsPaidFirst(t *testing.T) {
	first, second := sold(1, "2011-06-01"), sold(2, "2011-06-02")
	draft := must(billing.DraftInvoice(draftOf(3, net30(), 10000, taxed(10000, 2000, 2000)), at("2011-06-01")))
	p, n := paid(1, "2011-06-20", 15000), 0
	facts, err := billing.ApplyOldest(p, []*billing.Invoice{second, draft, first}, date("2011-06-20"), at("2011-06-20"), func() billing.AllocationID { n++; return allocationID(n) })
	require.NoError(t, err)
	require.Len(t, facts, 2)
	require.True(t, first.Open().IsZero())
	require.Equal(t, gbp(9000), second.Open())
	require.True(t, p.Unapplied().IsZero())

	early := posted(4, "2011-06-01", prompt(billing.AdjustOnPayment), 50000, taxed(50000, 10000, 2000))
	p = paid(2, "2011-06-02", 58800)
	facts, err = billing.ApplyOldest(p, []*billing.Invoice{early}, date("2011-06-02"), at("2011-06-02"), func() billing.AllocationID { n++; return allocationID(n) })
	require.NoError(t, err)
	require.Equal(t, gbp(1000), facts[0].DiscountNet)
	require.True(t, early.Open().IsZero())
}

// An invoice is settled once, however often it is given, and by whichever copy of it:
// two copies of an invoice of 120.00 would take 240.00 of the money.
func TestAnInvoiceThatIsGivenTwiceIsNotSettledTwice(t *testing.T) {
	next := func() billing.AllocationID { t.Error("nothing is applied"); return allocationID(1) }
	day := date("2011-06-20")
	for _, copied := range []bool{false, true} {
		first, other := sold(1, "2011-06-01"), sold(2, "2011-06-02")
		again := first
		if copied {
			again = first.Copy(0)
		}
		p, credit := paid(1, "2011-06-20", 24000), credited(9, "2011-06-10", 24000)
		invoices := []*billing.Invoice{first, other, again}
		for _, apply := range []func() ([]billing.Allocation, error){
			func() ([]billing.Allocation, error) {
				return billing.ApplyOldest(p, invoices, day, at("2011-06-20"), next)
			},
			func() ([]billing.Allocation, error) {
				return billing.ApplyCreditInOrder(credit, invoices, day, at("2011-06-20"), next)
			},
		} {
			facts, err := apply()
			require.Empty(t, facts)
			require.ErrorIs(t, err, tandem.ErrInvalid)
			require.ErrorContains(t, err, "invoices[2]: is given before: an invoice is settled once (duplicate)")
			require.Equal(t, gbp(12000), first.Open())
			require.Equal(t, gbp(24000), p.Unapplied())
			require.Equal(t, gbp(24000), credit.Open())
		}
	}
}

// Two invoices of 600.00, of which 588.00 pays each in time.
func TestDiscountsAreTakenOnlyWhereMoneyIsShort(t *testing.T) {
	for _, c := range []struct{ paid, first, second, left int64 }{
		{120000, 0, 0, 0}, {125000, 0, 0, 5000}, {118800, 1200, 0, 0}, {117600, 1200, 1200, 0}, {60000, 1200, 0, 0},
	} {
		terms, n := prompt(billing.AdjustOnPayment), 0
		a, b := posted(1, "2011-06-01", terms, 50000, taxed(50000, 10000, 2000)), posted(2, "2011-06-01", terms, 50000, taxed(50000, 10000, 2000))
		p := paid(1, "2011-06-02", c.paid)
		facts, err := billing.ApplyOldest(p, []*billing.Invoice{a, b}, date("2011-06-02"), at("2011-06-02"), func() billing.AllocationID { n++; return allocationID(n) })
		require.NoError(t, err)
		require.Equal(t, gbp(c.first), must(facts[0].Discount()), "%d", c.paid)
		require.Equal(t, gbp(c.second), must(facts[1].Discount()), "%d", c.paid)
		require.Equal(t, gbp(c.left), p.Unapplied(), "%d", c.paid)
	}
}

func TestPaymentEveryStateAndCommand(t *testing.T) {
	on := "2011-06-05"
	commands := map[string]func(*billing.Payment) error{
		"apply": func(p *billing.Payment) error {
			_, err := billing.ApplyPayment(p, sold(1, "2011-06-01"), apply(5, on, 1))
			return err
		},
		"unapply": func(p *billing.Payment) error {
			i := sold(1, "2011-06-01")
			fact := must(billing.ApplyPayment(paid(1, on, 10000), i, apply(1, on, 1)))
			_, err := billing.UnapplyPayment(fact, p, i, billing.Unapplication{ID: allocationID(2), Date: date(on), Reason: "r", At: at(on)})
			return err
		},
		"return": func(p *billing.Payment) error { return p.Return(date(on), "bounced", at(on)) },
		"refund": func(p *billing.Payment) error {
			_, _, err := billing.RefundPayment(p, refundOf(7, 1), at(on))
			return err
		},
	}
	for _, from := range billing.PaymentStatuses() {
		for name, command := range commands {
			s := paid(1, on, 10000).State()
			switch from {
			case billing.PaymentPartly:
				s.Unapplied = gbp(9000)
			case billing.PaymentApplied:
				s.Unapplied = gbp(0)
			case billing.PaymentReturned:
				s.ReturnDate, s.ReturnedAt, s.ReturnReason = date(on), at(on), "bounced"
			}
			s.Status = from
			body := must(json.Marshal(s))
			var read billing.PaymentState
			require.NoError(t, json.Unmarshal(body, &read))
			p, err := billing.RestorePayment(read)
			require.NoError(t, err)
			require.Equal(t, s, p.State())
			allowed, targets := false, map[billing.PaymentStatus]bool{}
			for _, row := range billing.PaymentTransitions() {
				if row.Command == name && row.From == from {
					allowed, targets[row.To] = true, true
				}
			}
			err = command(p)
			require.Equal(t, allowed, err == nil, "%s in %s: %v", name, from, err)
			if allowed {
				require.True(t, targets[p.Status()])
			} else {
				require.Equal(t, s, p.State(), "a refused command changes nothing")
			}
		}
	}
	_, err := billing.ReceivePayment(billing.NewPayment{}, tandem.Instant{})
	require.Len(t, codes(err), 9)
}

// Two invoices of 120.00, due on 1 and 20 July; 100.00 paid on the first and
// 30.00 too much on 25 July, which was recorded on 2 August only.
func TestAgeingByHand(t *testing.T) {
	first, second := sold(1, "2011-06-01"), sold(2, "2011-06-20")
	p := paid(1, "2011-07-05", 10000)
	fact := must(billing.ApplyPayment(p, first, apply(1, "2011-07-05", 10000)))
	credit := paid(2, "2011-07-25", 3000).State()
	credit.Received = at("2011-08-02")
	payments := []*billing.Payment{p, must(billing.RestorePayment(credit))}
	q := billing.AgeingQuery{Currency: tandem.GBP, AsOf: date("2011-07-31"), Limits: []int{14, 30}, Items: true}
	age := func(q billing.AgeingQuery) billing.Ageing {
		a, err := billing.Age(q, billingtest.Sequence([]*billing.Invoice{first, second}), billingtest.Sequence(payments), billingtest.Sequence([]billing.Allocation{fact}))
		require.NoError(t, err)
		return a
	}
	a := age(q)
	require.Equal(t, []billing.Aged{{Customer: customerID(), Buckets: []tandem.Money{gbp(0), gbp(12000), gbp(2000), gbp(0)}, Unapplied: gbp(-3000), Total: gbp(11000), Advances: gbp(0)}}, a.Rows)
	require.Equal(t, []int{30, 11, 0}, []int{a.Items[0].Overdue, a.Items[1].Overdue, a.Items[2].Overdue})
	q.KnownAt = at("2011-07-31")
	require.Equal(t, gbp(14000), age(q).Total.Total, "as it was known then")
	q = billing.AgeingQuery{Currency: tandem.GBP, AsOf: date("2011-07-04"), Limits: []int{14, 30}}
	require.Equal(t, []tandem.Money{gbp(12000), gbp(12000), gbp(0), gbp(0)}, age(q).Total.Buckets, "before the payment; three days overdue")
	q.AsOf = date("2011-05-31")
	require.Empty(t, age(q).Rows)
	_, err := billing.Age(billing.AgeingQuery{Limits: []int{30, 30}}, nil, nil, nil)
	require.Equal(t, []string{"currency", "required", "limits"}, codes(err))
}

type story struct {
	t           *rapid.T
	books       *posting.Books
	period      *ledger.Period
	n           int
	invoices    []*billing.Invoice
	credits     []*billing.Invoice
	payments    []*billing.Payment
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
		p := must(billing.ReceivePayment(billing.NewPayment{ID: paymentID(n), Company: companyID(), Number: fmt.Sprint(n), Customer: customerID(), Date: day,
			Amount: gbp(amount), Method: billing.Cash, Advance: rapid.Bool().Draw(t, "advance")}, at(on)))
		s.payments = append(s.payments, p)
		s.book(s.books.Pay(s.header(day), posting.Payment{Customer: customerID(), Amount: gbp(amount), Advance: p.Advance()}))
	case 3:
		if len(s.payments) > 0 {
			p := rapid.SampledFrom(s.payments).Draw(t, "payment")
			facts, err := billing.ApplyOldest(p, s.invoices, day, at(on), func() billing.AllocationID { return allocationID(s.next()) })
			require.NoError(t, err)
			for _, a := range facts {
				s.settle(a)
			}
		}
	case 4:
		if len(s.credits) > 0 && len(s.invoices) > 0 {
			c, i := rapid.SampledFrom(s.credits).Draw(t, "credit"), rapid.SampledFrom(s.invoices).Draw(t, "invoice")
			if a, err := billing.ApplyCredit(c, i, apply(s.next(), on, min(amount, max(c.Open().Minor(), 1)))); err == nil {
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
				fact, err = billing.UnapplyPayment(a, p, i, u)
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

func (s *story) compare(on tandem.Date) billing.Ageing {
	a, err := billing.Age(billing.AgeingQuery{Currency: tandem.GBP, AsOf: on, Limits: []int{0, 5, 10}},
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

// However an amount is split, the instalments sum to it and none goes against it.
func TestInstalmentsSumToTheWhole(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var terms billing.Terms
		left := int64(100)
		for range rapid.IntRange(0, 5).Draw(t, "instalments") {
			n := billing.TermsInstalment{Kind: rapid.SampledFrom(billing.InstalmentKinds()[:3]).Draw(t, "kind"), Days: rapid.IntRange(0, 90).Draw(t, "days")}
			switch n.Kind {
			case billing.FixedAmount:
				n.Amount = gbp(rapid.Int64Range(1, 1e6).Draw(t, "fixed"))
			case billing.ShareOfTotal:
				if left < 1 {
					continue
				}
				share := rapid.Int64Range(1, left).Draw(t, "share")
				left -= share
				n.Share = tandem.Percent(share)
			default:
				n.Share = tandem.Percent(rapid.Int64Range(1, 100).Draw(t, "of rest"))
			}
			terms.Instalments = append(terms.Instalments, n)
		}
		terms.Instalments = append(terms.Instalments, billing.TermsInstalment{Kind: billing.Remainder})
		terms.Company, terms.Code = companyID(), "t"
		require.NoError(t, terms.Validate())
		whole := gbp(rapid.Int64Range(-1e9, 1e9).Draw(t, "whole"))
		parts, err := terms.Split(whole, date("2012-02-29"))
		require.NoError(t, err)
		sum := gbp(0)
		for _, p := range parts {
			sum = must(sum.Add(p.Amount))
			require.GreaterOrEqual(t, p.Amount.Sign()*whole.Sign(), 0)
		}
		require.Equal(t, whole, sum)
	})
}

func ExampleApplyPayment() {
	terms := billing.Terms{Company: companyID(), Code: "prompt", Instalments: []billing.TermsInstalment{{Kind: billing.Remainder, Days: 30}},
		Discount: billing.EarlyDiscount{Rate: tandem.Percent(2), Days: 10, Policy: billing.AdjustOnPayment}}
	invoice, _ := billing.DraftInvoice(draftOf(1, terms, 500_00, taxed(500_00, 100_00, 20_00)), at("2011-06-01"))
	_ = invoice.Post(billing.PostInvoice{Series: "INV-2011", Number: "INV-2011-000001", Date: date("2011-06-01"), Terms: terms, At: at("2011-06-01")})
	payment := paid(1, "2011-06-08", 588_00)
	fact, err := billing.ApplyPayment(payment, invoice, billing.Application{ID: allocationID(1), Instalment: 1, Amount: gbp(588_00), Date: date("2011-06-08"), At: at("2011-06-08")})
	fmt.Println(invoice.Gross(), fact.Amount, fact.DiscountNet, fact.DiscountTax, invoice.Status(), err)
	// Output: 600.00 GBP 588.00 GBP 10.00 GBP 2.00 GBP settled <nil>
}
