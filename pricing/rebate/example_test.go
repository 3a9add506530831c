package rebate_test

import (
	"fmt"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/pricing/rebate"
)

// IFRS 15, Illustrative Example 24. A product sells at CU100; for more than 1,000 units
// in the calendar year the price is reduced to CU90 retroactively. In the first quarter
// 75 units are sold and no more than 1,000 are expected; then the customer buys another
// company, 500 more are sold, and more than 1,000 are expected.
func ExampleAgreement() {
	day := func(s string) tandem.Date { d, _ := tandem.ParseDate(s); return d }
	at := func(s string) tandem.Instant { i, _ := tandem.ParseInstant(s); return i }
	units := func(n int64) tandem.Quantity { q, _ := tandem.QuantityOf(n, tandem.Each); return q }
	ten, _ := tandem.ParsePrice("10 EUR/EA")
	terms := rebate.Terms{
		Period: tandem.Validity{From: day("2028-01-01"), Until: day("2029-01-01")}, Currency: tandem.EUR, Unit: tandem.Each,
		Measure: rebate.ByQuantity, Scale: rebate.BackToFirstUnit, Returns: rebate.NetVolume, Rounding: tandem.HalfAwayFromZero,
		Tiers: []rebate.Tier{{FromQuantity: units(1_001), Reward: rebate.Reward{PerUnit: ten}}},
	}
	agreement, err := rebate.NewAgreement(tandem.DeriveID[rebate.AgreementID]("agreements", "1"),
		tandem.DeriveID[tandem.CompanyID]("companies", "1"), tandem.DeriveID[tandem.PartyID]("customers", "1"), terms)
	if err != nil {
		fmt.Println(err)
		return
	}
	sell := func(key string, n int64, on string) {
		sale := rebate.Movement{Key: key, Kind: rebate.Sale, Counts: true, Effective: day(on), Recorded: at(on + "T18:00:00Z"),
			Volume: rebate.Volume{Quantity: units(n), Value: tandem.MoneyFromMinor(n*100_00, tandem.EUR)}}
		result, err := agreement.Record(sale)
		fmt.Println(key, result.Posted, result.Liability, err)
	}
	expect := func(n int64, on string) {
		result, err := agreement.Estimate(rebate.Likely(rebate.Volume{Quantity: units(n)}), day(on), at(on+"T18:00:00Z"))
		for _, f := range result.Posted {
			fmt.Println(f.Kind, f.Amount, err)
		}
	}
	expect(900, "2028-01-01")
	sell("first quarter", 75, "2028-03-31")
	expect(1_200, "2028-05-15")
	sell("second quarter", 500, "2028-06-30")

	revenue := map[string]tandem.Total{}
	state := agreement.State()
	quarter := func(d tandem.Date) string { return fmt.Sprint("quarter ", (int(d.Month())+2)/3) }
	add := func(d tandem.Date, m tandem.Money) {
		total := revenue[quarter(d)]
		total.Add(m)
		revenue[quarter(d)] = total
	}
	for _, m := range state.Movements {
		add(m.Effective, m.Value)
	}
	for _, f := range state.Facts {
		add(f.Effective, f.Revenue())
	}
	for _, q := range []string{"quarter 1", "quarter 2"} {
		total := revenue[q]
		amount, _ := total.Money(tandem.HalfAwayFromZero)
		fmt.Println(q, "revenue", amount)
	}
	// Output:
	// first quarter [] 0.00 EUR <nil>
	// caught_up 750.00 EUR <nil>
	// second quarter [{accrued 5000.00 EUR second quarter {0 10.00 EUR/EA} {575 EA 57500.00 EUR} 2028-06-30 2028-06-30T18:00:00Z}] 5750.00 EUR <nil>
	// quarter 1 revenue 7500.00 EUR
	// quarter 2 revenue 44250.00 EUR
}
