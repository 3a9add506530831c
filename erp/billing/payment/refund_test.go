package payment_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/billing"
	"github.com/tandem-go/tandem/erp/billing/payment"
)

func refundOf(n int, minor int64) payment.RefundInput {
	return payment.RefundInput{ID: paymentID(n), Allocation: allocationID(n), Number: fmt.Sprint("P-", n), Date: date("2011-06-10"), Amount: gbp(minor), Method: payment.BankTransfer}
}

func takeBack(n int, on string) billing.Unapplication {
	return billing.Unapplication{ID: allocationID(n), Date: date(on), Reason: "no such account", At: at(on)}
}

// Of 100.00, 40.00 are paid back, and come back; the payment is what it was.
func TestRefundOfAPayment(t *testing.T) {
	p := paid(1, "2011-06-01", 10000)
	before := p.State()
	refund, fact, err := payment.Refund(p, refundOf(7, 4000), at("2011-06-10"))
	require.NoError(t, err)
	require.Equal(t, [2]tandem.Money{gbp(6000), gbp(0)}, [2]tandem.Money{p.Unapplied(), refund.Unapplied()})
	require.Equal(t, p.Ref(), refund.Of())
	require.Equal(t, [2]any{p.ID(), refund.ID()}, [2]any{fact.Payment, fact.Refund})
	require.Len(t, refund.Drain().Events, 1)
	body := must(json.Marshal(refund.State()))
	var kept payment.State
	require.NoError(t, json.Unmarshal(body, &kept))
	refund = must(payment.Restore(kept))
	require.Equal(t, kept, refund.State())

	for name, u := range map[string]billing.Unapplication{"no reason": {ID: allocationID(8), Date: date("2011-06-12"), At: at("2011-06-12")},
		"before the refund": takeBack(8, "2011-06-09"), "the same id": takeBack(7, "2011-06-12")} {
		_, err := payment.TakeBackRefund(fact, refund, p, nil, u)
		require.ErrorIs(t, err, tandem.ErrNotAllowed, name)
	}
	_, err = payment.TakeBackRefund(fact, refund, paid(2, "2011-06-01", 10000), nil, takeBack(8, "2011-06-12"))
	require.ErrorIs(t, err, tandem.ErrNotAllowed, "another payment")
	_, err = payment.TakeBackRefund(billing.Allocation{}, refund, p, nil, takeBack(8, "2011-06-12"))
	require.ErrorIs(t, err, tandem.ErrNotAllowed, "another fact")
	back, err := payment.TakeBackRefund(fact, refund, p, nil, takeBack(8, "2011-06-12"))
	require.NoError(t, err)
	require.Equal(t, [2]any{gbp(-4000), fact.ID}, [2]any{back.Amount, back.Reverses})
	before.NotBefore = date("2011-06-12")
	require.Equal(t, before, p.State())
	require.Equal(t, payment.StatusReturned, refund.Status())
	_, err = payment.TakeBackRefund(fact, refund, p, nil, takeBack(9, "2011-06-13"))
	require.ErrorIs(t, err, tandem.ErrNotAllowed, "once")
	_, err = payment.TakeBackRefund(fact, p, p, nil, takeBack(9, "2011-06-13"))
	require.ErrorIs(t, err, tandem.ErrNotAllowed, "no refund")
}

func TestRefundsThatAreRefused(t *testing.T) {
	euros := refundOf(7, 1)
	euros.Amount = tandem.MoneyFromMinor(1, tandem.EUR)
	early := refundOf(7, 1)
	early.Date = date("2011-05-31")
	nameless := refundOf(7, 1)
	nameless.Allocation = billing.AllocationID{}
	for name, n := range map[string]payment.RefundInput{"more than is left": refundOf(7, 10001), "nothing": refundOf(7, 0), "less": refundOf(7, -1),
		"euros": euros, "early": early, "no id": nameless, "no number": {}} {
		p, note := paid(1, "2011-06-01", 10000), credited(1, "2011-06-01", 10000)
		before, noted := p.State(), note.State()
		_, _, err := payment.Refund(p, n, at("2011-06-10"))
		require.Error(t, err, name)
		_, _, err = payment.RefundCredit(note, n, at("2011-06-10"))
		require.Error(t, err, name)
		require.Equal(t, before, p.State(), name)
		require.Equal(t, noted, note.State(), name)
	}
	_, _, err := payment.RefundCredit(sold(1, "2011-06-01"), refundOf(7, 1), at("2011-06-10"))
	require.ErrorIs(t, err, tandem.ErrNotAllowed, "an invoice")
}

func TestRefundOfACreditNote(t *testing.T) {
	note := credited(1, "2011-06-01", 10000)
	before := note.State()
	refund, fact, err := payment.RefundCredit(note, refundOf(7, 10000), at("2011-06-10"))
	require.NoError(t, err)
	require.Equal(t, billing.InvoiceSettled, note.Status())
	_, err = payment.TakeBackRefund(fact, refund, nil, note, takeBack(8, "2011-06-12"))
	require.NoError(t, err)
	before.Instalments[0].NotBefore = date("2011-06-12")
	require.Equal(t, before, note.State())
}
