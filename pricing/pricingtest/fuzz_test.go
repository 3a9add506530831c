package pricingtest_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

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
	f.Fuzz(func(t *testing.T, text []byte) { withstand(t, text) })
}

// withstand checks that a book gives faults or prices.
func withstand(t require.TestingT, text []byte) {
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
}

// spoil changes one value of a book's JSON: leaves it out, doubles it, or takes another's.
func spoil(t *rapid.T, node any, others []any) any {
	switch v := node.(type) {
	case map[string]any:
		keys := slices.Sorted(maps.Keys(v))
		if len(keys) == 0 {
			return v
		}
		key := rapid.SampledFrom(keys).Draw(t, "key")
		if rapid.IntRange(0, 9).Draw(t, "less") == 0 {
			delete(v, key)
		} else {
			v[key] = spoil(t, v[key], others)
		}
		return v
	case []any:
		if len(v) == 0 {
			return v
		}
		at := rapid.IntRange(0, len(v)-1).Draw(t, "at")
		switch rapid.IntRange(0, 9).Draw(t, "how") {
		case 0:
			return slices.Delete(v, at, at+1)
		case 1:
			return append(v, v[at])
		}
		v[at] = spoil(t, v[at], others)
		return v
	}
	return rapid.SampledFrom(others).Draw(t, "other")
}

// leaves collects the values of a book's JSON.
func leaves(node any, all []any) []any {
	switch v := node.(type) {
	case map[string]any:
		for _, key := range slices.Sorted(maps.Keys(v)) {
			all = leaves(v[key], all)
		}
	case []any:
		for _, one := range v {
			all = leaves(one, all)
		}
	default:
		all = append(all, v)
	}
	return all
}

// A book of which some values are wrong, or as large as they can be, gives faults or prices.
func TestSpoiledBooks(t *testing.T) {
	extremes := []any{"", "0", "1", "-1", "0.000000001", "9223372036.854775807", "9223372036854.775807 GBP/EA", "0.000001 GBP/1000000 EA",
		"9223372036854.775807 EA", "92233720368547758.07 GBP", "9223372036854775807", "1/9223372036854775807", "0 GBP/EA", "JPY", "XBX",
		nil, true, false, json.Number("0"), json.Number("2047"), json.Number("-1"), json.Number("6"), json.Number("9223372036854775807"),
		"lowest", "convert_last", "precise", "grade_follows", "graduated", "of_cost", "product", "family"}
	rapid.Check(t, func(t *rapid.T) {
		text, err := json.Marshal(rich(uint64(rapid.IntRange(0, 50).Draw(t, "seed"))).Book)
		require.NoError(t, err)
		decoder := json.NewDecoder(bytes.NewReader(text))
		decoder.UseNumber()
		var tree any
		require.NoError(t, decoder.Decode(&tree))
		others := append(leaves(tree, nil), extremes...)
		for range rapid.IntRange(1, 5).Draw(t, "changes") {
			tree = spoil(t, tree, others)
		}
		text, err = json.Marshal(tree)
		require.NoError(t, err)
		withstand(t, text)
	})
}
