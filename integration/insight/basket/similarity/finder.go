package similarity

import (
	"math"
	"slices"

	"github.com/tandem-go/tandem/integration/insight/basket"
	"github.com/tandem-go/tandem/internal/float"
)

// finder tests pairs of items, one item after the other.
type finder struct {
	baskets   *basket.Baskets
	rules     Relating
	customers incidence
	of        lists     // baskets by stratum: a customer in a period
	strata    incidence // their items
	times     []int32   // of the strata's items: in how many of its baskets
	with      lists     // baskets by item, without those of customers left out
	nobody    []stratum // baskets without customer, by period
	strange   int       // baskets without customer that had too many items
	alone     [][]cell  // by item: the strata of nobody that have it, ordered
	logs      logs
	critical  float64 // chi-squared that is significant by itself

	touched        []int32
	both, shared   []int32 // by item
	telling        []int32 // by item, strata where the two could be together or apart
	expected, vary []float64
	tested         int
	found          []pair
}

// stratum counts baskets.
type stratum struct{ period, size int }

// cell counts the baskets of a stratum that have an item. Few items are in a period, so
// that only those are kept: all periods times all products may be more than memory holds.
type cell struct{ stratum, with int32 }

// pair is a pair of items that is significant by itself.
type pair struct {
	first, second, both, shared, telling int32
	expected, chi                        float64
}

// newFinder leaves out customers with more items than the longest, and baskets without
// customer that have more than a limit of their own.
func newFinder(b *basket.Baskets, r Relating, stranger int) *finder {
	f := &finder{baskets: b, rules: r}
	of := byCustomer(b)
	f.customers = overGroups(b, of, r.Longest)
	n := b.Products()
	f.both, f.shared, f.telling = make([]int32, n), make([]int32, n), make([]int32, n)
	f.expected, f.vary = make([]float64, n), make([]float64, n)
	f.alone = make([][]cell, n)
	f.stratify(of)
	var in lists
	for i := range b.Len() {
		c := b.Customer(i)
		if c < 0 && len(b.Items(i)) > stranger {
			f.strange++
			in.end()
			continue
		}
		if c < 0 || len(f.customers.have.at(c)) > 0 {
			in.values = append(in.values, b.Items(i)...)
		}
		in.end()
		if c < 0 {
			f.count(i)
		}
	}
	f.with = in.turn(n)
	f.logs = newLogs(f.size())
	// A hundredth below, as the quantile is an approximation: the p-value decides.
	z := float.NormalQuantile(1 - float64(r.Significance/2))
	f.critical = 0.99 * z * z
	return f
}

func (f *finder) period(basket int) int { return f.baskets.Date(basket).DayNumber() / f.rules.Period }

// stratify groups the baskets of each customer, which are ordered by date, by period
// and counts their items.
func (f *finder) stratify(of lists) {
	for c := range int32(of.len()) {
		if len(f.customers.have.at(c)) == 0 {
			continue
		}
		baskets := of.at(c)
		for k, i := range baskets {
			f.of.values = append(f.of.values, i)
			if k+1 == len(baskets) || f.period(int(baskets[k+1])) != f.period(int(i)) {
				f.of.end()
			}
		}
	}
	f.strata = overGroups(f.baskets, f.of, f.rules.Longest)
	f.times = make([]int32, len(f.strata.have.values))
	for s := range int32(f.of.len()) {
		have := f.strata.have.at(s)
		times := f.times[int(f.strata.have.ends[s])-len(have):]
		for _, i := range f.of.at(s) {
			k := 0
			for _, item := range f.baskets.Items(int(i)) {
				for have[k] != item { // both are sorted
					k++
				}
				times[k]++
			}
		}
	}
}

// count notes a basket without customer; they come ordered by date.
func (f *finder) count(i int) {
	last := len(f.nobody) - 1
	if last < 0 || f.nobody[last].period != f.period(i) {
		f.nobody = append(f.nobody, stratum{period: f.period(i)})
		last++
	}
	f.nobody[last].size++
	for _, item := range f.baskets.Items(i) {
		cells := f.alone[item]
		if k := len(cells); k == 0 || int(cells[k-1].stratum) != last {
			cells = append(cells, cell{stratum: int32(last)})
		}
		cells[len(cells)-1].with++
		f.alone[item] = cells
	}
}

// size is the number of customers that are looked at.
func (f *finder) size() int { return f.customers.have.len() - f.customers.left }

func (f *finder) buyers(item int32) int { return len(f.customers.who.at(item)) }

// pairs tests an item with those of higher number.
func (f *finder) pairs(i int32) {
	f.touched = f.touched[:0]
	for _, c := range f.customers.who.at(i) {
		have := f.customers.have.at(c)
		for k := len(have) - 1; have[k] > i; k-- {
			f.touch(have[k])
			f.shared[have[k]]++
		}
	}
	for _, s := range f.strata.who.at(i) {
		have := f.strata.have.at(s)
		times := f.times[int(f.strata.have.ends[s])-len(have):]
		at, _ := slices.BinarySearch(have, i)
		m, a := float64(len(f.of.at(s))), float64(times[at])
		for k := at + 1; k < len(have); k++ {
			expected, vary := hypergeometric(a, float64(times[k]), m)
			f.expected[have[k]] += expected
			f.vary[have[k]] += vary
			if vary > 0 {
				f.telling[have[k]]++
			}
		}
	}
	for _, basket := range f.with.at(i) {
		items := f.baskets.Items(int(basket))
		for k := len(items) - 1; items[k] > i; k-- {
			f.touch(items[k])
			f.both[items[k]]++
		}
	}
	for _, j := range f.touched {
		f.test(i, j)
		f.both[j], f.shared[j], f.telling[j], f.expected[j], f.vary[j] = 0, 0, 0, 0, 0
	}
}

func (f *finder) touch(j int32) {
	if f.both[j] == 0 && f.shared[j] == 0 {
		f.touched = append(f.touched, j)
	}
}

// hypergeometric gives the mean and variance of the baskets with both items, of m baskets
// of which a and b have one: those of the hypergeometric distribution.
func hypergeometric(a, b, m float64) (mean, variance float64) {
	mean = a * b / m
	if m < 2 {
		return mean, 0
	}
	return mean, mean * ((m - a) / m) * ((m - b) / (m - 1))
}

func (f *finder) test(i, j int32) {
	shared, both := f.shared[j], f.both[j]
	if int(shared) < f.rules.MinCustomers && int(both) < f.rules.MinBaskets {
		return
	}
	f.strangers(i, j)
	expected, vary := f.expected[j], f.vary[j]
	if !(vary > 0) {
		return // in all baskets or in one of each customer: nothing could differ
	}
	f.tested++
	chi := mantelHaenszel(float64(both), expected, vary)
	if chi < f.critical {
		return
	}
	if float64(both) > expected {
		if int(both) < f.rules.MinBaskets || float64(both) < f.rules.Ratio*expected {
			return
		}
	} else if float64(both)*f.rules.Ratio > expected || int(f.telling[j]) < f.rules.MinCustomers || !f.likeCustomers(i, j, shared) {
		return
	}
	f.found = append(f.found, pair{i, j, both, shared, f.telling[j], expected, chi})
}

// strangers adds the periods in which baskets without customer have both items; where
// they lack either, nothing is expected.
func (f *finder) strangers(i, j int32) {
	a, b := f.alone[i], f.alone[j]
	for len(a) > 0 && len(b) > 0 {
		switch {
		case a[0].stratum < b[0].stratum:
			a = a[1:]
		case a[0].stratum > b[0].stratum:
			b = b[1:]
		default:
			e, v := hypergeometric(float64(a[0].with), float64(b[0].with), float64(f.nobody[a[0].stratum].size))
			f.expected[j] += e
			f.vary[j] += v
			if v > 0 {
				f.telling[j]++
			}
			a, b = a[1:], b[1:]
		}
	}
}

// likeCustomers says that significantly many customers have bought both.
func (f *finder) likeCustomers(i, j, shared int32) bool {
	a, b, n := f.buyers(i), f.buyers(j), f.size()
	return int(shared) >= f.rules.MinCustomers && int64(shared)*int64(n) > int64(a)*int64(b) &&
		chiSquaredTail(f.logs.ratio(int(shared), a, b, n)) <= f.rules.Significance
}

// mantelHaenszel is the statistic with the continuity correction of Mantel and
// Haenszel (1959).
func mantelHaenszel(observed, expected, variance float64) float64 {
	d := max(math.Abs(observed-expected)-0.5, 0)
	return d * d / variance
}
