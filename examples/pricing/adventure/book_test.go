package adventure_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/examples/pricing/adventure"
	"github.com/tandem-go/tandem/examples/pricing/data"
	"github.com/tandem-go/tandem/pricing"
)

func shop(t *testing.T) *adventure.Shop {
	t.Helper()
	s, err := adventure.Open(data.Files)
	require.NoError(t, err)
	return s
}

func day(t *testing.T, s string) tandem.Date {
	t.Helper()
	d, err := tandem.ParseDate(s)
	require.NoError(t, err)
	return d
}

// What a line comes to, by hand from the rows of the tables.
func TestLinesByHand(t *testing.T) {
	s := shop(t)
	const person, dealer, contract = adventure.Person, adventure.Dealer, adventure.Contract
	for _, c := range []struct {
		name    string
		buyer   adventure.Buyer
		day     string
		product string
		pieces  int64
		coupon  string
		steps   string // kind and change
		amount  string
		margin  string
	}{
		// 707,2023-05-30,2024-05-28,33.6442 is the price on its last day; cost 13.8782.
		{"helmet on the last day of a price", person, "2024-05-28", "707", 1, "", "list 33.64, channel 0.00", "33.64", "19.76"},
		// 707,2024-05-29,,34.9900; cost 13.0863.
		{"helmet on the first day of the next", person, "2024-05-29", "707", 1, "", "list 34.99, channel 0.00", "34.99", "21.90"},
		// 33.6442 × 60 % = 20.18652, to four digits 20.1865; order 43665, line 3 was booked at that.
		// Rebate 0.20, cost 12.0278.
		{"helmet for a reseller", dealer, "2022-05-30", "707", 1, "", "list 33.64, grade -13.45", "20.19", "7.96"},
		// 33.6442 × 98 % × 60 % = 19.7827896, to four digits 19.7828; × 12 = 237.3936.
		// List 403.7304, break 32.971316 × 12 = 395.655792. Rebate 2.37, cost 144.33.
		{"twelve helmets for a reseller", dealer, "2022-06-10", "707", 12, "", "list 403.73, break -8.07, grade -158.27", "237.39", "90.69"},
		// Offer 3 is for 15 to 24. There is no offer for 25 of product 707, whose 5 % go on.
		// 34.99 × 95 % × 60 % = 19.9443; × 25 = 498.6075. List 874.75, break 831.0125. Rebate 4.99, cost 327.16.
		{"beyond MaxQty", dealer, "2025-01-15", "707", 25, "", "list 874.75, break -43.74, grade -332.40", "498.61", "166.46"},
		// Volume discounts end after 2025-05-29.
		{"the last day of the volume discounts", dealer, "2025-05-29", "707", 12, "", "list 419.88, break -8.40, grade -164.59", "246.89", "87.38"},
		{"the day after", dealer, "2025-05-30", "707", 12, "", "list 419.88, grade -167.95", "251.93", "92.37"},
		// Offer 11 takes 15 % off from 2024-05-29 to 2024-06-28: 398.886 is 398.89, and 15 % of that 59.8335.
		{"twenty helmets in the season", dealer, "2024-06-28", "707", 20, "", "list 699.80, break -34.99, grade -265.92, promotion -59.83", "339.06", "73.94"},
		{"twenty helmets after it", dealer, "2024-06-29", "707", 20, "", "list 699.80, break -34.99, grade -265.92", "398.89", "133.17"},
		// The break is for resellers: a person pays 20 × 34.99.
		{"twenty helmets for a person", person, "2024-06-28", "707", 20, "", "list 699.80, break -34.99, channel 34.99", "699.80", "438.07"},
		// 8.99 × 95 % × 65 % = 5.551325, to four digits 5.5513; × 24 = 133.2312. Cost 6.9223 × 24 = 166.1352. Rebate 1.33.
		{"caps below cost", dealer, "2024-06-10", "712", 24, "", "list 215.76, break -10.79, grade -71.74", "133.23", "-34.24"},
		// Offer 10 takes half off for customers; the coupon's 10 % give way.
		{"tires in a sale, with a coupon", person, "2024-07-28", "928", 2, adventure.Coupon, "list 49.98, promotion -24.99", "24.99", "6.30"},
		{"tires after the sale, with a coupon", person, "2024-07-29", "928", 2, adventure.Coupon, "list 49.98, promotion -5.00", "44.98", "26.29"},
		// 18.50 × 20, and no promotion.
		{"helmets under the contract", contract, "2024-06-10", "707", 20, "", "list 699.80, break -34.99, contract -294.81", "370.00", "104.57"},
		// 3374.99 × 72 % = 2429.9928: order 43659, line 1. Cost 1898.0944, rebate 24.30.
		{"a bicycle for a reseller", dealer, "2022-05-30", "776", 1, "", "list 3374.99, grade -945.00", "2429.99", "507.60"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			ask := adventure.Ask{Buyer: c.buyer, Day: day(t, c.day), Lines: []adventure.Want{{Product: c.product, Pieces: c.pieces}}}
			if c.coupon != "" {
				ask.Coupons = []string{c.coupon}
			}
			q, err := s.Price(ask)
			require.NoError(t, err)
			w := q.Result.Lines[0].Waterfall
			require.NoError(t, w.Validate())
			steps := ""
			for _, s := range w.Steps {
				number := s.Delta.String()
				steps += ", " + string(s.Kind) + " " + number[:len(number)-len(" USD")]
			}
			assert.Equal(t, ", "+c.steps, steps)
			assert.Equal(t, c.amount+" USD", w.Amount.String())
			assert.Equal(t, c.margin+" USD", w.Margin.String())
		})
	}
}

func TestBelowCostAsksForAnApproval(t *testing.T) {
	q, err := shop(t).Price(adventure.Ask{Buyer: adventure.Dealer, Day: day(t, "2024-06-10"), Lines: []adventure.Want{{"707", 20}, {"712", 24}}})
	require.NoError(t, err)
	require.Len(t, q.Result.Approvals, 1)
	a := q.Result.Approvals[0]
	assert.Equal(t, 2, a.Line)
	assert.Equal(t, "166.14 USD", a.Limit.String())
	assert.Equal(t, "133.23 USD", a.Amount.String())
	assert.Equal(t, "head of sales", a.Role)
}

func TestBookGivesThePricesThatWereBooked(t *testing.T) {
	s := shop(t)
	assert.Len(t, s.Data.Sales, 72)
	assert.Equal(t, 72, s.Reproduced())
}

// Their EndDate is the last day, Until the day after; prices follow one another
// without a gap, and no row of theirs is lost.
func TestHistoryIsHalfOpen(t *testing.T) {
	s := shop(t)
	prices, costs := s.Data.History("707")
	require.Len(t, prices, 3)
	require.Len(t, costs, 3)
	assert.Equal(t, tandem.Validity{From: day(t, "2022-05-30"), Until: day(t, "2023-05-30")}, prices[0].Valid)
	assert.Equal(t, tandem.Validity{From: day(t, "2024-05-29")}, prices[2].Valid)
	for i, p := range s.Data.Prices[1:] {
		if before := s.Data.Prices[i]; before.Product == p.Product {
			assert.Equal(t, before.Valid.Until, p.Valid.From, p.Product)
		}
	}
	assert.Len(t, s.Data.Prices, 395)
	assert.Len(t, s.Data.Costs, 395)
}

// 395 prices; of the 185 steps of volume discounts each makes a row in every period in
// which both hold.
func TestRowsOfTheBook(t *testing.T) {
	s := shop(t)
	book := s.Prices.Book()
	rows := map[string]int{}
	for _, r := range book.Rows {
		rows[r.List]++
	}
	assert.Equal(t, map[string]int{"list": 656, "customer": 157, "reseller": 4, "contract": 1}, rows)
	assert.Len(t, book.Promotions, 11)
	steps := 0
	for _, p := range s.Data.Prices { // all begin before the volume discounts end
		steps += len(s.Data.Breaks(p.Product))
	}
	assert.Equal(t, 656, 395+steps)
}

func TestContradictions(t *testing.T) {
	kinds := map[string]int{}
	for _, c := range shop(t).Data.Contradictions() {
		kinds[c.Kind]++
		assert.NotEmpty(t, c.Says)
		assert.NotEmpty(t, c.Does)
	}
	assert.Equal(t, map[string]int{"price without history": 1, "offer without products": 1, "offer after the last price": 1,
		"offer of another year": 2, "offer of another model": 1, "volume discount that stops": 4, "volume discount with a gap": 1,
		"price change without a change": 1}, kinds)
}

func TestCheckOfTheBook(t *testing.T) {
	for _, f := range shop(t).Prices.Lint() {
		assert.Contains(t, []pricing.FindingCode{pricing.FindUnreachable, pricing.FindTotalInversion}, f.Code)
	}
}

// Each product that has a price, for each buyer, at and around every break, on the first
// and the last day of every price: the steps sum to the amount, no reseller pays more
// than a person, and nothing is lost between the lines and the total.
func TestEveryPriceSums(t *testing.T) {
	s := shop(t)
	lines := 0
	for i, p := range s.Data.Prices {
		if i%15 != 0 && p.Product != "707" && p.Product != "863" {
			continue // one in fifteen, for the time
		}
		days := []tandem.Date{p.Valid.From}
		if !p.Valid.Until.IsZero() {
			days = append(days, p.Valid.Until.AddDays(-1))
		}
		for _, on := range days {
			list := map[int64]int64{}
			for _, who := range adventure.Buyers() {
				var wants []adventure.Want
				for _, pieces := range []int64{1, 10, 11, 14, 15, 24, 25, 40, 41, 61} {
					wants = append(wants, adventure.Want{Product: p.Product, Pieces: pieces})
				}
				q, err := s.Price(adventure.Ask{Buyer: who, Day: on, Lines: wants})
				require.NoError(t, err)
				sum := tandem.MoneyFromMinor(0, tandem.USD)
				for j, l := range q.Result.Lines {
					require.NoError(t, l.Waterfall.Validate())
					total, err := l.Breakdown.Total()
					require.NoError(t, err)
					require.Equal(t, l.Amount, total)
					sum, err = sum.Add(l.Amount)
					require.NoError(t, err)
					if who == adventure.Person {
						list[wants[j].Pieces] = l.Waterfall.Extended.Minor()
					}
					require.LessOrEqual(t, l.Waterfall.Extended.Minor(), list[wants[j].Pieces])
					lines++
				}
				require.Equal(t, sum, q.Result.Total)
			}
		}
	}
	assert.Greater(t, lines, 1000)
}

func TestUnknown(t *testing.T) {
	for _, c := range []struct{ product, day, says string }{
		{"1", "2024-06-10", "there is no product 1"},
		{"680", "2024-06-10", "product 680 has no price history, and so no price"},
		{"725", "2024-05-29", "product 725 has no price on 2024-05-29"},
		{"707", "2022-05-29", "product 707 has no price on 2022-05-29"},
	} {
		_, err := shop(t).Price(adventure.Ask{Day: day(t, c.day), Lines: []adventure.Want{{c.product, 1}}})
		if c.product == "725" { // told of the line that has none
			_, err = shop(t).Price(adventure.Ask{Day: day(t, c.day), Lines: []adventure.Want{{"707", 1}, {c.product, 1}}})
		}
		var unknown *adventure.UnknownError
		require.ErrorAs(t, err, &unknown)
		assert.Equal(t, c.says, err.Error())
	}
}
