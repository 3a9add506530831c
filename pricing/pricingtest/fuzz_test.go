package pricingtest_test

import (
	"encoding/json"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/pricing"
	"github.com/tandem-go/tandem/pricing/pricingtest"
)

// hostile are books that ask for more than they look like.
var hostile = []string{
	`{}`,
	`{"version":1,"policy":"lowest","contract":"grade_follows","rounding":"half_even","price_digits":6,
	  "lists":[{"id":"a","source":"default","base":"b"},{"id":"b","source":"default","base":"a"}]}`,
	`{"version":1,"policy":"first_hit","contract":"contract_final","rounding":"up","conversion":"convert_last","totals":"precise",
	  "lists":[{"id":"a","source":"default","formula":{"of":"cost","operator":"margin","rate":"0.999999999","fee":""}}],
	  "exchange":[{"from":"EUR","to":"GBP","rate":"9223372036854775807"},{"from":"GBP","to":"EUR","rate":"1/9223372036854775807"}],
	  "rows":[{"id":"r","list":"a","from":"","price":"9223372036854.775807 EUR/EA"}]}`,
	`{"version":1,"policy":"most_specific","contract":"contract_final","rounding":"down",
	  "lists":[{"id":"a","source":"default"},{"id":"b","source":"default","base":"a","discount":"1"}],
	  "rows":[{"id":"r","list":"a","from":"0.000001 EA","price":"0.000001 GBP/1000000 EA"},
	   {"id":"t","list":"a","from":"","price":"","tiers":{"model":"graduated","currency":"GBP","unit":"EA","tiers":[
	    {"up_to":"9223372036854.775807 EA","price":"9223372036854.775807 GBP/EA","flat":""},{"up_to":"","price":"1 GBP/EA","flat":""}]}}],
	  "floors":[{"id":"f","basis":"engine","rate":"9223372036","hard":true,"of":"order"}]}`,
}

// fuzzed asks for the products and categories of a book, in small and large quantities.
func fuzzed(book *pricing.Book) (all []pricing.Request) {
	random := rich(1)
	for _, micro := range []int64{1, 12_000_000, 1 << 62} {
		for _, currency := range []tandem.Currency{tandem.GBP, tandem.EUR} {
			req := random.Order(random.Day(9), 3)
			req.Currency, req.Grade, req.Explain, req.Inclusive = currency, "", true, false
			req.OrderDiscounts, req.Shipping = nil, tandem.Money{}
			if len(book.Grades) > 0 {
				req.Grade = book.Grades[0]
			}
			if len(book.Lists) > 0 {
				last := book.Lists[len(book.Lists)-1]
				req.Inclusive = last.Inclusive
				if len(last.Customers) > 0 {
					req.Customer = last.Customers[0]
				}
			}
			for i := range req.Lines {
				l := &req.Lines[i]
				l.Agreed, l.Rebate, l.Cost = nil, tandem.Money{}, tandem.MoneyFromMinor(micro, currency)
				l.Quantity = tandem.QuantityFromMicro(micro, tandem.Each)
				if i < len(book.Rows) && !book.Rows[i].Product.IsZero() {
					l.Product = book.Rows[i].Product
				}
			}
			all = append(all, req)
		}
	}
	return all
}

// A hostile book gives faults, never a panic, and neither do the prices of one that has none.
func FuzzBook(f *testing.F) {
	for _, text := range hostile {
		f.Add([]byte(text))
	}
	for seed := range uint64(12) {
		random := pricingtest.NewRandom(seed, pricingtest.Size{Rows: 12, Products: 3, Categories: 2, Grades: 2, Segments: 2, Customers: 2, Days: 20, Rich: true})
		text, err := json.Marshal(random.Book)
		require.NoError(f, err)
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		var book pricing.Book
		if len(text) > 1<<15 || json.Unmarshal(text, &book) != nil {
			return
		}
		s, err := pricing.Compile(book)
		if err != nil {
			require.True(t, errors.Is(err, tandem.ErrInvalid), "%v", err)
			return
		}
		var res pricing.Result
		for _, req := range fuzzed(&book) {
			if err := s.Price(&req, &res); err != nil {
				require.True(t, errors.Is(err, tandem.ErrInvalid), "%v", err)
				continue
			}
			for i := range res.Lines {
				sum, err := res.Lines[i].Breakdown.Total()
				require.NoError(t, err)
				require.Equal(t, res.Lines[i].Amount, sum)
				require.NoError(t, res.Lines[i].Waterfall.Validate())
			}
		}
		s.Lint()
		again, err := pricing.Compile(s.Book())
		require.NoError(t, err)
		require.Equal(t, s.Len(), again.Len())
	})
}
