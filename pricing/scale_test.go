package pricing_test

import (
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/pricing"
	"github.com/tandem-go/tandem/pricing/pricingtest"
)

// million is the book of the benchmarks: 1,000,000 rows, 800,000 of them for 50,000
// products with skew, 2,000 categories, 255 grades and segments, 100,000 customers.
func million() pricingtest.Size {
	return pricingtest.Size{Rows: 1_000_000, Products: 50_000, Categories: 2_000, Grades: 5, Segments: 250, Customers: 100_000}
}

// market is a large book with buyers and lines.
type market struct {
	random   *pricingtest.Random
	snapshot *pricing.Snapshot
	day      tandem.Date
	lines    []pricing.BatchLine
}

func newMarket(tb testing.TB, size pricingtest.Size, buyers, lines int) *market {
	tb.Helper()
	m := &market{random: pricingtest.NewRandom(1, size)}
	var err error
	if m.snapshot, err = pricing.Compile(m.random.Book); err != nil {
		tb.Fatal(err)
	}
	m.day = m.random.Day(200)
	m.snapshot.Prepare(m.day)
	all := make([]*pricing.Buyer, buyers)
	for i := range all {
		req := m.random.Order(m.day, 0)
		if all[i], err = m.snapshot.Buyer(&req); err != nil {
			tb.Fatal(err)
		}
	}
	m.lines = make([]pricing.BatchLine, lines)
	for i := range m.lines {
		m.lines[i].Buyer = all[(i*7919)%buyers]
		m.lines[i].Product, m.lines[i].Quantity = m.random.Line()
	}
	return m
}

var largest = sync.OnceValue(func() *market {
	return newMarket(&testing.B{}, million(), 100_000, 1<<20)
})

// missing measures what a load costs that no cache has: the baseline by which a
// line's cost is told from the machine's.
var missing = sync.OnceValue(func() float64 {
	next := make([]uint32, 1<<24) // 64 MB
	for i, n := range rand.New(rand.NewPCG(1, 2)).Perm(len(next)) {
		next[i] = uint32(n)
	}
	const steps = 1 << 21
	at, begin := uint32(0), time.Now()
	for range steps {
		at = next[at]
	}
	elapsed := time.Since(begin)
	return float64(elapsed.Nanoseconds()+int64(at>>31)) / steps
})

// BenchmarkPriceLine prices single lines against the book of a million rows: random
// lines of random customers, and the same few lines again and again.
func BenchmarkPriceLine(b *testing.B) {
	m := largest()
	for name, lines := range map[string][]pricing.BatchLine{"random": m.lines, "hot": m.lines[:16]} {
		b.Run(name, func(b *testing.B) {
			var p pricing.Pricer
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				l := &lines[i&(len(lines)-1)]
				_, _ = p.Line(l.Buyer, l.Product, l.Quantity)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/missing(), "x-miss")
		})
	}
}

// BenchmarkPriceBatch prices a million lines on all processors.
func BenchmarkPriceBatch(b *testing.B) {
	m := largest()
	lines := m.lines[:1_000_000]
	quotes := make([]pricing.Quote, len(lines))
	unpriced := 0
	for b.Loop() {
		unpriced = pricing.PriceBatch(lines, quotes, 0)
	}
	b.ReportMetric(float64(len(lines))*float64(b.N)/b.Elapsed().Seconds(), "lines/s")
	b.ReportMetric(float64(unpriced), "unpriced")
}

// BenchmarkCompile compiles the book of a million rows, with what a day needs.
func BenchmarkCompile(b *testing.B) {
	m := largest()
	b.ReportAllocs()
	var s *pricing.Snapshot
	for b.Loop() {
		var err error
		if s, err = pricing.Compile(m.random.Book); err != nil {
			b.Fatal(err)
		}
		s.Prepare(m.day)
	}
	size := s.Size(m.day)
	b.ReportMetric(float64(size.Rows), "rows")
	b.ReportMetric(float64(size.Live), "live-rows")
	b.ReportMetric(float64(size.Day)/float64(size.Live), "B/live-row")
	b.ReportMetric(float64(size.Day+size.Other)/float64(size.Rows), "B/row")
}

// BenchmarkPublishChange changes 100 rows of the book of a million.
func BenchmarkPublishChange(b *testing.B) {
	m := largest()
	book := m.random.Book.Rows
	b.ReportAllocs()
	s := m.snapshot
	for version := int64(2); b.Loop(); version++ {
		c := pricing.Change{Version: version}
		for i := range 100 {
			row := book[(int(version)*7919+i*104_729)%len(book)]
			row.Price, _ = tandem.PriceFromMicro(version*10_000, tandem.GBP, 1, tandem.Each)
			c.Put = append(c.Put, row)
		}
		var err error
		if s, err = s.Change(c); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkExplain explains the lines of orders against the book of a million rows.
func BenchmarkExplain(b *testing.B) {
	m := largest()
	orders := make([]pricing.Request, 256)
	for i := range orders {
		orders[i] = m.random.Order(m.day, 20)
		orders[i].Explain = true
	}
	var res pricing.Result
	b.ReportAllocs()
	lines := 0
	for i := 0; b.Loop(); i++ {
		if err := m.snapshot.Price(&orders[i%len(orders)], &res); err != nil {
			b.Fatal(err)
		}
		for j := range res.Lines {
			if w := res.Lines[j].Waterfall; w.Steps[len(w.Steps)-1].Amount != res.Lines[j].Amount {
				b.Fatal("the steps do not sum to the amount")
			}
		}
		lines += len(res.Lines)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(lines), "ns/line")
}

// BenchmarkGrowth prices random lines against books from 1,000 to 1,000,000 rows.
func BenchmarkGrowth(b *testing.B) {
	for _, rows := range []int{1_000, 10_000, 100_000, 1_000_000} {
		b.Run(fmt.Sprintf("rows=%d", rows), func(b *testing.B) {
			size := million()
			size.Rows, size.Products, size.Categories = rows, rows/20, rows/500
			size.Customers = rows / 10
			m := newMarket(b, size, min(100_000, rows/10), 1<<16)
			var p pricing.Pricer
			b.ResetTimer()
			for i := 0; b.Loop(); i++ {
				l := &m.lines[i&(len(m.lines)-1)]
				_, _ = p.Line(l.Buyer, l.Product, l.Quantity)
			}
		})
	}
}
