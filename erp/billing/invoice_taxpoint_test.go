package billing_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/billing"
	"github.com/tandem-go/tandem/erp/billing/payment"
)

// 100.00 of January at 20 % and 100.00 of December, of which a prepayment was taxed
// at 17.5 % for 40.00 and 60.00 at 20 %: three tax lines of one code, 20.00, 7.00
// and 12.00.
func threefold() billing.InvoiceDraft {
	d := draftOf(1, prompt(billing.AdjustOnPayment), 10000, nil)
	second := d.Lines[0]
	second.Line, second.Point = 2, 1
	d.Lines = append(d.Lines, second)
	d.TaxPoint, d.TaxPoints = date("2011-01-20"), []billing.TaxPoint{{Date: date("2010-12-10"), From: 1}}
	for _, t := range [][3]int64{{10000, 2000, 2000}, {4000, 700, 1750}, {6000, 1200, 2000}} {
		d.TaxLines = append(d.TaxLines, taxed(t[0], t[1], t[2])...)
	}
	return d
}

func TestSeveralTaxLinesOfACode(t *testing.T) {
	i := must(billing.DraftInvoice(threefold(), at("2011-01-20")))
	require.NoError(t, post(i, 1, "2011-01-20", prompt(billing.AdjustOnPayment)))
	require.Equal(t, gbp(23900), i.Gross())
	require.Equal(t, 2, i.TaxPointCount())
	for n, want := range []string{"2011-01-20", "2010-12-10", "2010-12-10"} {
		require.Equal(t, want, i.TaxPointOf(n).String())
	}
	require.Equal(t, []int{1, 2}, i.TaxLinesOf(nil, "GB-S", 1))
	require.Equal(t, []int{0, 1, 2}, i.TaxLinesOf(nil, "GB-S", -1))
	_, _, found := i.Creditable("GB-S")
	require.False(t, found, "which of the three")
	for n, want := range [][3]int64{{10000, 10000, 2000}, {4000, 4000, 700}, {6000, 6000, 1200}} {
		left, _ := i.CreditableOf(n)
		require.Equal(t, want, [3]int64{left.Goods.Minor(), left.Base.Minor(), left.Tax.Minor()})
		require.Equal(t, n+1, left.TaxLine)
	}
	take := billing.CreditedTax{Code: "GB-S", TaxLine: 2, Net: gbp(4000), Base: gbp(4000), Tax: gbp(700), Goods: gbp(4000)}
	require.NoError(t, i.RecordCredited([]billing.CreditedTax{take}))
	i = again(t, i)
	take.TaxLine, take.Net, take.Base, take.Tax, take.Goods = 2, gbp(1), gbp(1), gbp(0), gbp(1)
	require.ErrorIs(t, i.RecordCredited([]billing.CreditedTax{take}), tandem.ErrNotAllowed)
	take.TaxLine = 0
	require.ErrorIs(t, i.RecordCredited([]billing.CreditedTax{take}), tandem.ErrNotAllowed, "no tax line is the only one")
	take.TaxLine = 9
	require.ErrorIs(t, i.RecordCredited([]billing.CreditedTax{take}), tandem.ErrNotAllowed)
}

// 2 % of 200.00 and of its VAT, 39.00: 4.00 and 0.78, split over the three by their
// bases and taxes (2.00, 0.80, 1.20 and 0.40, 0.14, 0.24).
func TestADiscountOfSeveralTaxLines(t *testing.T) {
	i := must(billing.DraftInvoice(threefold(), at("2011-01-20")))
	require.NoError(t, post(i, 1, "2011-01-20", prompt(billing.AdjustOnPayment)))
	must(payment.Apply(paid(1, "2011-01-25", 23422), i, apply(1, "2011-01-25", 23422)))
	require.True(t, i.Open().IsZero())
	var got [][3]int64
	for _, d := range again(t, i).Discounted() {
		got = append(got, [3]int64{int64(d.TaxLine), d.Net.Minor(), d.Tax.Minor()})
	}
	require.Equal(t, [][3]int64{{1, 200, 40}, {2, 80, 14}, {3, 120, 24}}, got)
	require.Equal(t, gbp(20), must(i.DiscountOnLine(1, gbp(1000))), "a quarter of the goods of the line")
}

func TestTaxPointsMustFitTheirTaxLines(t *testing.T) {
	for name, spoil := range map[string]func(*billing.InvoiceDraft){
		"none before":        func(d *billing.InvoiceDraft) { d.TaxPoints[0].From = 0 },
		"none in it":         func(d *billing.InvoiceDraft) { d.TaxPoints[0].From = 3 },
		"no date":            func(d *billing.InvoiceDraft) { d.TaxPoints[0].Date = tandem.Date{} },
		"a line without one": func(d *billing.InvoiceDraft) { d.Lines[1].Point = 2 },
	} {
		d := threefold()
		spoil(&d)
		_, err := billing.DraftInvoice(d, at("2011-01-20"))
		require.ErrorIs(t, err, tandem.ErrInvalid, name)
	}
}

// Three tax lines of two rates are stated as two: 160.00 at 20 % and 40.00 at 17.5 %.
// Two codes of one rate have none in common, and reasons stand side by side.
func TestABreakdownHasOneLineForEachRate(t *testing.T) {
	i := must(billing.DraftInvoice(threefold(), at("2011-01-20")))
	got, err := i.Breakdown()
	require.NoError(t, err)
	require.Equal(t, append(taxed(16000, 3200, 2000), taxed(4000, 700, 1750)...), got)

	d := threefold()
	line := d.Lines[0]
	d.TaxPoints, d.Lines, d.TaxLines = nil, nil, nil
	for n, of := range []struct {
		code   tandem.TaxCode
		reason string
	}{{"E-1", "medical"}, {"E-2", "school"}, {"E-3", "medical"}} {
		line.Line, line.TaxCode = n+1, of.code
		d.Lines = append(d.Lines, line)
		d.TaxLines = append(d.TaxLines, tandem.TaxLine{Code: of.code, Category: tandem.TaxExempt, Base: gbp(10000), Tax: gbp(0), Reason: of.reason})
	}
	got, err = must(billing.DraftInvoice(d, at("2011-01-20"))).Breakdown()
	require.NoError(t, err)
	require.Equal(t, []tandem.TaxLine{{Category: tandem.TaxExempt, Base: gbp(30000), Tax: gbp(0), Reason: "medical; school"}}, got)
}
