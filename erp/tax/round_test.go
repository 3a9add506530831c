package tax_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/tax"
)

// Two codes of one category and rate are one breakdown (EN 16931 BR-S-08, BR-CO-17):
// 0.24 × 20 % = 0.048 is 0.05, of which the first has 0.03. By line it is 0.02 and 0.02,
// cut 0.04.
func TestTwoCodesOfOneRateAreOneBreakdown(t *testing.T) {
	all := []tax.Code{flat("S-GOODS", tandem.TaxStandard, tandem.Percent(20), ""), flat("S-SERVICES", tandem.TaxStandard, tandem.Percent(20), "")}
	for _, test := range []struct {
		rounding      tax.Rounding
		first, second int64
	}{{tax.PerRate, 3, 2}, {tax.PerLine, 2, 2}, {tax.Down, 2, 2}} {
		for _, sign := range []int64{1, -1} {
			r, err := tax.Compute([]tandem.TaxBase{base("S-GOODS", 12*sign), base("S-SERVICES", 12*sign)}, all, date("2011-06-01"), test.rounding)
			require.NoError(t, err)
			assert.Equal(t, []tandem.Money{gbp(test.first * sign), gbp(test.second * sign)}, []tandem.Money{r.Lines[0].Tax, r.Lines[1].Tax}, test.rounding)
		}
	}
	// With the tax in the price: 0.28 × 20 ÷ 120 = 0.0467 is 0.05; of 0.14 alone it is 0.02.
	r, err := tax.Compute([]tandem.TaxBase{{Code: "S-GOODS", Amount: gbp(14), Inclusive: true}, {Code: "S-SERVICES", Amount: gbp(14), Inclusive: true}}, all, date("2011-06-01"), tax.PerRate)
	require.NoError(t, err)
	assert.Equal(t, [3]tandem.Money{gbp(23), gbp(5), gbp(28)}, [3]tandem.Money{r.Net, r.Tax, r.Gross})
	// What is taken off another code counts against it: (0.13 − 0.01) × 20 % = 0.024.
	r, err = tax.Compute([]tandem.TaxBase{base("S-GOODS", 13), base("S-SERVICES", -1)}, all, date("2011-06-01"), tax.PerRate)
	require.NoError(t, err)
	assert.Equal(t, gbp(2), r.Tax)
}

// By hand: 10.03 at 20 % = 2.006, 10.03 at 17.5 % = 1.75525, 0.50 at 5 % = 0.025. Per rate
// 2.01 + 1.76 + 0.03, per line 1.00 + 1.00 + 1.76 + 0.03, cut 3.78625.
func TestRoundingsOfMixedRates(t *testing.T) {
	all := []tax.Code{flat("A", tandem.TaxStandard, tandem.Percent(20), ""), flat("B", tandem.TaxStandard, tandem.BasisPoints(1750), ""),
		flat("C", tandem.TaxStandard, tandem.Percent(5), "")}
	for rounding, want := range map[tax.Rounding]int64{tax.PerRate: 380, tax.PerLine: 379, tax.Down: 378} {
		for _, sign := range []int64{1, -1} {
			r, err := tax.Compute([]tandem.TaxBase{base("A", 501*sign), base("A", 502*sign), base("B", 1003*sign), base("C", 50*sign)}, all, date("2011-06-01"), rounding)
			require.NoError(t, err)
			assert.Equal(t, gbp(want*sign), r.Tax, rounding)
		}
	}
}

// 0.09 of two tax points at 20 %: 0.018 each and 0.036 together. A document drops less
// than one penny: 0.03 (VATREC12010); per rate it has 0.04, by line 0.02 and 0.02.
func TestPartsAreRoundedAsOneDocument(t *testing.T) {
	part := func(day string, minor ...int64) tax.Part {
		p := tax.Part{RateDate: date(day)}
		for _, m := range minor {
			p.Bases = append(p.Bases, base("GB-S", m))
		}
		return p
	}
	of := func(rounding tax.Rounding, parts ...tax.Part) (out []int64) {
		results, err := tax.ComputeParts(parts, codes(), rounding)
		require.NoError(t, err)
		for i, r := range results {
			require.Equal(t, parts[i].RateDate, r.TaxPoint)
			require.Len(t, r.Lines, 1)
			out = append(out, r.Tax.Minor())
		}
		return out
	}
	for rounding, want := range map[tax.Rounding][]int64{tax.Down: {2, 1}, tax.PerRate: {2, 2}, tax.PerLine: {2, 2}, "": {2, 2}} {
		assert.Equal(t, want, of(rounding, part("2011-06-01", 9), part("2011-06-03", 9)), rounding)
	}
	// 0.24 × 20 % = 0.048 per rate, and at 17.5 % and 20 %: 0.021 and 0.024.
	assert.Equal(t, []int64{3, 2}, of(tax.PerRate, part("2011-06-01", 12), part("2011-06-03", 12)))
	assert.Equal(t, []int64{2, 2}, of(tax.PerRate, part("2011-01-03", 12), part("2011-01-04", 12)))
	for name, bad := range map[string][]tax.Part{"none": nil, "empty": {part("2011-06-01", 9), part("2011-06-03")}, "no date": {part("2011-06-01", 9), {Bases: []tandem.TaxBase{base("GB-S", 9)}}}} {
		_, err := tax.ComputeParts(bad, codes(), tax.PerRate)
		assert.ErrorIs(t, err, tandem.ErrInvalid, name)
	}
}

func TestRetax(t *testing.T) {
	line := func(rate tandem.Rate, minor int64) tandem.TaxLine {
		return tandem.TaxLine{Code: "S", Category: tandem.TaxStandard, Rate: rate, Base: gbp(minor), Tax: gbp(99)}
	}
	for rounding, want := range map[tax.Rounding][]int64{tax.PerRate: {3, 2, 2, 0}, "": {3, 2, 2, 0}, tax.PerLine: {3, 2, 2, 0}, tax.Down: {2, 2, 2, 0}} {
		lines := []tandem.TaxLine{line(tandem.Percent(20), 13), line(tandem.Percent(20), 12), line(tandem.BasisPoints(1750), 10), line(tandem.Percent(20), 0)}
		require.NoError(t, tax.Retax(lines, rounding)) // 2.6, 2.4 and 1.75 p are 6.75 p: the sixth goes to the last
		for i := range lines {
			assert.Equal(t, gbp(want[i]), lines[i].Tax, "%s %d", rounding, i)
		}
	}
	assert.ErrorIs(t, tax.Retax(nil, "sideways"), tandem.ErrInvalid)
}

// However bases of one rate are spread over codes and tax points: the tax of the
// document is that of their sum, and no part is off by a penny.
func TestPartsSumToTheTaxOfTheirBases(t *testing.T) {
	all := []tax.Code{flat("A", tandem.TaxStandard, tandem.Percent(20), ""), flat("B", tandem.TaxStandard, tandem.Percent(20), "")}
	rapid.Check(t, func(t *rapid.T) {
		parts, sum := make([]tax.Part, rapid.IntRange(1, 4).Draw(t, "parts")), int64(0)
		for i := range parts {
			parts[i].RateDate = date("2011-06-01").AddDays(i)
			for range rapid.IntRange(1, 4).Draw(t, "bases") {
				minor := rapid.Int64Range(-1000, 1000).Draw(t, "base")
				parts[i].Bases = append(parts[i].Bases, base(rapid.SampledFrom([]tandem.TaxCode{"A", "B"}).Draw(t, "code"), minor))
				sum += minor
			}
		}
		for _, rounding := range []tax.Rounding{tax.PerRate, tax.Down} {
			results, err := tax.ComputeParts(parts, all, rounding)
			require.NoError(t, err)
			mode := tandem.HalfAwayFromZero
			if rounding == tax.Down {
				mode = tandem.RoundDown
			}
			want, err := gbp(sum).MulRate(tandem.Percent(20), mode)
			require.NoError(t, err)
			got := int64(0)
			for _, r := range results {
				for _, l := range r.Lines {
					got += l.Tax.Minor()
					off := 5*l.Tax.Minor() - l.Base.Minor() // in fifths of a penny
					require.True(t, off > -5 && off < 5, "%v of %v", l.Tax, l.Base)
				}
			}
			require.Equal(t, want.Minor(), got)
		}
	})
}
