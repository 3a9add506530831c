package billing_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/billing"
)

// An invoice of 100.00 of which 30.00 were credited without goods, as it was kept
// before allowances were counted: goods that come back are credited at what is left.
func TestAllowancesAreToldFromWhatWasKeptBefore(t *testing.T) {
	i := posted(1, "2011-06-01", net30(), 10000, taxed(10000, 2000, 2000))
	require.NoError(t, i.RecordCredited([]billing.CreditedTax{{Code: "GB-S", Net: gbp(3000), Base: gbp(3000), Tax: gbp(600)}}))
	data, err := json.Marshal(i.State())
	require.NoError(t, err)
	const counted = `,"allowance":"30.00 GBP"`
	require.Equal(t, 1, strings.Count(string(data), counted))
	var kept billing.InvoiceState
	require.NoError(t, json.Unmarshal([]byte(strings.Replace(string(data), counted, "", 1)), &kept))
	require.True(t, kept.Credited[0].Allowance.IsNone())
	for _, i := range []*billing.Invoice{i, must(billing.RestoreInvoice(kept))} {
		for goods, want := range map[int64]int64{10000: 3000, 5000: 1500, 1: 0, 0: 0} {
			discount, allowance, err := i.GivenUp(0, gbp(goods), gbp(0))
			require.NoError(t, err)
			require.Equal(t, [2]tandem.Money{gbp(0), gbp(want)}, [2]tandem.Money{discount, allowance}, "%d", goods)
		}
		half := billing.CreditedTax{Code: "GB-S", Net: gbp(3500), Base: gbp(3500), Tax: gbp(700), Goods: gbp(5000), Allowance: gbp(-1500)}
		require.NoError(t, i.RecordCredited([]billing.CreditedTax{half}))
		left, _, _ := i.Creditable("GB-S")
		require.Equal(t, [3]tandem.Money{gbp(3500), gbp(5000), gbp(1500)}, [3]tandem.Money{left.Net, left.Goods, left.Allowance})
		half.Allowance = gbp(-1501)
		require.ErrorIs(t, i.RecordCredited([]billing.CreditedTax{half}), tandem.ErrNotAllowed, "more is given up than was allowed")
		again(t, i)
	}
}

func TestCreditedLinesLieWithinTheirLine(t *testing.T) {
	take := func(line int, goods, allowance int64) []billing.CreditedLine {
		return []billing.CreditedLine{{Line: line, Goods: gbp(goods), Allowance: gbp(allowance)}}
	}
	i := posted(1, "2011-06-01", net30(), 10000, taxed(10000, 2000, 2000))
	require.NoError(t, i.RecordCreditedLines(take(1, 4000, 0)))
	require.NoError(t, i.RecordCreditedLines(take(1, 0, 3000)))
	require.Equal(t, gbp(1500), must(i.AllowanceOn(1, gbp(3000))), "half of what has not come back")
	require.Equal(t, gbp(0), must(i.AllowanceOn(2, gbp(3000))))
	i = again(t, i)
	before := i.State()
	for name, taken := range map[string][]billing.CreditedLine{
		"more goods":              take(1, 6001, -3000),
		"an allowance beyond":     take(1, 0, 3001),
		"more given up":           take(1, 0, -3001),
		"less goods than none":    take(1, -4001, 0),
		"no such line":            take(2, 1, 0),
		"no line":                 take(0, 1, 0),
		"goods that leave less":   take(1, 3001, 0),
		"out of range":            take(1, 9_223_372_036_854_775_807, 0),
		"an allowance over goods": append(take(1, 6000, -3000), take(1, 0, 1)...),
	} {
		require.ErrorIs(t, i.RecordCreditedLines(taken), tandem.ErrNotAllowed, name)
		require.Equal(t, before, i.State(), name)
	}
	require.ErrorIs(t, i.RecordCreditedLines([]billing.CreditedLine{{Line: 1, Goods: gbp(1), Allowance: tandem.MoneyFromMinor(0, tandem.EUR)}}), tandem.ErrCurrency)
	require.NoError(t, i.RecordCreditedLines(take(1, 6000, -3000)))
	bad := i.State()
	bad.CreditedLines[0].Line = 2
	_, err := billing.RestoreInvoice(bad)
	require.Equal(t, []string{"credited_lines"}, codes(err))
	draft := must(billing.DraftInvoice(draftOf(2, net30(), 10000, taxed(10000, 2000, 2000)), at("2010-12-20")))
	require.ErrorIs(t, draft.RecordCreditedLines(take(1, 1, 0)), tandem.ErrNotAllowed)
}

// A line that takes back an allowance is no way around an approval.
func TestAllowanceLinesOfCreditNotes(t *testing.T) {
	original := posted(1, "2011-06-01", net30(), 10000, taxed(10000, 2000, 2000))
	draft := func(given int64) billing.InvoiceDraft {
		d := creditDraft(2, billing.CreditGoods, 5000, 0, 2000)
		d.Lines[0].Quantity, d.Lines[0].Delivery = each(1), tandem.LineRef{Document: tandem.RefTo("sales_return", paymentID(7), "R-1"), Line: 1}
		d.Lines[0].Origin, d.Original = tandem.LineRef{Document: original.Ref(), Line: 1}, original.Ref()
		d.Lines = append(d.Lines, billing.InvoiceLine{Line: 2, Origin: tandem.LineRef{Document: original.Ref()}, Quantity: each(1), Price: price("1"),
			Net: gbp(given), TaxCode: "GB-S", Allowance: true})
		d.TaxLines = taxed(5000+given, (5000+given)/5, 2000)
		return d
	}
	note, err := billing.DraftCreditNote(draft(-1500), at("2011-06-12"), original)
	require.NoError(t, err)
	require.Equal(t, gbp(4200), note.Gross())
	again(t, note)
	for name, change := range map[string]func(*billing.InvoiceDraft){
		"positive":        func(d *billing.InvoiceDraft) { *d = draft(1500) },
		"without invoice": func(d *billing.InvoiceDraft) { d.Lines[1].Origin = tandem.LineRef{} },
		"with a product":  func(d *billing.InvoiceDraft) { d.Lines[1].Product = idOf(tandem.ProductID{}, "p") },
	} {
		d := draft(-1500)
		change(&d)
		_, err := billing.DraftCreditNote(d, at("2011-06-12"), original)
		require.Equal(t, []string{"credit_allowance_line"}, codes(err), name)
	}
	d := draftOf(3, net30(), 10000, taxed(10000, 2000, 2000))
	d.Lines[0].Allowance = true
	_, err = billing.DraftInvoice(d, at("2011-06-12"))
	require.Equal(t, []string{"credit_only"}, codes(err))
}
