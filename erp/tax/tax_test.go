package tax_test

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/tax"
)

func gbp(minor int64) tandem.Money { return tandem.MoneyFromMinor(minor, currency("GBP")) }

func currency(code string) tandem.Currency {
	c, err := tandem.ParseCurrency(code)
	if err != nil {
		panic(err)
	}
	return c
}

func date(s string) tandem.Date {
	if s == "" {
		return tandem.Date{}
	}
	d, err := tandem.ParseDate(s)
	if err != nil {
		panic(err)
	}
	return d
}

var company = tandem.DeriveID[tandem.CompanyID]("company", "wholesaler")

func flat(id tandem.TaxCode, category tandem.TaxCategory, rate tandem.Rate, reason string) tax.Code {
	return tax.Code{ID: id, Company: company, Country: "GB", Category: category, Reason: reason, Rates: []tax.DatedRate{{Rate: rate}}}
}

// codes are those of a UK seller: the standard rate was 17.5 % to 2011-01-03 and
// 20 % from 2011-01-04 (Finance (No. 2) Act 2010 s.3), the reduced rate 5 %.
func codes() []tax.Code {
	standard := tax.Code{ID: "GB-S", Company: company, Country: "GB", Category: tandem.TaxStandard, Rates: []tax.DatedRate{
		{Validity: tandem.Validity{From: date("2010-01-01"), Until: date("2011-01-04")}, Rate: tandem.BasisPoints(1750)},
		{Validity: tandem.Validity{From: date("2011-01-04")}, Rate: tandem.Percent(20)},
	}}
	return []tax.Code{standard, flat("GB-R", tandem.TaxReduced, tandem.Percent(5), ""), flat("GB-Z", tandem.TaxZero, tandem.Rate{}, ""),
		flat("GB-E", tandem.TaxExempt, tandem.Rate{}, "Exempt, VAT Act 1994 Sch. 9"),
		flat("GB-K", tandem.TaxIntraCommunity, tandem.Rate{}, "Intra-Community supply, Directive 2006/112/EC Art. 138"),
		flat("GB-G", tandem.TaxExport, tandem.Rate{}, "Export, Directive 2006/112/EC Art. 146"),
		flat("GB-AE", tandem.TaxReverseCharge, tandem.Rate{}, "Reverse charge, Directive 2006/112/EC Art. 196"),
		flat("GB-O", tandem.TaxOutOfScope, tandem.Rate{}, "Outside the scope of UK VAT")}
}

func base(code tandem.TaxCode, minor int64) tandem.TaxBase {
	return tandem.TaxBase{Line: 1, Code: code, Amount: gbp(minor)}
}

func inclusive(code tandem.TaxCode, minor int64) tandem.TaxBase {
	return tandem.TaxBase{Line: 1, Code: code, Amount: gbp(minor), Inclusive: true}
}

func TestRatesByDate(t *testing.T) {
	s := codes()[0]
	for on, want := range map[string]tandem.Rate{"2010-01-01": tandem.BasisPoints(1750), "2011-01-03": tandem.BasisPoints(1750),
		"2011-01-04": tandem.Percent(20), "2012-02-29": tandem.Percent(20)} {
		got, err := s.RateOn(date(on))
		require.NoError(t, err)
		assert.Equal(t, want, got, on)
	}
	_, err := s.RateOn(date("2009-12-31"))
	var none *tax.NoRateError
	require.ErrorAs(t, err, &none)
	assert.ErrorIs(t, err, tandem.ErrInvalid)
	assert.Equal(t, "tax code GB-S is unknown or has no rate on 2009-12-31", err.Error())
}

func TestCodeValidate(t *testing.T) {
	for _, c := range codes() {
		assert.NoError(t, c.Validate(), c.ID)
	}
	for name, test := range map[string]struct {
		change func(*tax.Code)
		fault  string
	}{
		"no id":                        {func(c *tax.Code) { c.ID = "" }, "id"},
		"no company":                   {func(c *tax.Code) { c.Company = tandem.CompanyID{} }, "required"},
		"no country":                   {func(c *tax.Code) { c.Country = "" }, "country"},
		"unknown category":             {func(c *tax.Code) { c.Category = "X" }, "category"},
		"no rate":                      {func(c *tax.Code) { c.Rates = nil }, "rates"},
		"standard rate of nought":      {func(c *tax.Code) { c.Rates[0].Rate = tandem.Rate{} }, "rate"},
		"negative rate":                {func(c *tax.Code) { c.Rates[0].Rate = tandem.Percent(-1) }, "rate"},
		"rate above 100 %":             {func(c *tax.Code) { c.Rates[1].Rate = tandem.Percent(101) }, "rate"},
		"overlap":                      {func(c *tax.Code) { c.Rates[1].From = date("2011-01-03") }, "overlap"},
		"empty range":                  {func(c *tax.Code) { c.Rates[0].Until = c.Rates[0].From }, "validity_empty"},
		"reason of a taxed supply":     {func(c *tax.Code) { c.Reason = "because" }, "reason"},
		"exemption without reason":     {func(c *tax.Code) { *c = flat("E", tandem.TaxExempt, tandem.Rate{}, "") }, "reason"},
		"intra-Community with a rate":  {func(c *tax.Code) { *c = flat("K", tandem.TaxIntraCommunity, tandem.Percent(20), "Art. 138") }, "rate"},
		"zero-rated goods with reason": {func(c *tax.Code) { *c = flat("Z", tandem.TaxZero, tandem.Rate{}, "books") }, "reason"},
	} {
		c := codes()[0].Clone()
		test.change(&c)
		var invalid *tandem.InvalidError
		if assert.ErrorAs(t, c.Validate(), &invalid, name) {
			found := false
			for _, f := range invalid.Faults {
				found = found || f.Code == test.fault
			}
			assert.True(t, found, "%s: %v", name, invalid)
		}
	}
}

func TestComputeByHand(t *testing.T) {
	for name, test := range map[string]struct {
		bases    []tandem.TaxBase
		on       string
		rounding tax.Rounding
		tax      []int64
		net      int64
	}{
		// WHOLESALER.md rule 4: a £40 voucher is 34.04 without 17.5 %, then 33.33.
		"a voucher of 40.00 at 17.5 %": {[]tandem.TaxBase{inclusive("GB-S", 4000)}, "2011-01-03", tax.PerRate, []int64{596}, 3404},
		"a voucher of 40.00 at 20 %":   {[]tandem.TaxBase{inclusive("GB-S", 4000)}, "2011-01-04", tax.PerRate, []int64{667}, 3333},
		// EN 16931 BR-CO-17: three lines of 0.33 at 20 %: 0.99 × 20 % = 0.198 = 0.20;
		// line by line 0.066 = 0.07 each, 0.21; the fraction dropped, 0.19.
		"three times 0.33, per rate": {[]tandem.TaxBase{base("GB-S", 33), base("GB-S", 33), base("GB-S", 33)}, "2011-06-01", tax.PerRate, []int64{20}, 99},
		"three times 0.33, per line": {[]tandem.TaxBase{base("GB-S", 33), base("GB-S", 33), base("GB-S", 33)}, "2011-06-01", tax.PerLine, []int64{21}, 99},
		"three times 0.33, down":     {[]tandem.TaxBase{base("GB-S", 33), base("GB-S", 33), base("GB-S", 33)}, "2011-06-01", tax.Down, []int64{19}, 99},
		// Half a penny is rounded up (VATREC12030): 0.10 × 5 % = 0.005.
		"half a penny":          {[]tandem.TaxBase{base("GB-R", 10)}, "2011-06-01", tax.PerRate, []int64{1}, 10},
		"minus half a penny":    {[]tandem.TaxBase{base("GB-R", -10)}, "2011-06-01", tax.PerRate, []int64{-1}, -10},
		"half a penny, down":    {[]tandem.TaxBase{base("GB-R", 10)}, "2011-06-01", tax.Down, []int64{0}, 10},
		"no policy is the EN's": {[]tandem.TaxBase{base("GB-R", 10)}, "2011-06-01", "", []int64{1}, 10},
		// VAT Notice 700 §17.5 drops the fraction of the total: 0.04 × 20 % = 0.008 and
		// 0.09 × 5 % = 0.0045 are 0.0125 together: one penny, to the larger remainder.
		"down over two rates":          {[]tandem.TaxBase{base("GB-R", 9), base("GB-S", 4)}, "2011-06-01", tax.Down, []int64{0, 1}, 13},
		"down over two rates, mirror":  {[]tandem.TaxBase{base("GB-R", -9), base("GB-S", -4)}, "2011-06-01", tax.Down, []int64{0, -1}, -13},
		"down, less than one in total": {[]tandem.TaxBase{base("GB-R", 3), base("GB-S", 4)}, "2011-06-01", tax.Down, []int64{0, 0}, 7},
		// 1.19 with and 1.00 without the tax: 1.19 ÷ 6 = 0.1983 = 0.20, and 0.20.
		"included and excluded mixed": {[]tandem.TaxBase{inclusive("GB-S", 119), base("GB-S", 100)}, "2011-06-01", tax.PerRate, []int64{40}, 199},
		"an allowance at the rate":    {[]tandem.TaxBase{base("GB-S", 1000), base("GB-S", -100)}, "2011-06-01", tax.PerRate, []int64{180}, 900},
		"every untaxed category": {[]tandem.TaxBase{base("GB-Z", 1), base("GB-E", 2), base("GB-K", 3), base("GB-G", 4), base("GB-AE", 5), base("GB-O", 6)},
			"2011-06-01", tax.PerRate, []int64{0, 0, 0, 0, 0, 0}, 21},
		"nothing": {[]tandem.TaxBase{base("GB-S", 0)}, "2011-06-01", tax.PerRate, []int64{0}, 0},
	} {
		r, err := tax.Compute(test.bases, codes(), date(test.on), test.rounding)
		require.NoError(t, err, name)
		var got []int64
		sum := int64(0)
		for _, l := range r.Lines {
			got = append(got, l.Tax.Minor())
			sum += l.Tax.Minor()
			assert.Equal(t, !tax.Taxed(l.Category) && l.Category != tandem.TaxZero, l.Reason != "", name)
		}
		assert.Equal(t, test.tax, got, name)
		assert.Equal(t, gbp(test.net), r.Net, name)
		assert.Equal(t, gbp(sum), r.Tax, name)
		assert.Equal(t, gbp(test.net+sum), r.Gross, name)
		assert.Equal(t, date(test.on), r.TaxPoint, name)
		assert.True(t, r.Rounding.Valid(), name)
	}
}

func TestComputeRefuses(t *testing.T) {
	eur := tandem.TaxBase{Code: "GB-S", Amount: tandem.MoneyFromMinor(1, currency("EUR"))}
	on := date("2011-06-01")
	for name, test := range map[string]struct {
		bases    []tandem.TaxBase
		on       tandem.Date
		rounding tax.Rounding
	}{
		"nothing":            {nil, on, tax.PerRate},
		"no tax point":       {[]tandem.TaxBase{base("GB-S", 1)}, tandem.Date{}, tax.PerRate},
		"unknown policy":     {[]tandem.TaxBase{base("GB-S", 1)}, on, "sideways"},
		"unknown code":       {[]tandem.TaxBase{base("XX", 1)}, on, tax.PerRate},
		"before every rate":  {[]tandem.TaxBase{base("GB-S", 1)}, date("2009-12-31"), tax.PerRate},
		"two currencies":     {[]tandem.TaxBase{base("GB-S", 1), eur}, on, tax.PerRate},
		"two currencies too": {[]tandem.TaxBase{base("GB-R", 1), eur}, on, tax.PerRate},
		"no currency":        {[]tandem.TaxBase{{Code: "GB-S"}}, on, tax.PerRate},
		"gross, down":        {[]tandem.TaxBase{inclusive("GB-S", 1)}, on, tax.Down},
		"too large a total":  {[]tandem.TaxBase{base("GB-S", 1<<62), base("GB-S", 1<<62)}, on, tax.PerRate},
		"too large a gross":  {[]tandem.TaxBase{base("GB-S", 1<<63-1)}, on, tax.PerRate},
	} {
		_, err := tax.Compute(test.bases, codes(), test.on, test.rounding)
		assert.ErrorIs(t, err, tandem.ErrInvalid, name)
	}
}

func anyBases(netOnly bool) *rapid.Generator[[]tandem.TaxBase] {
	return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) tandem.TaxBase {
		code := rapid.SampledFrom([]tandem.TaxCode{"GB-S", "GB-R", "GB-Z", "GB-K"}).Draw(t, "code")
		b := base(code, rapid.Int64Range(-1_000_000, 1_000_000).Draw(t, "amount"))
		b.Inclusive = !netOnly && rapid.Bool().Draw(t, "inclusive")
		return b
	}), 1, 12)
}

func TestComputedTaxIsSymmetricAndSums(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rounding := rapid.SampledFrom(tax.Roundings()).Draw(t, "rounding")
		bases := anyBases(rounding == tax.Down).Draw(t, "bases")
		on := date(rapid.SampledFrom([]string{"2011-01-03", "2011-01-04"}).Draw(t, "on"))
		r, err := tax.Compute(bases, codes(), on, rounding)
		require.NoError(t, err)
		net, sum, gross := int64(0), int64(0), int64(0)
		for _, l := range r.Lines {
			net += l.Base.Minor()
			sum += l.Tax.Minor()
		}
		require.Equal(t, []tandem.Money{gbp(net), gbp(sum), gbp(net + sum)}, []tandem.Money{r.Net, r.Tax, r.Gross})
		allGross := true
		mirror := make([]tandem.TaxBase, len(bases))
		for i, b := range bases {
			mirror[i], mirror[i].Amount = b, b.Amount.Neg()
			gross += b.Amount.Minor()
			allGross = allGross && b.Inclusive
		}
		if allGross { // what the customer was told is what he pays
			require.Equal(t, gbp(gross), r.Gross)
		}
		m, err := tax.Compute(mirror, codes(), on, rounding)
		require.NoError(t, err)
		require.Equal(t, r.Tax.Neg(), m.Tax)
		for i := range r.Lines {
			require.Equal(t, r.Lines[i].Tax.Neg(), m.Lines[i].Tax)
			require.Equal(t, r.Lines[i].Base.Neg(), m.Lines[i].Base)
		}
	})
}

// Dropping the fraction of the whole never differs from the exact tax by a penny
// or more, and never exceeds it.
func TestDownIsTheCutTotal(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		bases := anyBases(true).Draw(t, "bases")
		r, err := tax.Compute(bases, codes(), date("2011-06-01"), tax.Down)
		require.NoError(t, err)
		exact := int64(0) // in hundredths of a penny
		for _, b := range bases {
			exact += b.Amount.Minor() * map[tandem.TaxCode]int64{"GB-S": 20, "GB-R": 5}[b.Code]
		}
		require.Equal(t, exact/100, r.Tax.Minor())
	})
}

func TestCreditAtTheOriginalRate(t *testing.T) {
	// Sold at 17.5 % on 2010-12-20: 10.01 net, 1.75175 = 1.75. Credited in 2011 in
	// three parts; today's 20 % plays no part.
	original, err := tax.Compute([]tandem.TaxBase{base("GB-S", 1001)}, codes(), date("2010-12-20"), tax.PerRate)
	require.NoError(t, err)
	require.Equal(t, gbp(175), original.Tax)
	var before []tandem.TaxLine
	for _, part := range []struct{ net, tax int64 }{{333, 58}, {333, 58}, {335, 59}} {
		lines, err := tax.CreditAt(original.Lines, before, []tandem.TaxBase{base("GB-S", part.net)})
		require.NoError(t, err)
		require.Len(t, lines, 1)
		assert.Equal(t, tandem.BasisPoints(1750), lines[0].Rate)
		assert.Equal(t, gbp(part.tax), lines[0].Tax)
		before = append(before, lines...)
	}
	_, err = tax.CreditAt(original.Lines, before, []tandem.TaxBase{base("GB-S", 1)})
	var excess *tax.ExcessError
	require.ErrorAs(t, err, &excess)
	assert.ErrorIs(t, err, tandem.ErrNotAllowed)
	assert.Equal(t, "credit of tax code GB-S: 0.01 GBP is more than is left, 0.00 GBP", err.Error())

	_, err = tax.CreditAt(original.Lines, nil, []tandem.TaxBase{base("GB-R", 1)})
	assert.ErrorIs(t, err, tandem.ErrInvalid, "a code that the original does not have")
	_, err = tax.CreditAt(original.Lines, nil, nil)
	assert.ErrorIs(t, err, tandem.ErrInvalid)
	_, err = tax.CreditAt(original.Lines, nil, []tandem.TaxBase{base("GB-S", -1)})
	assert.ErrorIs(t, err, tandem.ErrNotAllowed, "the sign of the original")
	_, err = tax.CreditAt(original.Lines, nil, []tandem.TaxBase{base("GB-S", 1000), base("GB-S", 2)})
	assert.ErrorIs(t, err, tandem.ErrNotAllowed, "two bases that together are more than is left")
}

func TestPartialCreditsSumToTheOriginal(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		sign := rapid.SampledFrom([]int64{1, -1}).Draw(t, "sign")
		net := rapid.Int64Range(1, 100_000).Draw(t, "net") * sign
		other := rapid.Int64Range(1, 100_000).Draw(t, "other") * sign
		original, err := tax.Compute([]tandem.TaxBase{base("GB-S", net), base("GB-R", other)}, codes(), date("2011-01-03"), tax.PerRate)
		require.NoError(t, err)
		var before []tandem.TaxLine
		for i, code := range []tandem.TaxCode{"GB-S", "GB-R"} {
			isGross := rapid.Bool().Draw(t, "gross")
			left := original.Lines[i].Base.Minor()
			if isGross {
				left += original.Lines[i].Tax.Minor()
			}
			for left != 0 {
				part := rapid.Int64Range(1, left*sign).Draw(t, "part") * sign
				if rapid.Bool().Draw(t, "rest") {
					part = left
				}
				b := base(code, part)
				b.Inclusive = isGross
				lines, err := tax.CreditAt(original.Lines, before, []tandem.TaxBase{b})
				require.NoError(t, err)
				require.GreaterOrEqual(t, lines[0].Tax.Minor()*sign, int64(0))
				before = append(before, lines...)
				left -= part
			}
		}
		gotNet, gotTax, _, err := tax.Totals(before)
		require.NoError(t, err)
		require.Equal(t, original.Tax, gotTax)
		require.Equal(t, original.Net, gotNet)
	})
}

func dated(on string, minor int64) tax.Dated { return tax.Dated{Date: date(on), Amount: gbp(minor)} }

func point(on, rate string, minor int64, basis tax.PointBasis) tax.Point {
	return tax.Point{Date: date(on), RateDate: date(rate), Amount: gbp(minor), Basis: basis}
}

// The rule is that of the VAT Act 1994 s.6(2)–(6) and s.88, as HMRC VAT Notice
// 700 §14–15 tells it.
func TestTaxPointsByHand(t *testing.T) {
	for name, test := range map[string]struct {
		supply tax.Supply
		policy tax.PointPolicy
		want   []tax.Point
	}{
		"delivery alone": {tax.Supply{Delivered: date("2011-03-01")}, tax.PointUK,
			[]tax.Point{point("2011-03-01", "2011-03-01", 1200, tax.BasisDelivery)}},
		"an invoice on the 14th day moves it": {tax.Supply{Delivered: date("2011-03-01"), Invoices: []tax.Dated{dated("2011-03-15", 1200)}}, tax.PointUK,
			[]tax.Point{point("2011-03-15", "2011-03-15", 1200, tax.BasisInvoice)}},
		"an invoice on the 15th day does not": {tax.Supply{Delivered: date("2011-03-01"), Invoices: []tax.Dated{dated("2011-03-16", 1200)}}, tax.PointUK,
			[]tax.Point{point("2011-03-01", "2011-03-01", 1200, tax.BasisDelivery)}},
		"14 days over a leap day": {tax.Supply{Delivered: date("2012-02-16"), Invoices: []tax.Dated{dated("2012-03-01", 1200)}}, tax.PointUK,
			[]tax.Point{point("2012-03-01", "2012-03-01", 1200, tax.BasisInvoice)}},
		"a payment after the delivery changes nothing": {tax.Supply{Delivered: date("2011-03-01"), Payments: []tax.Dated{dated("2011-03-03", 1200)}}, tax.PointUK,
			[]tax.Point{point("2011-03-01", "2011-03-01", 1200, tax.BasisDelivery)}},
		"an earlier invoice": {tax.Supply{Delivered: date("2011-03-01"), Invoices: []tax.Dated{dated("2011-02-20", 1200)}}, tax.PointUK,
			[]tax.Point{point("2011-02-20", "2011-02-20", 1200, tax.BasisInvoice)}},
		"a prepayment of a part, the rest by invoice": {tax.Supply{Delivered: date("2011-03-01"), Payments: []tax.Dated{dated("2011-02-10", 400)},
			Invoices: []tax.Dated{dated("2011-03-05", 1200)}}, tax.PointUK,
			[]tax.Point{point("2011-02-10", "2011-02-10", 400, tax.BasisPayment), point("2011-03-05", "2011-03-05", 800, tax.BasisInvoice)}},
		"the payment of an earlier invoice is no second tax point": {tax.Supply{Delivered: date("2011-03-01"),
			Invoices: []tax.Dated{dated("2011-02-01", 700)}, Payments: []tax.Dated{dated("2011-02-10", 700)}}, tax.PointUK,
			[]tax.Point{point("2011-02-01", "2011-02-01", 700, tax.BasisInvoice), point("2011-03-01", "2011-03-01", 500, tax.BasisDelivery)}},
		"nothing yet":               {tax.Supply{}, tax.PointUK, nil},
		"a prepayment, not shipped": {tax.Supply{Payments: []tax.Dated{dated("2011-02-10", 400)}}, tax.PointUK, []tax.Point{point("2011-02-10", "2011-02-10", 400, tax.BasisPayment)}},
		"more is paid than it costs": {tax.Supply{Payments: []tax.Dated{dated("2011-02-10", 5000), dated("2011-02-11", 1<<62)}}, tax.PointUK,
			[]tax.Point{point("2011-02-10", "2011-02-10", 1200, tax.BasisPayment)}},
		// The change of rate of 2011-01-04: delivered before, invoiced after.
		"a change of rate, no election": {tax.Supply{Delivered: date("2010-12-31"), Invoices: []tax.Dated{dated("2011-01-05", 1200)}}, tax.PointUK,
			[]tax.Point{point("2011-01-05", "2011-01-05", 1200, tax.BasisInvoice)}},
		"a change of rate, the delivery elected": {tax.Supply{Delivered: date("2010-12-31"), Invoices: []tax.Dated{dated("2011-01-05", 1200)}}, tax.PointUKElectDelivery,
			[]tax.Point{point("2011-01-05", "2010-12-31", 1200, tax.BasisInvoice)}},
		"elected, not shipped yet": {tax.Supply{Payments: []tax.Dated{dated("2011-01-03", 1200)}}, tax.PointUKElectDelivery,
			[]tax.Point{point("2011-01-03", "2011-01-03", 1200, tax.BasisPayment)}},
		"by delivery whatever is invoiced": {tax.Supply{Delivered: date("2011-03-01"), Invoices: []tax.Dated{dated("2011-03-05", 1200)},
			Payments: []tax.Dated{dated("2011-02-28", 200)}}, tax.PointDelivery,
			[]tax.Point{point("2011-02-28", "2011-02-28", 200, tax.BasisPayment), point("2011-03-01", "2011-03-01", 1000, tax.BasisDelivery)}},
		// Goods to another member: Directive 2006/112/EC Art. 67, 222.
		"intra-Community, invoiced in time": {tax.Supply{IntraCommunity: true, Delivered: date("2011-06-10"), Invoices: []tax.Dated{dated("2011-07-05", 1200)}}, tax.PointUK,
			[]tax.Point{point("2011-07-05", "2011-07-05", 1200, tax.BasisInvoice)}},
		"intra-Community, invoiced on the last day": {tax.Supply{IntraCommunity: true, Delivered: date("2011-06-30"), Invoices: []tax.Dated{dated("2011-07-15", 1200)}}, tax.PointDelivery,
			[]tax.Point{point("2011-07-15", "2011-07-15", 1200, tax.BasisInvoice)}},
		"intra-Community, invoiced too late": {tax.Supply{IntraCommunity: true, Delivered: date("2011-12-31"), Invoices: []tax.Dated{dated("2012-01-16", 1200)}}, tax.PointUKElectDelivery,
			[]tax.Point{point("2012-01-15", "2011-12-31", 1200, tax.BasisDeadline)}},
		"intra-Community, paid before": {tax.Supply{IntraCommunity: true, Delivered: date("2011-06-10"), Payments: []tax.Dated{dated("2011-06-01", 1200)},
			Invoices: []tax.Dated{dated("2011-06-20", 700)}}, tax.PointDelivery,
			[]tax.Point{point("2011-06-20", "2011-06-20", 700, tax.BasisInvoice), point("2011-07-15", "2011-07-15", 500, tax.BasisDeadline)}},
		"intra-Community, invoiced before": {tax.Supply{IntraCommunity: true, Delivered: date("2011-06-10"), Invoices: []tax.Dated{dated("2011-05-20", 1200)}}, tax.PointUK,
			[]tax.Point{point("2011-05-20", "2011-05-20", 1200, tax.BasisInvoice)}},
		"intra-Community, paid and not shipped": {tax.Supply{IntraCommunity: true, Payments: []tax.Dated{dated("2011-02-10", 400)}}, tax.PointUK, nil},
	} {
		test.supply.Amount = gbp(1200)
		got, err := tax.Points(test.supply, test.policy)
		require.NoError(t, err, name)
		assert.Equal(t, test.want, got, name)
	}
	for name, s := range map[string]tax.Supply{
		"no amount":     {},
		"negative":      {Amount: gbp(-1)},
		"no date":       {Amount: gbp(1), Payments: []tax.Dated{{Amount: gbp(1)}}},
		"zero invoice":  {Amount: gbp(1), Invoices: []tax.Dated{dated("2011-01-01", 0)}},
		"other country": {Amount: gbp(1), Invoices: []tax.Dated{{Date: date("2011-01-01"), Amount: tandem.MoneyFromMinor(1, currency("EUR"))}}},
	} {
		_, err := tax.Points(s, tax.PointUK)
		assert.ErrorIs(t, err, tandem.ErrInvalid, name)
	}
	_, err := tax.Points(tax.Supply{Amount: gbp(1)}, "never")
	assert.ErrorIs(t, err, tandem.ErrInvalid)
}

func TestTaxPointsSumToTheSupply(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		day := func(name string) tandem.Date {
			return date("2011-01-01").AddDays(rapid.IntRange(0, 40).Draw(t, name))
		}
		list := func(name string) (out []tax.Dated) {
			for range rapid.IntRange(0, 4).Draw(t, name) {
				out = append(out, tax.Dated{Date: day(name), Amount: gbp(rapid.Int64Range(1, 900).Draw(t, name))})
			}
			return out
		}
		s := tax.Supply{Amount: gbp(1200), Delivered: day("delivered"), Invoices: list("invoices"), Payments: list("payments"),
			IntraCommunity: rapid.Bool().Draw(t, "intra-Community")}
		points, err := tax.Points(s, rapid.SampledFrom(tax.PointPolicies()).Draw(t, "policy"))
		require.NoError(t, err)
		sum := int64(0)
		for i, p := range points {
			require.Positive(t, p.Amount.Minor())
			if last := s.Delivered.AddDays(tax.InvoiceDays); s.IntraCommunity {
				require.False(t, p.Date.After(tax.InvoiceDeadline(s.Delivered)))
			} else {
				require.False(t, p.Date.After(last))
			}
			require.False(t, i > 0 && p.Date.Before(points[i-1].Date))
			sum += p.Amount.Minor()
		}
		require.Equal(t, int64(1200), sum)
	})
}

func table() tax.Table {
	return tax.EuropeanTable("GB", tax.Codes{Standard: "GB-S", Reduced: "GB-R", Zero: "GB-Z", Exempt: "GB-E", IntraCommunity: "GB-K",
		Export: "GB-G", ReverseCharge: "GB-AE", OutOfScope: "GB-O"})
}

func TestDecideByHand(t *testing.T) {
	rules := table()
	require.NoError(t, rules.Validate())
	goods := func(shipTo tandem.Country, business bool, number string) tax.Case {
		return tax.Case{On: date("2011-06-01"), Seller: "GB", Buyer: shipTo, ShipTo: shipTo, Business: business, VATNumber: number, Category: tandem.TaxStandard}
	}
	with := func(c tax.Case, change func(*tax.Case)) tax.Case { change(&c); return c }
	service := func(c *tax.Case) { c.Service = true }
	for name, test := range map[string]struct {
		c    tax.Case
		code tandem.TaxCode
		rule string
	}{
		"at home":                                    {goods("GB", false, ""), "GB-S", "standard"},
		"at home, reduced":                           {with(goods("GB", false, ""), func(c *tax.Case) { c.Category = tandem.TaxReduced }), "GB-R", "reduced"},
		"at home, zero-rated":                        {with(goods("GB", true, ""), func(c *tax.Case) { c.Category = tandem.TaxZero }), "GB-Z", "zero"},
		"at home, exempt":                            {with(goods("GB", true, ""), func(c *tax.Case) { c.Category = tandem.TaxExempt }), "GB-E", "exempt"},
		"to a business in Germany with a number":     {goods("DE", true, "DE123456789"), "GB-K", "intra_community"},
		"to a business in Greece, prefix EL":         {goods("GR", true, "EL123456789"), "GB-K", "intra_community"},
		"to Germany, number of another member":       {goods("DE", true, "FR12345678901"), "GB-K", "intra_community"},
		"to a business in Germany without a number":  {goods("DE", true, ""), "GB-S", "standard"},
		"to Germany with the seller's country's":     {goods("DE", true, "GB123456789"), "GB-S", "standard"},
		"to Germany with a malformed number":         {goods("DE", true, "DE-1234"), "GB-S", "standard"},
		"to Germany with a number of no member":      {goods("DE", true, "US12345678"), "GB-S", "standard"},
		"to a private person in Germany":             {goods("DE", false, ""), "GB-S", "standard"},
		"zero-rated goods to a business in Germany":  {with(goods("DE", true, "DE123456789"), func(c *tax.Case) { c.Category = tandem.TaxZero }), "GB-K", "intra_community"},
		"exempt goods to Germany":                    {with(goods("DE", true, "DE123456789"), func(c *tax.Case) { c.Category = tandem.TaxExempt }), "GB-E", "exempt"},
		"to the Channel Islands":                     {goods("JE", true, ""), "GB-G", "export"},
		"to Australia":                               {goods("AU", false, ""), "GB-G", "export"},
		"to Croatia before it joined":                {with(goods("HR", true, "HR12345678901"), func(c *tax.Case) { c.On = date("2013-06-30") }), "GB-G", "export"},
		"to Croatia when it joined":                  {with(goods("HR", true, "HR12345678901"), func(c *tax.Case) { c.On = date("2013-07-01") }), "GB-K", "intra_community"},
		"to Germany after the UK left":               {with(goods("DE", true, "DE123456789"), func(c *tax.Case) { c.On = date("2021-01-01") }), "GB-G", "export"},
		"to Germany on the last day":                 {with(goods("DE", true, "DE123456789"), func(c *tax.Case) { c.On = date("2020-12-31") }), "GB-K", "intra_community"},
		"a service to a business in Germany":         {with(goods("DE", true, "DE123456789"), service), "GB-AE", "service_to_union_business"},
		"a service in the UK to a German business":   {with(goods("GB", true, "DE123456789"), func(c *tax.Case) { c.Service, c.Buyer = true, "DE" }), "GB-AE", "service_to_union_business"},
		"a service to a private person in Germany":   {with(goods("DE", false, ""), service), "GB-S", "standard"},
		"a service to a business in Australia":       {with(goods("AU", true, ""), service), "GB-O", "service_to_outside_business"},
		"a service to a private person in Australia": {with(goods("AU", false, ""), service), "GB-S", "standard"},
		"domestic reverse charge, business":          {with(goods("GB", true, "GB123456789"), func(c *tax.Case) { c.Category = tandem.TaxReverseCharge }), "GB-AE", "domestic_reverse_charge"},
		"domestic reverse charge, private":           {with(goods("GB", false, ""), func(c *tax.Case) { c.Category = tandem.TaxReverseCharge }), "GB-S", "reverse_charge_not_due"},
		"out of scope":                               {with(goods("GB", false, ""), func(c *tax.Case) { c.Category = tandem.TaxOutOfScope }), "GB-O", "out_of_scope"},
	} {
		d, err := rules.Decide(test.c)
		require.NoError(t, err, name)
		assert.Equal(t, test.code, d.Code, name)
		assert.Equal(t, test.rule, d.Rule, name)
	}
}

func TestDecideRefuses(t *testing.T) {
	rules := table()
	good := tax.Case{On: date("2011-06-01"), Seller: "GB", Buyer: "GB", ShipTo: "GB", Category: tandem.TaxStandard}
	for name, change := range map[string]func(*tax.Case){
		"another seller":            func(c *tax.Case) { c.Seller = "DE" },
		"no destination":            func(c *tax.Case) { c.ShipTo = "" },
		"no date":                   func(c *tax.Case) { c.On = tandem.Date{} },
		"no category":               func(c *tax.Case) { c.Category = "" },
		"a private person's number": func(c *tax.Case) { c.VATNumber = "DE123456789" },
		"a category without a rule": func(c *tax.Case) { c.Category = tandem.TaxExport },
		"the buyer of a service":    func(c *tax.Case) { c.Service, c.Business, c.Buyer = true, true, "" },
	} {
		c := good
		change(&c)
		_, err := rules.Decide(c)
		assert.ErrorIs(t, err, tandem.ErrInvalid, name)
	}
	_, err := rules.Decide(tax.Case{On: good.On, Seller: "GB", ShipTo: "GB", Category: tandem.TaxExport})
	var none *tax.UndeterminedError
	require.ErrorAs(t, err, &none)
	assert.Equal(t, "no tax rule for category G from GB to GB (domestic)", err.Error())
}

func TestTableValidateKeepsTheLaw(t *testing.T) {
	for name, r := range map[string]tax.Rule{
		"intra-Community without a number": {ID: "k", Zone: tax.ZoneUnion, Goods: true, Treatment: tandem.TaxIntraCommunity, Code: "K"},
		"intra-Community at home":          {ID: "k", Zone: tax.ZoneDomestic, Buyer: tax.BuyerUnionVAT, Goods: true, Treatment: tandem.TaxIntraCommunity, Code: "K"},
		"intra-Community service":          {ID: "k", Zone: tax.ZoneUnion, Buyer: tax.BuyerUnionVAT, Treatment: tandem.TaxIntraCommunity, Code: "K"},
		"export that stays":                {ID: "g", Zone: tax.ZoneUnion, Goods: true, Treatment: tandem.TaxExport, Code: "G"},
		"reverse charge of anybody":        {ID: "ae", Treatment: tandem.TaxReverseCharge, Code: "AE"},
		"no id":                            {Treatment: tandem.TaxStandard, Code: "S"},
		"unknown buyer":                    {ID: "s", Buyer: "king", Treatment: tandem.TaxStandard, Code: "S"},
		"goods and services":               {ID: "s", Goods: true, Service: true, Treatment: tandem.TaxStandard, Code: "S"},
		"no code":                          {ID: "n", Treatment: tandem.TaxStandard},
		"a code that it refuses":           {ID: "n", Treatment: tandem.TaxStandard, Code: "S", Refuse: true},
		"taken id":                         {ID: "standard", Treatment: tandem.TaxStandard, Code: "S"},
	} {
		bad := table()
		bad.Rules = append(bad.Rules, r)
		assert.ErrorIs(t, bad.Validate(), tandem.ErrInvalid, name)
	}
	assert.ErrorIs(t, tax.Table{}.Validate(), tandem.ErrInvalid)
	small := tax.EuropeanTable("GB", tax.Codes{Standard: "GB-S"})
	assert.NoError(t, small.Validate())
}

// A seller with a domestic code alone does not put domestic VAT on what leaves the country: a case whose rule has no code
// is not decided, and the rule is named.
func TestACaseWhoseRuleHasNoCodeIsNotDecided(t *testing.T) {
	small := tax.EuropeanTable("DE", tax.Codes{Standard: "DE19"})
	sale := tax.Case{On: date("2011-06-01"), Seller: "DE", Buyer: "DE", ShipTo: "DE", Business: true, Category: tandem.TaxStandard}
	at := func(edit func(*tax.Case)) (tax.Decision, error) {
		c := sale
		edit(&c)
		return small.Decide(c)
	}
	home, err := at(func(*tax.Case) {})
	require.NoError(t, err)
	assert.Equal(t, tandem.TaxCode("DE19"), home.Code)
	private, err := at(func(c *tax.Case) { c.Buyer, c.ShipTo, c.Business = "FR", "FR", false })
	require.NoError(t, err)
	assert.Equal(t, tandem.TaxCode("DE19"), private.Code)
	for rule, edit := range map[string]func(*tax.Case){
		"export":                      func(c *tax.Case) { c.Buyer, c.ShipTo = "US", "US" },
		"intra_community":             func(c *tax.Case) { c.Buyer, c.ShipTo, c.VATNumber = "FR", "FR", "FR12345678901" },
		"service_to_outside_business": func(c *tax.Case) { c.Buyer, c.Service = "US", true },
		"reduced":                     func(c *tax.Case) { c.Category = tandem.TaxReduced },
	} {
		_, err := at(edit)
		var undetermined *tax.UndeterminedError
		require.ErrorAs(t, err, &undetermined, rule)
		assert.Equal(t, rule, undetermined.Rule)
		assert.ErrorContains(t, err, rule)
	}
}

// However a case is drawn, nothing is intra-Community without a number of another member.
func TestNeverIntraCommunityWithoutNumber(t *testing.T) {
	rules := table()
	rapid.Check(t, func(t *rapid.T) {
		country := rapid.SampledFrom([]tandem.Country{"GB", "DE", "GR", "HR", "US", "JE", "XI"})
		c := tax.Case{On: date("2009-01-01").AddDays(rapid.IntRange(0, 6000).Draw(t, "on")), Seller: "GB", Buyer: country.Draw(t, "buyer"),
			ShipTo: country.Draw(t, "ship to"), Business: rapid.Bool().Draw(t, "business"), Service: rapid.Bool().Draw(t, "service"),
			Category: rapid.SampledFrom([]tandem.TaxCategory{tandem.TaxStandard, tandem.TaxReduced, tandem.TaxZero, tandem.TaxExempt, tandem.TaxReverseCharge}).Draw(t, "category")}
		if c.Business {
			c.VATNumber = rapid.SampledFrom([]string{"", "DE123456789", "EL123456789", "GB123456789", "US12345678", "de123456789", "DE", "junk"}).Draw(t, "number")
		}
		d, err := rules.Decide(c)
		require.NoError(t, err)
		again, err := rules.Decide(c)
		require.NoError(t, err)
		require.Equal(t, d, again)
		if d.Treatment == tandem.TaxIntraCommunity {
			country, ok := tax.VATCountry(c.VATNumber)
			require.True(t, ok && country != "GB" && country != "US" && d.Zone == tax.ZoneUnion && !c.Service)
		}
		if d.Treatment == tandem.TaxExport {
			require.Equal(t, tax.ZoneOutside, d.Zone)
		}
	})
}

func TestCheckBuyer(t *testing.T) {
	k := []tandem.TaxLine{{Code: "GB-K", Category: tandem.TaxIntraCommunity}}
	assert.NoError(t, tax.CheckBuyer(k, "DE123456789"))
	assert.NoError(t, tax.CheckBuyer([]tandem.TaxLine{{Code: "GB-S", Category: tandem.TaxStandard}}, ""))
	var missing *tax.NumberError
	require.ErrorAs(t, tax.CheckBuyer(k, ""), &missing)
	assert.ErrorIs(t, missing, tandem.ErrInvalid)
	assert.Error(t, tax.CheckBuyer([]tandem.TaxLine{{Code: "GB-AE", Category: tandem.TaxReverseCharge}}, "12345678"))
	for number, ok := range map[string]bool{"DE123456789": true, "ATU12345678": true, "IE1234567+A": true, "NL123456789B01": true, "DE1": false, "": false,
		"DE1234567890123": false, "de123456789": false, "DE12 34": false} {
		_, got := tax.VATCountry(number)
		assert.Equal(t, ok, got, number)
	}
}

func TestEntries(t *testing.T) {
	invoice := tandem.RefTo("invoice", tandem.DeriveID[tandem.ID[int]]("invoice", "1"), "INV-1")
	at := tandem.InstantOfUnixMicro(1_300_000_000_000_000)
	r, err := tax.Compute([]tandem.TaxBase{base("GB-S", 1000), base("GB-Z", 500)}, codes(), date("2011-06-01"), tax.PerRate)
	require.NoError(t, err)
	reg := tax.Register{Company: company, Document: invoice, Direction: tax.Output, TaxPoint: r.TaxPoint, Recorded: at, Country: "GB", VATNumber: "GB1"}
	id := func(i int) tax.EntryID { return tandem.DeriveID[tax.EntryID]("entry", fmt.Sprint(i)) }
	entries, err := reg.Entries(r.Lines, id)
	require.NoError(t, err)
	require.Len(t, entries, 2)
	assert.Equal(t, gbp(200), entries[0].Tax)
	back := entries[0].Reversal(id(9), date("2011-07-01"), at)
	require.NoError(t, back.Validate())
	assert.Equal(t, gbp(-200), back.Tax)
	assert.Equal(t, entries[0].ID, back.Reverses)
	reg.Credit = true
	credits, err := reg.Entries(r.Lines, id)
	require.NoError(t, err)
	assert.Equal(t, gbp(-1000), credits[0].Base)
	assert.ErrorIs(t, tax.Entry{}.Validate(), tandem.ErrInvalid)
	reg.Direction = "sideways"
	_, err = reg.Entries(r.Lines, id)
	assert.ErrorIs(t, err, tandem.ErrInvalid)

	text, err := json.Marshal(entries[0])
	require.NoError(t, err)
	var read tax.Entry
	require.NoError(t, json.Unmarshal(text, &read))
	assert.Equal(t, entries[0], read)

	e := entries[0]
	for name, q := range map[string]tax.EntryQuery{"all": {}, "company": {Company: company}, "document": {Document: invoice}, "code": {Code: "GB-S"},
		"range": {From: date("2011-06-01"), Until: date("2011-06-02")}, "known": {RecordedUntil: at.Add(1000)}, "direction": {Direction: tax.Output}} {
		assert.True(t, q.Matches(e), name)
	}
	for name, q := range map[string]tax.EntryQuery{"document": {Document: tandem.DocumentRef{Kind: "x"}}, "code": {Code: "GB-Z"}, "from": {From: date("2011-06-02")},
		"until": {Until: date("2011-06-01")}, "known": {RecordedUntil: at}, "direction": {Direction: tax.Input}, "party": {Party: tandem.DeriveID[tandem.PartyID]("p", "1")}} {
		assert.False(t, q.Matches(e), name)
	}
}

func TestJSON(t *testing.T) {
	for _, c := range codes() {
		text, err := json.Marshal(c)
		require.NoError(t, err)
		var read tax.Code
		require.NoError(t, json.Unmarshal(text, &read))
		assert.Equal(t, c, read)
	}
	text, err := json.Marshal(codes()[0])
	require.NoError(t, err)
	assert.JSONEq(t, `{"id":"GB-S","company":"`+company.String()+`","revision":0,"country":"GB","category":"S","rates":[
		{"from":"2010-01-01","until":"2011-01-04","rate":"0.175"},{"from":"2011-01-04","rate":"0.2"}]}`, string(text))
	for _, bad := range []string{`"sideways"`, `""`} {
		assert.Error(t, json.Unmarshal([]byte(bad), new(tax.Rounding)))
		assert.Error(t, json.Unmarshal([]byte(bad), new(tax.PointPolicy)))
		assert.Error(t, json.Unmarshal([]byte(bad), new(tax.Direction)))
	}
	for _, z := range tax.Zones() {
		assert.True(t, z.Valid())
	}
	for _, d := range tax.Directions() {
		assert.NoError(t, json.Unmarshal([]byte(`"`+string(d)+`"`), new(tax.Direction)))
	}
	for _, p := range tax.PointPolicies() {
		assert.NoError(t, json.Unmarshal([]byte(`"`+string(p)+`"`), new(tax.PointPolicy)))
	}
	for _, r := range tax.Roundings() {
		assert.NoError(t, json.Unmarshal([]byte(`"`+string(r)+`"`), new(tax.Rounding)))
	}
}

type oneCode tax.Code

func (c oneCode) Get(_ context.Context, company tandem.CompanyID, id tandem.TaxCode) (tax.Code, error) {
	if company != c.Company || id != c.ID {
		return tax.Code{}, &tandem.NotFoundError{Kind: "tax_code", Key: string(id)}
	}
	return tax.Code(c), nil
}
func (oneCode) Save(context.Context, tax.Code) error { return tandem.ErrUnsupported }
func (c oneCode) Find(_ context.Context, q tax.CodeQuery) iter.Seq2[tax.Code, error] {
	return func(yield func(tax.Code, error) bool) {
		if q.Matches(tax.Code(c)) {
			yield(tax.Code(c), nil)
		}
	}
}

func TestCodeSource(t *testing.T) {
	source := tax.FromRepository(oneCode(codes()[0]))
	c, err := source.TaxCode(t.Context(), company, "GB-S")
	require.NoError(t, err)
	assert.Equal(t, tandem.TaxStandard, c.Category)
	_, err = source.TaxCode(t.Context(), company, "GB-Z")
	assert.ErrorIs(t, err, tandem.ErrNotFound)
	assert.True(t, tax.CodeQuery{Company: company, Country: "GB", Category: tandem.TaxStandard}.Matches(c))
	assert.False(t, tax.CodeQuery{Category: tandem.TaxZero}.Matches(c))
}

func TestComputeAllocates(t *testing.T) {
	bases, all := []tandem.TaxBase{base("GB-S", 100), base("GB-S", 200), base("GB-R", 300)}, codes()
	on := date("2011-06-01")
	assert.LessOrEqual(t, testing.AllocsPerRun(100, func() {
		if _, err := tax.Compute(bases, all, on, tax.PerRate); err != nil {
			t.Fatal(err)
		}
	}), 1.0)
}

func ExampleCompute() {
	// Three lines of a UK invoice of June 2011, one of them zero-rated.
	r, err := tax.Compute([]tandem.TaxBase{base("GB-S", 1530), base("GB-S", 2034), base("GB-Z", 990)}, codes(), date("2011-06-01"), tax.PerRate)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, l := range r.Lines {
		fmt.Println(l.Code, l.Base, l.Rate.PercentString(), l.Tax)
	}
	fmt.Println("to pay", r.Gross)

	// A line comes back: the credit takes the original's rate.
	credit, err := tax.CreditAt(r.Lines, nil, []tandem.TaxBase{base("GB-S", 1530)})
	fmt.Println("credit", credit[0].Base, credit[0].Tax, err)
	// Output:
	// GB-S 35.64 GBP 20% 7.13 GBP
	// GB-Z 9.90 GBP 0% 0.00 GBP
	// to pay 52.67 GBP
	// credit 15.30 GBP 3.06 GBP <nil>
}

// 0.04 × 20 % = 0.8 p, 0.19 × 5 % = 0.95 p and 0.18 × 5 % = 0.9 p are 2.65 p: the
// two pence go to the two larger remainders, one each.
func TestDownGivesEachRateOnePennyAtMost(t *testing.T) {
	all := append(codes(), flat("GB-R2", tandem.TaxReduced, tandem.Percent(5), ""))
	for _, sign := range []int64{1, -1} {
		r, err := tax.Compute([]tandem.TaxBase{base("GB-S", 4*sign), base("GB-R", 19*sign), base("GB-R2", 18*sign)}, all, date("2011-06-01"), tax.Down)
		require.NoError(t, err)
		assert.Equal(t, []tandem.Money{gbp(0), gbp(sign), gbp(sign)}, []tandem.Money{r.Lines[0].Tax, r.Lines[1].Tax, r.Lines[2].Tax})
	}
}
