package pricing_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/pricing"
	"github.com/tandem-go/tandem/pricing/pricingtest"
)

// benchBook has products with a list price and a break each, three grades, and
// contracts of a row for every tenth customer.
func benchBook(tb testing.TB, products, customers int) *pricing.Snapshot {
	tb.Helper()
	b := pricingtest.New()
	for i := range products {
		key := fmt.Sprintf("p%d", i)
		b.Price(key, fmt.Sprintf("%d.95", 1+i%20)).Break(key, int64(8+i%30), fmt.Sprintf("%d.45", 1+i%20))
	}
	b.Grade("gold", "0.05").Grade("silver", "0.03").Grade("bronze", "0.01")
	b.Floor("deep", pricing.FloorBeforeGrade, "0.75").Floor("cost", pricing.FloorCost, "1")
	for i := range customers {
		b.Contract(fmt.Sprintf("c%d", i), fmt.Sprintf("p%d", i*7%products), "1.10")
	}
	return b.Snapshot(tb)
}

func benchOrders(products, customers int) []pricing.Request {
	orders := make([]pricing.Request, 1024)
	for i := range orders {
		orders[i] = pricingtest.Order(fmt.Sprintf("c%d", i%(2*customers)))
		orders[i].Grade = []tandem.GradeCode{"", "gold", "silver", "bronze"}[i%4]
		for j := range 3 {
			line := pricingtest.Line(fmt.Sprintf("p%d", (i*7919+j*104729)%products), int64(1+(i+j)%40))
			line.Line, line.Cost = j+1, tandem.MoneyFromMinor(60, tandem.GBP)
			orders[i].Lines = append(orders[i].Lines, line)
		}
	}
	return orders
}

// BenchmarkPrice prices orders of three lines (20,000 rows, 1,000 contracts,
// grades, floors) with the compiled snapshot, and with a scan of the book's rows
// that only finds the price; x-scan is how many times longer the scan takes.
func BenchmarkPrice(b *testing.B) {
	const products, customers = 10_000, 1_000
	s := benchBook(b, products, customers)
	orders := benchOrders(products, customers)
	for name, change := range map[string]func(*pricing.Request){
		"plain": func(*pricing.Request) {},
		"discounted": func(r *pricing.Request) {
			r.OrderDiscounts = []pricing.OrderDiscount{{ID: "d", Rate: tandem.Percent(5)}}
		},
		"waterfall": func(r *pricing.Request) { r.Explain = true },
	} {
		b.Run(name, func(b *testing.B) {
			var res pricing.Result
			changed := make([]pricing.Request, len(orders))
			for i := range orders {
				changed[i] = orders[i]
				change(&changed[i])
			}
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				if err := s.Price(&changed[i%len(changed)], &res); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/3, "ns/line")
			if name == "plain" {
				line := float64(b.Elapsed().Nanoseconds()) / float64(b.N) / 3
				b.ReportMetric(scanNanoseconds(b, s, orders)/line, "x-scan")
			}
		})
	}
}

// scanNanoseconds measures the same search as a scan over the rows.
func scanNanoseconds(b *testing.B, s *pricing.Snapshot, orders []pricing.Request) float64 {
	b.Helper()
	book := s.Book()
	lines, found := 0, 0
	start := time.Now()
	for i := range 50 {
		order := &orders[i%len(orders)]
		for j := range order.Lines {
			lines++
			if _, ok := scan(&book, order, &order.Lines[j]); ok {
				found++
			}
		}
	}
	elapsed := time.Since(start)
	if found != lines {
		b.Fatal("the scan found no price")
	}
	return float64(elapsed.Nanoseconds()) / float64(lines)
}

// scan finds the default price of a line as a plain loop does.
func scan(book *pricing.Book, req *pricing.Request, line *pricing.Line) (best tandem.Price, ok bool) {
	var from int64 = -1
	for i := range book.Rows {
		r := &book.Rows[i]
		if r.Product == line.Product && r.List == pricingtest.List && r.Price.Currency() == req.Currency &&
			r.Price.Unit() == line.Quantity.Unit() && r.From.Micro() <= line.Quantity.Micro() && r.From.Micro() > from && r.Valid.Contains(req.Date) {
			best, from, ok = r.Price, r.From.Micro(), true
		}
	}
	return best, ok
}

// BenchmarkLint judges a book of 21,000 rows.
func BenchmarkLint(b *testing.B) {
	s := benchBook(b, 10_000, 1_000)
	for b.Loop() {
		if len(s.Lint()) == 0 {
			b.Fatal("every break is an inversion of the total")
		}
	}
}
