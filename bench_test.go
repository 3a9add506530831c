package tandem_test

import (
	"sort"
	"testing"
	"time"

	"github.com/shopspring/decimal"

	"github.com/tandem-go/tandem"
)

// against runs ours b.N times, and the same work done with shopspring/decimal
// equally often, in alternating blocks of one run, so that both meet the same
// machine. Time and allocations reported are ours alone; x-decimal says how many
// times faster ours is.
func against(b *testing.B, ours, baseline func(n int)) {
	b.Helper()
	b.ReportAllocs()
	const blocks = 32
	var own, other time.Duration
	b.ResetTimer()
	for done := 0; done < b.N; {
		n := min(max(b.N/blocks, 1), b.N-done)
		start := time.Now()
		ours(n)
		own += time.Since(start)
		b.StopTimer()
		start = time.Now()
		baseline(n)
		other += time.Since(start)
		b.StartTimer()
		done += n
	}
	b.StopTimer()
	b.ReportMetric(float64(other)/float64(max(own, 1)), "x-decimal")
}

// The results of the measured work go here, so that none of it is left out.
var (
	sinkMoney   tandem.Money
	sinkDecimal decimal.Decimal
)

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func BenchmarkMoneyAdd(b *testing.B) {
	// The sum of many amounts starts afresh before it can overflow.
	amount := tandem.MoneyFromMinor(1999, tandem.GBP)
	plain := decimal.New(1999, -2)
	against(b, func(n int) {
		sum := tandem.MoneyFromMinor(0, tandem.GBP)
		for range n {
			next, err := sum.Add(amount)
			if err != nil {
				b.Fatal(err)
			}
			sum = next
		}
		sinkMoney = sum
	}, func(n int) {
		sum := decimal.Decimal{}
		for range n {
			sum = sum.Add(plain)
		}
		sinkDecimal = sum
	})
}

func BenchmarkMoneyPriceTimesQuantity(b *testing.B) {
	price := must(tandem.ParsePrice("2.555 GBP/EA"))
	quantity := must(tandem.ParseQuantity("12.5 EA"))
	p, q := price.Decimal(), quantity.Decimal()
	against(b, func(n int) {
		for range n {
			m, err := price.Times(quantity, tandem.HalfAwayFromZero)
			if err != nil {
				b.Fatal(err)
			}
			sinkMoney = m
		}
	}, func(n int) {
		for range n {
			sinkDecimal = p.Mul(q).Round(2)
		}
	})
}

func BenchmarkMoneyMulRate(b *testing.B) {
	amount, rate := must(tandem.ParseMoney("1234.56 GBP")), tandem.BasisPoints(1750)
	m, r := amount.Decimal(), rate.Decimal()
	against(b, func(n int) {
		for range n {
			tax, err := amount.MulRate(rate, tandem.HalfEven)
			if err != nil {
				b.Fatal(err)
			}
			sinkMoney = tax
		}
	}, func(n int) {
		for range n {
			sinkDecimal = m.Mul(r).RoundBank(2)
		}
	})
}

// BenchmarkMoneyTotal sums ten products and rounds once.
func BenchmarkMoneyTotal(b *testing.B) {
	price := must(tandem.ParsePrice("1.234567 GBP/EA"))
	quantity := must(tandem.ParseQuantity("7.5 EA"))
	p, q := price.Decimal(), quantity.Decimal()
	against(b, func(n int) {
		for range n {
			total := tandem.NewTotal(tandem.GBP)
			for range 10 {
				total.AddProduct(price, quantity)
			}
			m, err := total.Money(tandem.HalfAwayFromZero)
			if err != nil {
				b.Fatal(err)
			}
			sinkMoney = m
		}
	}, func(n int) {
		for range n {
			sum := decimal.Decimal{}
			for range 10 {
				sum = sum.Add(p.Mul(q))
			}
			sinkDecimal = sum.Round(2)
		}
	})
}

func BenchmarkAllocate(b *testing.B) {
	for _, size := range []struct {
		name  string
		parts int
	}{{"10_parts", 10}, {"100_parts", 100}, {"1000_parts", 1000}} {
		b.Run(size.name, func(b *testing.B) {
			weights, plain := benchWeights(size.parts)
			whole := must(tandem.ParseMoney("99999.99 GBP"))
			dst := make([]tandem.Money, 0, size.parts)
			parts := make([]decimal.Decimal, size.parts)
			against(b, func(n int) {
				for range n {
					got, err := tandem.Allocate(dst[:0], whole, weights)
					if err != nil {
						b.Fatal(err)
					}
					sinkMoney = got[0]
				}
			}, func(n int) {
				for range n {
					allocateDecimal(parts, whole.Decimal(), plain)
					sinkDecimal = parts[0]
				}
			})
		})
	}
}

// benchWeights are amounts of lines, uneven as they are in life.
func benchWeights(n int) ([]int64, []decimal.Decimal) {
	weights, plain := make([]int64, n), make([]decimal.Decimal, n)
	for i := range weights {
		weights[i] = int64(100 + (i*7919)%9973)
		plain[i] = decimal.NewFromInt(weights[i])
	}
	return weights, plain
}

// allocateDecimal is the same split, by the largest remainder with ties to the
// lower index, as one writes it with decimals.
func allocateDecimal(parts []decimal.Decimal, whole decimal.Decimal, weights []decimal.Decimal) {
	sum := decimal.Decimal{}
	for _, w := range weights {
		sum = sum.Add(w)
	}
	left := whole
	remainders, order := make([]decimal.Decimal, len(weights)), make([]int, len(weights))
	for i, w := range weights {
		parts[i], remainders[i] = whole.Mul(w).QuoRem(sum, 2)
		left = left.Sub(parts[i])
		order[i] = i
	}
	sort.SliceStable(order, func(a, b int) bool { return remainders[order[a]].GreaterThan(remainders[order[b]]) })
	cent := decimal.New(1, -2)
	for _, i := range order {
		if !left.IsPositive() {
			break
		}
		parts[i] = parts[i].Add(cent)
		left = left.Sub(cent)
	}
}

// BenchmarkDocument prices ten lines, spreads a discount of 5 % over them, sums
// the net of each of two tax rates and computes the taxes and the gross.
func BenchmarkDocument(b *testing.B) {
	doc := newBenchDocument()
	against(b, func(n int) {
		for range n {
			gross, err := doc.gross()
			if err != nil {
				b.Fatal(err)
			}
			sinkMoney = gross
		}
	}, func(n int) {
		for range n {
			sinkDecimal = doc.grossDecimal()
		}
	})
}

type benchDocument struct {
	prices     [10]tandem.Price
	quantities [10]tandem.Quantity
	p, q       [10]decimal.Decimal
	discount   tandem.Rate
	rates      [2]tandem.Rate
	d          decimal.Decimal
	r          [2]decimal.Decimal
	parts      []decimal.Decimal
	weights    []decimal.Decimal
}

func newBenchDocument() *benchDocument {
	doc := &benchDocument{discount: tandem.Percent(5), rates: [2]tandem.Rate{tandem.Percent(20), tandem.Percent(5)}}
	for i := range doc.prices {
		doc.prices[i] = must(tandem.PriceFromMicro(int64(1_234_567+i*987_654), tandem.GBP, 1, tandem.Each))
		doc.quantities[i] = must(tandem.QuantityOf(int64(1+i*3), tandem.Each))
		doc.p[i], doc.q[i] = doc.prices[i].Decimal(), doc.quantities[i].Decimal()
	}
	doc.d = doc.discount.Decimal()
	doc.r = [2]decimal.Decimal{doc.rates[0].Decimal(), doc.rates[1].Decimal()}
	doc.parts, doc.weights = make([]decimal.Decimal, 10), make([]decimal.Decimal, 10)
	return doc
}

func (doc *benchDocument) gross() (tandem.Money, error) {
	var net [10]tandem.Money
	var weights [10]int64
	var buffer [10]tandem.Money
	sum := tandem.MoneyFromMinor(0, tandem.GBP)
	for i := range net {
		line, err := doc.prices[i].Times(doc.quantities[i], tandem.HalfAwayFromZero)
		if err != nil {
			return line, err
		}
		net[i], weights[i] = line, line.Minor()
		if sum, err = sum.Add(line); err != nil {
			return sum, err
		}
	}
	discount, err := sum.MulRate(doc.discount, tandem.HalfAwayFromZero)
	if err != nil {
		return discount, err
	}
	parts, err := tandem.Allocate(buffer[:0], discount, weights[:])
	if err != nil {
		return discount, err
	}
	var bases [2]tandem.Total
	for i := range net {
		base := &bases[i%2]
		base.Add(net[i])
		base.Sub(parts[i])
	}
	gross := tandem.NewTotal(tandem.GBP)
	for i := range bases {
		base, err := bases[i].Money(tandem.HalfAwayFromZero)
		if err != nil {
			return base, err
		}
		tax, err := base.MulRate(doc.rates[i], tandem.HalfAwayFromZero)
		if err != nil {
			return tax, err
		}
		gross.Add(base)
		gross.Add(tax)
	}
	return gross.Money(tandem.HalfAwayFromZero)
}

func (doc *benchDocument) grossDecimal() decimal.Decimal {
	sum := decimal.Decimal{}
	for i := range doc.p {
		doc.weights[i] = doc.p[i].Mul(doc.q[i]).Round(2)
		sum = sum.Add(doc.weights[i])
	}
	allocateDecimal(doc.parts, sum.Mul(doc.d).Round(2), doc.weights)
	var bases [2]decimal.Decimal
	for i := range doc.weights {
		bases[i%2] = bases[i%2].Add(doc.weights[i]).Sub(doc.parts[i])
	}
	gross := decimal.Decimal{}
	for i, base := range bases {
		gross = gross.Add(base).Add(base.Mul(doc.r[i]).Round(2))
	}
	return gross
}

// Both ways of the benchmark give the same result.
func TestBenchmarkedWorkAgrees(t *testing.T) {
	doc := newBenchDocument()
	if ours, other := must(doc.gross()).Decimal(), doc.grossDecimal(); !ours.Equal(other) {
		t.Fatalf("document: %s, with decimals %s", ours, other)
	}
	for _, n := range []int{10, 100, 1000} {
		weights, plain := benchWeights(n)
		whole := must(tandem.ParseMoney("99999.99 GBP"))
		parts := make([]decimal.Decimal, n)
		allocateDecimal(parts, whole.Decimal(), plain)
		for i, got := range must(tandem.Allocate(nil, whole, weights)) {
			if !got.Decimal().Equal(parts[i]) {
				t.Fatalf("part %d of %d: %s, with decimals %s", i, n, got, parts[i])
			}
		}
	}
}
