package payment_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/billing"
	"github.com/tandem-go/tandem/erp/billing/ageing"
	"github.com/tandem-go/tandem/erp/billing/internal/billingtest"
	"github.com/tandem-go/tandem/erp/billing/payment"
)

// owed is a refund of 10.00 of the 10th that was of a payment of 130.00, which bounced on
// the 20th.
func owed() (p, refund *payment.Payment, facts []billing.Allocation) {
	p = paid(1, "2011-06-01", 13000)
	refund, fact, err := payment.Refund(p, refundOf(7, 1000), at("2011-06-10"))
	if err != nil {
		panic(err)
	}
	reversal := must(payment.UnsettleRefund(fact, p, refund, undo(8, "2011-06-20")))
	if err := p.Return(date("2011-06-20"), "no funds", at("2011-06-20")); err != nil {
		panic(err)
	}
	return p, refund, []billing.Allocation{fact, reversal}
}

// As of each day: 130.00 paid on the 1st, 10.00 paid back on the 10th, all of it bounced
// on the 20th: 10.00 are owed, of which 4.00 are paid on the 22nd. The 4.00 bounce on
// the 25th, and on the 28th the transfer of the refund turns out to have failed.
func TestWhatIsOwedOfARefundAges(t *testing.T) {
	p, refund, facts := owed()
	require.Equal(t, [2]any{payment.StatusUnapplied, gbp(1000)}, [2]any{refund.Status(), refund.Unapplied()})
	later := paid(2, "2011-06-22", 400)
	facts = append(facts, must(payment.SettleRefund(later, refund, apply(9, "2011-06-22", 400))))
	require.Equal(t, [2]any{payment.StatusPartly, payment.StatusApplied}, [2]any{refund.Status(), later.Status()})
	body := must(json.Marshal(refund.State()))
	var kept payment.State
	require.NoError(t, json.Unmarshal(body, &kept))
	require.Equal(t, kept, must(payment.Restore(kept)).State())
	require.Equal(t, []string{"payment_state"}, codes(payment.TakeBackOwed(refund, takeBack(11, "2011-06-28"))), "a part is settled")
	facts = append(facts, must(payment.UnsettleRefund(facts[2], later, refund, undo(10, "2011-06-25"))))
	require.NoError(t, later.Return(date("2011-06-25"), "no funds", at("2011-06-25")))
	require.Error(t, payment.TakeBackOwed(refund, takeBack(11, "2011-06-09")))
	require.NoError(t, payment.TakeBackOwed(refund, takeBack(11, "2011-06-28")))
	require.Equal(t, payment.StatusReturned, refund.Status())
	must(payment.Restore(refund.State()))
	var names []string
	for _, e := range refund.Drain().Events {
		names = append(names, e.EventName())
	}
	require.Equal(t, []string{"billing.customer.refunded", "billing.refund.owed", "billing.refund.settled", "billing.refund.owed", "billing.refund.taken_back"}, names)
	for on, want := range map[string]int64{"2011-06-01": -13000, "2011-06-10": -12000, "2011-06-20": 1000, "2011-06-22": 600, "2011-06-25": 1000, "2011-06-28": 0} {
		aged := must(ageing.Compute(ageing.Query{Currency: tandem.GBP, AsOf: date(on), Limits: []int{9, 30}}, billingtest.Sequence[*billing.Invoice](nil),
			billingtest.Sequence([]*payment.Payment{p, refund, later}), billingtest.Sequence(facts)))
		require.Equal(t, gbp(want), aged.Total.Total, on)
		if want > 0 {
			require.Equal(t, gbp(want), aged.Total.Buckets[2], "overdue since the 10th")
		}
	}
}

// What a refund is not: money to be applied, paid back or returned as a payment; and no
// payment is settled like a refund. What is refused changes nothing.
func TestRefundsThatAreOwedAreRefused(t *testing.T) {
	p, refund, facts := owed()
	later, other := paid(2, "2011-06-22", 2000), paid(3, "2011-06-22", 2000).State()
	other.Customer = idOf(tandem.PartyID{}, "another")
	stranger := must(payment.Restore(other))
	i := sold(1, "2011-06-01")
	before, was := refund.State(), later.State()
	settle := func(p, refund *payment.Payment, a payment.Application) func() error {
		return func() error { _, err := payment.SettleRefund(p, refund, a); return err }
	}
	euros, nameless := apply(9, "2011-06-22", 1), apply(9, "2011-06-22", 1)
	euros.Amount, nameless.ID = tandem.MoneyFromMinor(1, tandem.EUR), billing.AllocationID{}
	for name, c := range map[string]struct {
		code string
		do   func() error
	}{
		"applied":            {"is_refund", func() error { _, err := payment.Apply(refund, i, apply(9, "2011-06-22", 500)); return err }},
		"paid back":          {"is_refund", func() error { _, _, err := payment.Refund(refund, refundOf(9, 1), at("2011-06-22")); return err }},
		"returned":           {"is_refund", func() error { return refund.Return(date("2011-06-22"), "x", at("2011-06-22")) }},
		"settling a payment": {"no_refund", settle(later, stranger, apply(9, "2011-06-22", 500))},
		"taking a payment":   {"no_refund", func() error { return payment.TakeBackOwed(later, takeBack(9, "2011-06-22")) }},
		"by itself":          {"is_refund", settle(refund, refund, apply(9, "2011-06-22", 500))},
		"by what bounced":    {"payment_state", settle(p, refund, apply(9, "2011-06-22", 500))},
		"of another":         {"other_customer", settle(stranger, refund, apply(9, "2011-06-22", 500))},
		"in euros":           {"other_currency", settle(later, refund, euros)},
		"without an id":      {"allocation_incomplete", settle(later, refund, nameless)},
		"of nothing":         {"allocation_amount", settle(later, refund, apply(9, "2011-06-22", 0))},
		"more than is owed":  {"open_exceeded", settle(later, refund, apply(9, "2011-06-22", 1001))},
		"more than is left":  {"payment_exceeded", settle(later, refund, apply(9, "2011-06-22", 2001))},
		"too early":          {"allocation_early", settle(later, refund, apply(9, "2011-06-21", 500))},
		"reopened again":     {"payment_state", func() error { _, err := payment.UnsettleRefund(facts[0], p, refund, undo(9, "2011-06-22")); return err }},
	} {
		require.Equal(t, []string{c.code}, codes(c.do()), name)
		require.Equal(t, before, refund.State(), name)
		require.Equal(t, was, later.State(), name)
	}
	_, err := payment.TakeBackRefund(facts[0], must(payment.Restore(settledState(refund))), p, nil, takeBack(9, "2011-06-22"))
	require.Equal(t, []string{"refund_settled"}, codes(err), "by another payment")
}

// Each command of a refund in each state: what the table says, and no more.
func TestRefundStatesAndCommands(t *testing.T) {
	_, made, facts := owed()
	commands := map[string]func(*payment.Payment) error{
		"settle": func(p *payment.Payment) error {
			_, err := payment.SettleRefund(paid(2, "2011-06-22", 2000), p, apply(9, "2011-06-22", 100))
			return err
		},
		"reopen": func(p *payment.Payment) error {
			later := paid(1, "2011-06-01", 13000).State()
			later.Unapplied, later.Status = gbp(0), payment.StatusApplied
			fact := facts[0]
			fact.Amount = gbp(1000 - p.Unapplied().Minor())
			if fact.Amount.IsZero() {
				fact.Amount = gbp(1)
			}
			_, err := payment.UnsettleRefund(fact, must(payment.Restore(later)), p, undo(9, "2011-06-22"))
			return err
		},
		"take back": func(p *payment.Payment) error {
			if p.Status() == payment.StatusApplied {
				of := paid(1, "2011-06-01", 13000).State()
				of.Unapplied, of.Status = gbp(12000), payment.StatusPartly
				_, err := payment.TakeBackRefund(facts[0], p, must(payment.Restore(of)), nil, takeBack(9, "2011-06-22"))
				return err
			}
			return payment.TakeBackOwed(p, takeBack(9, "2011-06-22"))
		},
	}
	for _, from := range payment.Statuses() {
		for name, command := range commands {
			s := made.State()
			switch from {
			case payment.StatusPartly:
				s.Unapplied = gbp(600)
			case payment.StatusApplied:
				s.Unapplied = gbp(0)
			case payment.StatusReturned:
				s.ReturnDate, s.ReturnedAt, s.ReturnReason = date("2011-06-20"), at("2011-06-20"), "no such account"
			}
			s.Status = from
			p := must(payment.Restore(s))
			targets := map[payment.Status]bool{}
			for _, row := range payment.Transitions() {
				if row.Command == name && row.From == from {
					targets[row.To] = true
				}
			}
			err := command(p)
			require.Equal(t, len(targets) > 0, err == nil, "%s in %s: %v", name, from, err)
			if err == nil {
				require.True(t, targets[p.Status()], "%s in %s", name, from)
			} else {
				require.Equal(t, s, p.State(), "%s in %s", name, from)
			}
		}
	}
}

func settledState(refund *payment.Payment) payment.State {
	s := refund.State()
	s.Unapplied, s.Status = gbp(0), payment.StatusApplied
	return s
}

// However an advance is refunded in parts and what is owed of that settled by others and
// undone: nothing is lost, states restore, and the ageing is what is unapplied.
func TestRefundsOwedConserve(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		p := must(payment.Receive(advance(), at("2011-06-01")))
		payments, next := []*payment.Payment{p}, 100
		id := func() int { next++; return next }
		var facts, made []billing.Allocation
		var refunds []*payment.Payment
		for len(refunds) < 3 && !p.Unapplied().IsZero() {
			n := refundOf(id(), rapid.Int64Range(1, p.Unapplied().Minor()).Draw(r, "refund"))
			n.Allocation = allocationID(id())
			refund, fact, err := payment.Refund(p, n, at("2011-06-10"))
			require.NoError(r, err)
			refunds, facts, made, payments = append(refunds, refund), append(facts, fact), append(made, fact), append(payments, refund)
		}
		for k, fact := range made {
			facts = append(facts, must(payment.UnsettleRefund(fact, p, refunds[k], undo(id(), "2011-06-20"))))
		}
		require.NoError(r, p.Return(date("2011-06-20"), "no funds", at("2011-06-20")))
		require.Empty(r, p.TaxLeft())
		later := must(payment.Receive(func() payment.Input { n := advance(); n.ID, n.Number = paymentID(2), "P-2"; return n }(), at("2011-06-01")))
		payments = append(payments, later)
		var standing [3]billing.Allocation
		for range rapid.IntRange(0, 8).Draw(r, "steps") {
			k := rapid.IntRange(0, len(refunds)-1).Draw(r, "which")
			if !standing[k].ID.IsZero() {
				facts = append(facts, must(payment.UnsettleRefund(standing[k], later, refunds[k], undo(id(), "2011-06-22"))))
				standing[k] = billing.Allocation{}
			} else if most := min(later.Unapplied().Minor(), refunds[k].Unapplied().Minor()); most > 0 {
				standing[k] = must(payment.SettleRefund(later, refunds[k], apply(id(), "2011-06-22", rapid.Int64Range(1, most).Draw(r, "amount"))))
				facts = append(facts, standing[k])
			}
		}
		open := int64(0)
		for _, refund := range refunds {
			open += refund.Unapplied().Minor()
		}
		for _, p := range payments {
			require.Equal(r, p.State(), must(payment.Restore(p.State())).State())
		}
		aged := must(ageing.Compute(ageing.Query{Currency: tandem.GBP, AsOf: date("2011-06-30")}, billingtest.Sequence[*billing.Invoice](nil), billingtest.Sequence(payments), billingtest.Sequence(facts)))
		require.Equal(r, [2]tandem.Money{gbp(open), later.Unapplied()}, [2]tandem.Money{aged.Total.Total, aged.Total.Advances})
	})
}
