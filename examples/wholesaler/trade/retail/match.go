package retail

import "fmt"

// Step names how a cancelled row was matched to earlier sales.
type Step uint8

// The steps, in the order in which they are tried; Partly and None are what is left over.
const (
	SamePriceWhole   Step = iota + 1 // (a) one line: same price, remaining = quantity
	SamePricePart                    // (b) one line: same price, remaining > quantity
	SamePriceSeveral                 // (c) several lines at the same price
	AnyPrice                         // (d) any price
	Partly                           // any price, and some quantity is left over
	None
)

// String gives the step's name in figures.
func (s Step) String() string {
	switch s {
	case SamePriceWhole:
		return "same_price_whole"
	case SamePricePart:
		return "same_price_part"
	case SamePriceSeveral:
		return "same_price_several"
	case AnyPrice:
		return "any_price"
	case Partly:
		return "partly"
	case None:
		return "none"
	}
	return fmt.Sprintf("step %d", uint8(s))
}

// Steps lists the steps.
func Steps() []Step {
	return []Step{SamePriceWhole, SamePricePart, SamePriceSeveral, AnyPrice, Partly, None}
}

// Take is a quantity of an earlier sale that a cancellation gives back.
type Take struct {
	Row      int // the sale, an index of File.Rows
	Quantity int64
}

// Match is what a cancelled row gives back.
type Match struct {
	Row       int // the cancellation, an index of File.Rows
	Step      Step
	Takes     []Take
	Unmatched int64 // quantity without an earlier sale
}

type openSale struct {
	row       int
	remaining int64
}

type matcher struct {
	rows []Row
	open map[[2]string][]openSale // by account and product, in the order of the file
}

// MatchCancellations matches every cancelled row to earlier rows of the file, of the same account and product, the
// newest first. What one cancellation takes is gone for the next. The matches stand in the order of the file.
func MatchCancellations(rows []Row) []Match {
	m := matcher{rows: rows, open: map[[2]string][]openSale{}}
	var matches []Match
	for i := range rows {
		row := &rows[i]
		key := [2]string{row.Account(), row.Code}
		switch row.Class {
		case Sold:
			m.open[key] = append(m.open[key], openSale{i, row.Quantity})
		case Returned:
			matches = append(matches, m.match(i, m.open[key]))
		}
	}
	return matches
}

func (m *matcher) match(i int, open []openSale) Match {
	row := &m.rows[i]
	want := -row.Quantity
	same := func(s openSale) bool { return m.rows[s.row].Price == row.Price }
	whole := func(s openSale) bool { return same(s) && s.remaining == want }
	part := func(s openSale) bool { return same(s) && s.remaining >= want }
	anyPrice := func(openSale) bool { return true }
	result := Match{Row: i}
	switch {
	case take(&result, open, want, whole, true):
		result.Step = SamePriceWhole
	case take(&result, open, want, part, true):
		result.Step = SamePricePart
	case remaining(open, same) >= want:
		take(&result, open, want, same, false)
		result.Step = SamePriceSeveral
	case remaining(open, anyPrice) >= want:
		take(&result, open, want, anyPrice, false)
		result.Step = AnyPrice
	case remaining(open, anyPrice) > 0:
		take(&result, open, want, anyPrice, false)
		result.Step = Partly
	default:
		result.Step = None
	}
	result.Unmatched = want
	for _, t := range result.Takes {
		result.Unmatched -= t.Quantity
	}
	return result
}

// take takes up to want from the newest sales that fit: from one only, or from as many as it needs.
func take(result *Match, open []openSale, want int64, fits func(openSale) bool, one bool) bool {
	for n := len(open) - 1; n >= 0 && want > 0; n-- {
		if open[n].remaining == 0 || !fits(open[n]) {
			continue
		}
		q := min(want, open[n].remaining)
		open[n].remaining -= q
		want -= q
		result.Takes = append(result.Takes, Take{open[n].row, q})
		if one {
			return true
		}
	}
	return false
}

func remaining(open []openSale, fits func(openSale) bool) (sum int64) {
	for _, s := range open {
		if fits(s) {
			sum += s.remaining
		}
	}
	return sum
}
