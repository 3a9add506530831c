package pricingtest_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/pricing"
	"github.com/tandem-go/tandem/pricing/pricingtest"
)

// requests says how many random requests a test prices: TANDEM_PRICING_REQUESTS, or
// as many as a test run has time for.
func requests(t *testing.T, usual int) int {
	text := os.Getenv("TANDEM_PRICING_REQUESTS")
	if text == "" {
		return usual
	}
	n, err := strconv.Atoi(text)
	require.NoError(t, err)
	return n
}

const perBook = 25

// rich makes a small book with something of everything, in which many rows compete.
func rich(seed uint64) *pricingtest.Random {
	size := pricingtest.Size{Rows: 20 + int(seed%4)*20, Products: 6, Categories: 5, Grades: 3, Segments: 3, Customers: 3, Days: 20, Rich: true}
	if seed%64 == 63 {
		size.Segments = 300 // more audiences than a few words hold
	}
	return pricingtest.NewRandom(seed, size)
}

// plain is what of a result is compared: no waterfalls, nor what fell on the way.
func plain(res *pricing.Result) string {
	one := *res
	one.Lines = append([]pricing.LineResult{}, res.Lines...)
	for i := range one.Lines {
		one.Lines[i].Waterfall = nil
		one.Lines[i].Parts = append([]pricing.Part(nil), one.Lines[i].Parts...)
		for j := range one.Lines[i].Parts {
			one.Lines[i].Parts[j].Waterfall = nil
		}
	}
	one.Losers = nil
	text, err := json.MarshalIndent(one, "", " ")
	if err != nil {
		return err.Error()
	}
	return string(text)
}

// faults lists what is wrong, with one code for all lines without a price.
func faults(err error) string {
	var invalid *tandem.InvalidError
	if !errors.As(err, &invalid) {
		return fmt.Sprint(err)
	}
	var all []string
	for _, f := range invalid.Faults {
		code := f.Code
		switch {
		case code == "cost_missing" || code == "rate_missing" || code == "price_formula":
			code = "formula" // of several lists any may be named
		case strings.HasPrefix(code, "price_"):
			code = "price_missing"
		}
		all = append(all, f.Path+": "+code)
	}
	slices.Sort(all)
	return strings.Join(all, "\n")
}

// both gives what the engine and what the reference make of a request.
func both(book *pricing.Book, req *pricing.Request) (engine, reference string) {
	s, err := pricing.Compile(*book)
	if err != nil {
		return "book: " + err.Error(), ""
	}
	return bothOf(s, book, req)
}

func bothOf(s *pricing.Snapshot, book *pricing.Book, req *pricing.Request) (engine, reference string) {
	var res pricing.Result
	if err := s.Price(req, &res); err != nil {
		engine = faults(err)
	} else {
		for i := range res.Approvals {
			res.Approvals[i].Token = "" // stands for all that is compared
		}
		engine = plain(&res)
	}
	want, err := pricingtest.Reference(book, req)
	if err != nil {
		return engine, faults(err)
	}
	return engine, plain(want)
}

// The compiled engine gives the result of the reference for every request. Books are
// numbered from TANDEM_PRICING_SEED on, so that more requests need not be the same again.
func TestEngineEqualsReference(t *testing.T) {
	n := requests(t, 6000)
	var next, priced atomic.Int64
	if text := os.Getenv("TANDEM_PRICING_SEED"); text != "" {
		first, err := strconv.ParseInt(text, 10, 64)
		require.NoError(t, err)
		next.Store(first)
	}
	last := next.Load() + int64(n/perBook)
	differ := make(chan func(), runtime.GOMAXPROCS(0))
	var wg sync.WaitGroup
	for range cap(differ) {
		wg.Go(func() {
			for seed := next.Add(1) - 1; seed < last && len(differ) == 0; seed = next.Add(1) - 1 {
				random := rich(uint64(seed))
				s, err := pricing.Compile(random.Book)
				if err != nil {
					differ <- func() { require.NoError(t, err, seed) }
					return
				}
				for i := range perBook {
					req := random.Order(random.Day(i%20), 1+i%5)
					engine, reference := bothOf(s, &random.Book, &req)
					if engine != reference {
						differ <- func() { report(t, seed, random.Book, req) }
						return
					}
					if strings.HasPrefix(engine, "{") {
						priced.Add(1)
					}
				}
			}
		})
	}
	wg.Wait()
	if len(differ) > 0 {
		(<-differ)()
	}
	require.Greater(t, priced.Load(), int64(n/4), "requests that have a price")
}

// report fails with a small case.
func report(t *testing.T, seed int64, book pricing.Book, req pricing.Request) {
	t.Helper()
	book, req = shrink(book, req)
	engine, reference := both(&book, &req)
	b, _ := json.MarshalIndent(book, "", " ")
	r, _ := json.MarshalIndent(req, "", " ")
	t.Logf("book %s\nrequest %s", b, r)
	require.Equal(t, reference, engine, "seed %d", seed)
}

// shrink leaves out of a case what it differs without.
func shrink(book pricing.Book, req pricing.Request) (pricing.Book, pricing.Request) {
	differs := func() bool {
		engine, reference := both(&book, &req)
		return engine != reference && !strings.Contains(engine, "remaining[") && !strings.HasPrefix(engine, "book: ")
	}
	for again := true; again; {
		again = less(&req.Lines, differs) || less(&book.Rows, differs) || less(&book.Lists, differs) || less(&book.Floors, differs) ||
			less(&book.Promotions, differs) || less(&book.Exchange, differs) || less(&book.Items, differs) || less(&req.OrderDiscounts, differs) ||
			less(&req.Remaining, differs) || less(&req.Segments, differs) || less(&req.Coupons, differs)
	}
	for i := range book.Rows {
		row := &book.Rows[i]
		empty(&row.Valid, differs)
		empty(&row.At, differs)
		empty(&row.From, differs)
		empty(&row.Brand, differs)
		empty(&row.Category, differs)
	}
	for i := range book.Lists {
		l := &book.Lists[i]
		empty(&l.Valid, differs)
		empty(&l.Breaks, differs)
		empty(&l.Priority, differs)
		empty(&l.Cap, differs)
		empty(&l.When, differs)
		empty(&l.Discount, differs)
	}
	for i := range req.Lines {
		l := &req.Lines[i]
		empty(&l.Agreed, differs)
		empty(&l.Cost, differs)
		empty(&l.Rebate, differs)
		empty(&l.Group, differs)
		empty(&l.Category, differs)
	}
	for i := range book.Items {
		empty(&book.Items[i].Category, differs)
		empty(&book.Items[i].Brand, differs)
		empty(&book.Items[i].Family, differs)
		empty(&book.Items[i].Parent, differs)
	}
	return book, req
}

// less leaves single elements out, as long as that makes no difference.
func less[T any](all *[]T, differs func() bool) (some bool) {
	for i := len(*all) - 1; i >= 0; i-- {
		before := *all
		*all = slices.Delete(slices.Clone(before), i, i+1)
		if differs() {
			some = true
		} else {
			*all = before
		}
	}
	return some
}

func empty[T any](field *T, differs func() bool) {
	before := *field
	var none T
	if *field = none; !differs() {
		*field = before
	}
}
