package payment_test

import (
	"encoding"
	"encoding/json"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/billing"
	"github.com/tandem-go/tandem/erp/billing/internal/billingtest"
	"github.com/tandem-go/tandem/erp/billing/payment"
)

// same strips what counts changes.
func same(s billing.InvoiceState) billing.InvoiceState {
	s.Revision, s.Sequence = 0, 0
	return s
}

func TestOverpaymentIsUnappliedCredit(t *testing.T) {
	i, p := sold(1, "2011-06-01"), paid(1, "2011-06-20", 13000)
	_, err := payment.Apply(p, i, apply(1, "2011-06-20", 13000))
	require.Equal(t, []string{"open_exceeded"}, codes(err))
	_, err = payment.Apply(p, i, apply(1, "2011-06-20", 12000))
	require.NoError(t, err)
	require.Equal(t, gbp(1000), p.Unapplied())
	require.Equal(t, payment.StatusPartly, p.Status())
	require.Equal(t, billing.InvoiceSettled, i.Status())
	require.Equal(t, "billing.invoice.settled", i.Drain().Events[1].EventName())
	j := sold(2, "2011-06-21")
	_, err = payment.Apply(p, j, apply(2, "2011-06-20", 1000))
	require.Equal(t, []string{"allocation_early"}, codes(err), "an allocation does not precede the invoice")
	_, err = payment.Apply(p, j, apply(2, "2011-06-21", 1001))
	require.Equal(t, []string{"payment_exceeded"}, codes(err))
	_, err = payment.Apply(p, j, apply(2, "2011-06-21", 1000))
	require.NoError(t, err)
	require.Equal(t, payment.StatusApplied, p.Status())
	require.Equal(t, gbp(11000), j.Open())
}

func TestUnapplyRestoresTheExactState(t *testing.T) {
	i := posted(1, "2011-06-01", prompt(billing.AdjustOnPayment), 50000, taxed(50000, 10000, 2000))
	p := paid(1, "2011-06-05", 58800)
	invoiceBefore, paymentBefore := i.State(), p.State()
	fact := must(payment.Apply(p, i, apply(1, "2011-06-06", 58800)))
	u := billing.Unapplication{ID: allocationID(2), Date: date("2011-06-10"), Reason: "wrong invoice", At: at("2011-06-10")}

	early := u
	early.Date = date("2011-06-05")
	_, err := payment.Unapply(fact, p, i, early)
	require.Equal(t, []string{"allocation_early"}, codes(err))
	reversal, err := payment.Unapply(fact, p, i, u)
	require.NoError(t, err)
	require.Equal(t, fact.ID, reversal.Reverses)
	require.Equal(t, must(fact.Settles()).Neg(), must(reversal.Settles()))
	invoiceBefore.Instalments[0].NotBefore, paymentBefore.NotBefore = u.Date, u.Date
	require.Equal(t, same(invoiceBefore), same(i.State()))
	after := p.State()
	after.Sequence = paymentBefore.Sequence
	require.Equal(t, paymentBefore, after)

	_, err = payment.Unapply(fact, p, i, u)
	require.Equal(t, []string{"payment_state"}, codes(err), "nothing is applied any more")
	_ = must(payment.Apply(p, i, apply(3, "2011-06-10", 1000)))
	_, err = payment.Unapply(reversal, p, i, u)
	require.ErrorIs(t, err, tandem.ErrNotAllowed, "a reversal is not reversed")
	_, err = payment.Unapply(fact, paid(2, "2011-06-05", 1), i, u)
	require.Equal(t, []string{"other_payment"}, codes(err))
}

func TestOldestInstalmentIsPaidFirst(t *testing.T) {
	first, second := sold(1, "2011-06-01"), sold(2, "2011-06-02")
	draft := must(billing.DraftInvoice(draftOf(3, net30(), 10000, taxed(10000, 2000, 2000)), at("2011-06-01")))
	p, n := paid(1, "2011-06-20", 15000), 0
	facts, err := payment.ApplyOldest(p, []*billing.Invoice{second, draft, first}, date("2011-06-20"), at("2011-06-20"), func() billing.AllocationID { n++; return allocationID(n) })
	require.NoError(t, err)
	require.Len(t, facts, 2)
	require.True(t, first.Open().IsZero())
	require.Equal(t, gbp(9000), second.Open())
	require.True(t, p.Unapplied().IsZero())

	early := posted(4, "2011-06-01", prompt(billing.AdjustOnPayment), 50000, taxed(50000, 10000, 2000))
	p = paid(2, "2011-06-02", 58800)
	facts, err = payment.ApplyOldest(p, []*billing.Invoice{early}, date("2011-06-02"), at("2011-06-02"), func() billing.AllocationID { n++; return allocationID(n) })
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
				return payment.ApplyOldest(p, invoices, day, at("2011-06-20"), next)
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
		facts, err := payment.ApplyOldest(p, []*billing.Invoice{a, b}, date("2011-06-02"), at("2011-06-02"), func() billing.AllocationID { n++; return allocationID(n) })
		require.NoError(t, err)
		require.Equal(t, gbp(c.first), must(facts[0].Discount()), "%d", c.paid)
		require.Equal(t, gbp(c.second), must(facts[1].Discount()), "%d", c.paid)
		require.Equal(t, gbp(c.left), p.Unapplied(), "%d", c.paid)
	}
}

func TestPaymentEveryStateAndCommand(t *testing.T) {
	on := "2011-06-05"
	commands := map[string]func(*payment.Payment) error{
		"apply": func(p *payment.Payment) error {
			_, err := payment.Apply(p, sold(1, "2011-06-01"), apply(5, on, 1))
			return err
		},
		"unapply": func(p *payment.Payment) error {
			i := sold(1, "2011-06-01")
			fact := must(payment.Apply(paid(1, on, 10000), i, apply(1, on, 1)))
			_, err := payment.Unapply(fact, p, i, billing.Unapplication{ID: allocationID(2), Date: date(on), Reason: "r", At: at(on)})
			return err
		},
		"return": func(p *payment.Payment) error { return p.Return(date(on), "bounced", at(on)) },
		"refund": func(p *payment.Payment) error {
			_, _, err := payment.Refund(p, refundOf(7, 1), at(on))
			return err
		},
	}
	for _, from := range payment.Statuses() {
		for name, command := range commands {
			s := paid(1, on, 10000).State()
			switch from {
			case payment.StatusPartly:
				s.Unapplied = gbp(9000)
			case payment.StatusApplied:
				s.Unapplied = gbp(0)
			case payment.StatusReturned:
				s.ReturnDate, s.ReturnedAt, s.ReturnReason = date(on), at(on), "bounced"
			}
			s.Status = from
			body := must(json.Marshal(s))
			var read payment.State
			require.NoError(t, json.Unmarshal(body, &read))
			p, err := payment.Restore(read)
			require.NoError(t, err)
			require.Equal(t, s, p.State())
			allowed, targets := false, map[payment.Status]bool{}
			for _, row := range payment.Transitions() {
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
	_, err := payment.Receive(payment.Input{}, tandem.Instant{})
	require.Len(t, codes(err), 9)
}

func ExampleApply() {
	terms := billing.Terms{Company: companyID(), Code: "prompt", Instalments: []billing.TermsInstalment{{Kind: billing.Remainder, Days: 30}},
		Discount: billing.EarlyDiscount{Rate: tandem.Percent(2), Days: 10, Policy: billing.AdjustOnPayment}}
	invoice, _ := billing.DraftInvoice(draftOf(1, terms, 500_00, taxed(500_00, 100_00, 20_00)), at("2011-06-01"))
	_ = invoice.Post(billing.PostInvoice{Series: "INV-2011", Number: "INV-2011-000001", Date: date("2011-06-01"), Terms: terms, At: at("2011-06-01")})
	p := paid(1, "2011-06-08", 588_00)
	fact, err := payment.Apply(p, invoice, payment.Application{ID: allocationID(1), Instalment: 1, Amount: gbp(588_00), Date: date("2011-06-08"), At: at("2011-06-08")})
	fmt.Println(invoice.Gross(), fact.Amount, fact.DiscountNet, fact.DiscountTax, invoice.Status(), err)
	// Output: 600.00 GBP 588.00 GBP 10.00 GBP 2.00 GBP settled <nil>
}

func TestQueriesSelect(t *testing.T) {
	p := paid(1, "2011-06-01", 100)
	require.True(t, payment.Query{Company: companyID(), Open: true}.Matches(p))
	s := p.State()
	s.Status, s.ReturnDate, s.ReturnedAt = payment.StatusReturned, s.Date, s.Received
	returned, err := payment.Restore(s)
	require.NoError(t, err)
	require.False(t, payment.Query{Company: companyID(), Open: true}.Matches(returned))
}

func TestEnumerationsAreStrict(t *testing.T) {
	for _, e := range []encoding.TextUnmarshaler{new(payment.Method), new(payment.Status), new(payment.AdvancePolicy)} {
		require.ErrorIs(t, e.UnmarshalText(nil), tandem.ErrInvalid)
		require.ErrorIs(t, e.UnmarshalText([]byte("Draft")), tandem.ErrInvalid)
	}
	for _, m := range payment.Methods() {
		require.True(t, m.Valid())
	}
}

func TestEventsAreWrittenAsEncodingJSONDoes(t *testing.T) {
	billingtest.Events(t, &payment.Received{}, &payment.Allocated{}, &payment.WasReturned{}, &payment.CustomerRefunded{}, &payment.RefundWasTakenBack{},
		&payment.RefundIsOwed{}, &payment.RefundWasSettled{})
}
