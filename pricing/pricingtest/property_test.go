package pricingtest_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/pricing"
	"github.com/tandem-go/tandem/pricing/pricingtest"
)

// each checks random orders against random books.
func each(t *testing.T, check func(t *rapid.T, random *pricingtest.Random, s *pricing.Snapshot, req pricing.Request)) {
	t.Helper()
	rapid.Check(t, func(t *rapid.T) {
		random := rich(rapid.Uint64().Draw(t, "seed"))
		s, err := pricing.Compile(random.Book)
		require.NoError(t, err)
		for i := range 8 {
			check(t, random, s, random.Order(random.Day(i*2), 1+i%5))
		}
	})
}

// outcome gives what is compared of pricing a request anew.
func outcome(s *pricing.Snapshot, req pricing.Request) string {
	var res pricing.Result
	if err := s.Price(&req, &res); err != nil {
		return faults(err)
	}
	return plain(&res)
}

// priced keeps the lines that have a price by themselves.
func priced(s *pricing.Snapshot, req pricing.Request) pricing.Request {
	all := req.Lines
	req.Lines = nil
	for _, line := range all {
		one := req
		one.Lines, one.OrderDiscounts = []pricing.Line{line}, nil
		if s.Price(&one, &pricing.Result{}) == nil {
			req.Lines = append(req.Lines, line)
		}
	}
	return req
}

// The order of the lines changes no line; where shares are allocated, a tie goes to the
// line that stands first, and what is shared does not change.
func TestOrderOfLinesChangesNothing(t *testing.T) {
	each(t, func(t *rapid.T, random *pricingtest.Random, _ *pricing.Snapshot, req pricing.Request) {
		book := random.Book
		book.Floors = nil
		s, err := pricing.Compile(book)
		require.NoError(t, err)
		req = priced(s, req)
		shuffled := req
		shuffled.Lines = rapid.Permutation(req.Lines).Draw(t, "lines")
		var a, b pricing.Result
		if err := s.Price(&req, &a); err != nil {
			require.Error(t, s.Price(&shuffled, &b))
			return
		}
		require.NoError(t, s.Price(&shuffled, &b))
		require.Equal(t, a.Total, b.Total)
		require.Equal(t, a.Discounts, b.Discounts)
		require.Equal(t, a.Promotions, b.Promotions)
		require.Equal(t, a.Consumed, b.Consumed)
		req.OrderDiscounts, shuffled.OrderDiscounts = nil, nil
		require.NoError(t, s.Price(&req, &a))
		require.NoError(t, s.Price(&shuffled, &b))
		for _, line := range a.Lines {
			at := slices.IndexFunc(b.Lines, func(l pricing.LineResult) bool { return l.Line == line.Line })
			require.Equal(t, line, b.Lines[at])
		}
	})
}

// A request prices the same again, whatever was priced into the result before.
func TestPricingAgainChangesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var used pricing.Result
		for range 3 {
			random := rich(rapid.Uint64().Draw(t, "seed"))
			s, err := pricing.Compile(random.Book)
			require.NoError(t, err)
			for i := range 10 {
				req := random.Order(random.Day(i), 1+i%5)
				want := outcome(s, req)
				for range 2 {
					if err := s.Price(&req, &used); err != nil {
						require.Equal(t, want, faults(err))
					} else {
						require.Equal(t, want, plain(&used))
					}
				}
			}
		}
	})
}

// Breakdown, waterfall and parts sum exactly, and explaining changes no number.
func TestEveryCentIsExplained(t *testing.T) {
	each(t, func(t *rapid.T, _ *pricingtest.Random, s *pricing.Snapshot, req pricing.Request) {
		req = priced(s, req)
		want := outcome(s, req)
		req.Explain = true
		var res pricing.Result
		if err := s.Price(&req, &res); err != nil {
			require.Equal(t, want, faults(err))
			return
		}
		require.Equal(t, want, plain(&res))
		total := tandem.MoneyFromMinor(0, req.Currency)
		for i := range res.Lines {
			line := &res.Lines[i]
			checkLine(t, &req.Lines[i], line)
			total, _ = total.Add(line.Amount)
		}
		for _, rounding := range res.Rounding {
			total, _ = total.Add(rounding.Amount)
		}
		require.Equal(t, total, res.Total)
	})
}

func checkLine(t *rapid.T, asked *pricing.Line, line *pricing.LineResult) {
	sum, err := line.Breakdown.Total()
	require.NoError(t, err)
	require.Equal(t, line.Amount, sum)
	require.GreaterOrEqual(t, line.Amount.Sign(), 0)
	w := line.Waterfall
	require.NoError(t, w.Validate())
	require.Equal(t, line.Amount, w.Amount)
	b, err := w.Breakdown()
	require.NoError(t, err)
	require.Equal(t, line.Breakdown, b)
	for _, loser := range w.Losers {
		require.True(t, loser.Reason.Valid(), "%+v", loser)
	}
	if line.Parts == nil {
		return
	}
	quantity, extended := tandem.QuantityFromMicro(0, asked.Quantity.Unit()), tandem.MoneyFromMinor(0, line.Amount.Currency())
	for _, p := range line.Parts {
		require.Positive(t, p.Quantity.Sign())
		quantity, _ = quantity.Add(p.Quantity)
		extended, _ = extended.Add(p.Extended)
	}
	require.Equal(t, asked.Quantity, quantity)
	require.Equal(t, line.Extended, extended)
}

// Single lines, and many at once, are priced as orders are.
func TestSingleLinesArePricedAsOrders(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		random := rich(rapid.Uint64().Draw(t, "seed"))
		for i := range random.Book.Lists {
			random.Book.Lists[i].Cap = nil
		}
		s, err := pricing.Compile(random.Book)
		require.NoError(t, err)
		var lines []pricing.BatchLine
		var want []string
		missing := 0
		for i := range 40 {
			req := random.Order(random.Day(i%20), 1)
			l := &req.Lines[0]
			l.Agreed, l.Category, l.Conversions, l.Cost = nil, "", nil, tandem.Money{}
			req.OrderDiscounts = nil
			buyer, err := s.Buyer(&req)
			require.NoError(t, err)
			lines = append(lines, pricing.BatchLine{Buyer: buyer, Product: l.Product, Quantity: l.Quantity})
			var res pricing.Result
			if err := s.Price(&req, &res); err != nil {
				want, missing = append(want, ""), missing+1
				continue
			}
			want = append(want, fmt.Sprint(res.Lines[0].Price, res.Lines[0].Extended, res.Lines[0].Ref.Rule))
		}
		told := func(q pricing.Quote) string {
			if q.Price.IsNone() {
				return ""
			}
			return fmt.Sprint(q.Price, q.Amount, s.Rule(q).Rule)
		}
		var p pricing.Pricer
		for i, l := range lines {
			quote, err := p.Line(l.Buyer, l.Product, l.Quantity)
			if err != nil {
				quote = pricing.Quote{}
			}
			require.Equal(t, want[i], told(quote), i)
		}
		quotes := make([]pricing.Quote, len(lines))
		require.Equal(t, missing, pricing.PriceBatch(lines, quotes, rapid.IntRange(0, 3).Draw(t, "goroutines")))
		for i := range quotes {
			require.Equal(t, want[i], told(quotes[i]), i)
		}
	})
}

// Where all that a grade has is a rate off the one list, no better grade pays more.
func TestBetterGradesNeverPayMore(t *testing.T) {
	each(t, func(t *rapid.T, random *pricingtest.Random, _ *pricing.Snapshot, req pricing.Request) {
		book := random.Book
		book.Floors, book.Promotions, book.Lists, book.Rows = nil, nil, nil, nil
		kept := map[string]bool{}
		for _, l := range random.Book.Lists {
			if l.Source == pricing.SourceDefault && l.Base == "" && l.Formula == nil && len(kept) == 0 {
				book.Lists, kept[l.ID] = append(book.Lists, l), true
			}
		}
		for i, g := range book.Grades {
			book.Lists = append(book.Lists, pricing.List{ID: string(g), Source: pricing.SourceGrade, Grades: []tandem.GradeCode{g}, Base: book.Lists[0].ID,
				Inclusive: book.Lists[0].Inclusive, Discount: tandem.Percent(int64(30 - 10*i))})
		}
		for _, row := range random.Book.Rows {
			if kept[row.List] && (!row.Price.IsNone() || row.Tiers != nil) {
				book.Rows = append(book.Rows, row)
			}
		}
		s, err := pricing.Compile(book)
		require.NoError(t, err)
		req.OrderDiscounts, req.Grade, req.Remaining = nil, "", nil
		req = priced(s, req)
		var totals []int64
		for _, g := range append(slices.Clone(book.Grades), "") {
			req.Grade = g
			var res pricing.Result
			require.NoError(t, s.Price(&req, &res))
			totals = append(totals, res.Total.Minor())
		}
		require.IsNonDecreasing(t, totals)
	})
}

// sorted gives the text of a book with its rows in the order of their ids.
func sorted(book pricing.Book) string {
	book.Rows = slices.Clone(book.Rows)
	slices.SortFunc(book.Rows, func(a, b pricing.Row) int { return strings.Compare(a.ID, b.ID) })
	text, err := json.Marshal(book)
	if err != nil {
		return err.Error()
	}
	return string(text)
}

// The book of a snapshot, compiled again, prices the same, whatever the order of its rows.
func TestBookOfASnapshotPricesTheSame(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		random := rich(rapid.Uint64().Draw(t, "seed"))
		s, err := pricing.Compile(random.Book)
		require.NoError(t, err)
		book := s.Book()
		again, err := pricing.Compile(book)
		require.NoError(t, err)
		require.Equal(t, sorted(random.Book), sorted(book))
		require.Equal(t, sorted(book), sorted(again.Book()))
		book.Rows = rapid.Permutation(book.Rows).Draw(t, "rows")
		if book.Policy != pricing.FirstHit {
			book.Lists = rapid.Permutation(book.Lists).Draw(t, "lists")
		}
		shuffled, err := pricing.Compile(book)
		require.NoError(t, err)
		for i := range 20 {
			req := random.Order(random.Day(i), 1+i%5)
			want := outcome(s, req)
			require.Equal(t, want, outcome(again, req))
			require.Equal(t, want, outcome(shuffled, req))
		}
	})
}

// An order that does not say its instant prices as if no row held between instants, or
// is told that the instant is missing.
func TestOrdersWithoutAnInstant(t *testing.T) {
	each(t, func(t *rapid.T, random *pricingtest.Random, s *pricing.Snapshot, req pricing.Request) {
		req.At = tandem.Instant{}
		for i := range req.Lines {
			req.Lines[i].Agreed = nil // stands whatever is wrong
		}
		engine, reference := bothOf(s, &random.Book, &req)
		if engine == reference {
			return
		}
		faulty := strings.NewReplacer(": formula", ": at") // of several faults any may be named
		require.Contains(t, faulty.Replace(reference), ": at", engine)
		if strings.Contains(faulty.Replace(engine), ": at") {
			return
		}
		book := random.Book
		book.Rows = slices.DeleteFunc(slices.Clone(book.Rows), func(row pricing.Row) bool { return row.At != nil })
		_, reference = both(&book, &req)
		require.Equal(t, reference, engine)
	})
}
