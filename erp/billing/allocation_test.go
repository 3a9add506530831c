package billing_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/billing"
	"github.com/tandem-go/tandem/erp/billing/payment"
)

// same strips what counts changes.
func same(s billing.InvoiceState) billing.InvoiceState {
	s.Revision, s.Sequence = 0, 0
	return s
}

func TestCreditNoteSettlesAnInvoice(t *testing.T) {
	i, c := sold(1, "2011-06-01"), credited(2, "2011-06-10", 5000)
	before, creditBefore := i.State(), c.State()
	fact := must(billing.ApplyCredit(c, i, applyCredit(1, "2011-06-10", 5000)))
	require.Equal(t, gbp(7000), i.Open())
	require.Equal(t, billing.InvoiceSettled, c.Status())
	_, err := billing.ApplyCredit(c, i, applyCredit(2, "2011-06-10", 1))
	require.Equal(t, []string{"invoice_state"}, codes(err))
	_, err = billing.ApplyCredit(i, i, applyCredit(2, "2011-06-10", 1))
	require.Equal(t, []string{"not_credit"}, codes(err))
	_, err = billing.UnapplyCredit(fact, c, i, billing.Unapplication{ID: allocationID(2), Date: date("2011-06-10"), Reason: "r", At: at("2011-06-10")})
	require.NoError(t, err)
	before.Instalments[0].NotBefore, creditBefore.Instalments[0].NotBefore = date("2011-06-10"), date("2011-06-10")
	require.Equal(t, same(before), same(i.State()))
	require.Equal(t, same(creditBefore), same(c.State()))
}

// What package payment asks of an invoice is checked by the invoice: whoever else
// calls it brings it into no state that would not restore.
func TestAnInvoiceChecksWhatAPaymentRecords(t *testing.T) {
	i, note := sold(1, "2011-06-01"), credited(2, "2011-06-10", 5000)
	by := billing.PaidBy{Payment: paymentID(1), Date: date("2011-06-05")}
	ask := func(minor int64) billing.Application { return applyCredit(1, "2011-06-05", minor) }
	fact, err := i.RecordPaid(ask(5000), by)
	require.NoError(t, err)
	require.Equal(t, [2]any{gbp(7000), paymentID(1)}, [2]any{i.Open(), fact.Payment})
	undo := billing.Unapplication{ID: allocationID(2), Date: date("2011-06-06"), Reason: "r", At: at("2011-06-06")}
	paid := func(i *billing.Invoice, a billing.Application, by billing.PaidBy) error {
		_, err := i.RecordPaid(a, by)
		return err
	}
	unpaid := func(a billing.Allocation) error { _, err := i.RecordUnpaid(a, undo); return err }
	ofNote, foreign, larger := fact, fact, fact
	ofNote.Payment, ofNote.Credit = payment.ID{}, note.ID()
	foreign.Invoice, larger.Amount = note.ID(), gbp(5001)
	before, was := i.State(), note.State()
	for name, c := range map[string]struct {
		code string
		err  error
	}{
		"more than is open":        {"open_exceeded", paid(i, ask(7001), by)},
		"nothing":                  {"allocation_amount", paid(i, ask(0), by)},
		"a credit note":            {"not_invoice", paid(note, ask(1), by)},
		"by no payment":            {"allocation_incomplete", paid(i, ask(1), billing.PaidBy{Date: by.Date})},
		"by one without a date":    {"allocation_incomplete", paid(i, ask(1), billing.PaidBy{Payment: by.Payment})},
		"by a later one":           {"allocation_incomplete", paid(i, ask(1), billing.PaidBy{Payment: by.Payment, Date: date("2011-06-06")})},
		"undone of a credit note":  {"other_payment", unpaid(ofNote)},
		"undone of another":        {"other_invoice", unpaid(foreign)},
		"undone beyond it":         {"not_applied", unpaid(larger)},
		"an invoice refunded":      {"not_credit", i.RecordRefunded(gbp(1), date("2011-06-10"))},
		"refunded beyond it":       {"credit_exceeded", note.RecordRefunded(gbp(5001), date("2011-06-10"))},
		"refunded of nothing":      {"amount", note.RecordRefunded(gbp(0), date("2011-06-10"))},
		"refunded in euros":        {"other_currency", note.RecordRefunded(tandem.MoneyFromMinor(1, tandem.EUR), date("2011-06-10"))},
		"refunded before it":       {"refund_early", note.RecordRefunded(gbp(1), date("2011-06-09"))},
		"taken back beyond it":     {"not_applied", note.RecordRefundTakenBack(gbp(1), date("2011-12-31"))},
		"taken back of nothing":    {"not_applied", note.RecordRefundTakenBack(gbp(0), date("2011-12-31"))},
		"taken back of an invoice": {"not_applied", i.RecordRefundTakenBack(gbp(1), date("2011-12-31"))},
		"taken back before it": {"allocation_early", func() error {
			refunded := note.Copy(note.Revision())
			require.NoError(t, refunded.RecordRefunded(gbp(1), date("2011-06-10")))
			return refunded.RecordRefundTakenBack(gbp(1), date("2011-06-09"))
		}()},
		"taken back in another kind": {"not_applied", note.RecordRefundTakenBack(tandem.MoneyFromMinor(1, tandem.EUR), date("2011-12-31"))},
	} {
		require.Equal(t, []string{c.code}, codes(c.err), name)
	}
	require.Equal(t, before, i.State(), "what is refused changes nothing")
	require.Equal(t, was, note.State(), "what is refused changes nothing")
	require.NoError(t, unpaid(fact))
	require.Equal(t, gbp(12000), i.Open())
	require.NoError(t, note.RecordRefunded(gbp(5000), date("2011-06-10")))
	require.Equal(t, billing.InvoiceSettled, note.Status())
	must(billing.RestoreInvoice(note.State()))
	require.NoError(t, note.RecordRefundTakenBack(gbp(5000), date("2011-06-12")))
	require.Equal(t, date("2011-06-12"), note.NotBefore())
	require.Equal(t, []string{"before_reversal"}, codes(note.RecordRefunded(gbp(1), date("2011-06-11"))))
	was.Instalments[0].NotBefore = date("2011-06-12")
	require.Equal(t, was, note.State())
	was.Instalments[0].NotBefore = date("2011-06-09")
	_, err = billing.RestoreInvoice(was)
	require.Equal(t, []string{"not_before"}, codes(err))
}
