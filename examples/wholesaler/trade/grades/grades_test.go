package grades_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/examples/wholesaler/data"
	"github.com/tandem-go/tandem/examples/wholesaler/trade/grades"
	"github.com/tandem-go/tandem/examples/wholesaler/trade/retail"
)

func day(t *testing.T, s string) tandem.Date {
	t.Helper()
	d, err := tandem.ParseDate(s)
	require.NoError(t, err)
	return d
}

// score gives the sum of the three scores of each customer, counting worse customers one by one.
func score(inputs []grades.Input) map[string]int {
	sums := map[string]int{}
	for _, a := range inputs {
		r, f, m := 0, 0, 0
		for _, b := range inputs {
			if b.Last.Before(a.Last) {
				r++
			}
			if b.Days < a.Days {
				f++
			}
			if b.Net.Minor() < a.Net.Minor() {
				m++
			}
		}
		n := len(inputs)
		sums[a.Customer] = 3 + 5*r/n + 5*f/n + 5*m/n
	}
	return sums
}

func target(sum int) int {
	switch {
	case sum >= 13:
		return 3
	case sum >= 10:
		return 2
	case sum >= 7:
		return 1
	}
	return 0
}

type held struct {
	grade, below int
	since        tandem.Date
}

// step moves one customer at one review, by the rule of up at once, down by one with hysteresis.
func (h *held) step(sum int, review tandem.Date, hysteresis bool) (moved bool) {
	to := target(sum)
	if to == h.grade {
		h.below = 0
		return false
	}
	if to > h.grade || !hysteresis {
		*h = held{grade: to, since: review}
		return true
	}
	if clear := sum < [...]int{0, 7, 10, 13}[h.grade]-1; !clear {
		h.below = 0
		return false
	}
	h.below++
	if h.below < 2 || review.DaysSince(h.since) < 60 {
		return false
	}
	*h = held{grade: h.grade - 1, since: review}
	return true
}

// The figures of rule 9.
func TestSampleGrades(t *testing.T) {
	f, err := retail.Read(data.Name, data.Demo(), nil)
	require.NoError(t, err)
	history, err := grades.NewHistory(f.Rows, retail.MatchCancellations(f.Rows))
	require.NoError(t, err)
	for _, c := range []struct {
		name       string
		hysteresis bool
		moves      int
	}{{"with hysteresis", true, 364}, {"without", false, 703}} {
		t.Run(c.name, func(t *testing.T) {
			state := map[string]*held{}
			moves := 0
			for n := range 7 {
				review, err := history.Review(day(t, "2011-06-01").AddMonths(n))
				require.NoError(t, err)
				sums := score(review.Inputs)
				for _, c := range review.Inactive {
					sums[c] = 3
				}
				var sizes [4]int
				for customer, sum := range sums {
					if h := state[customer]; h == nil {
						state[customer] = &held{grade: target(sum), since: review.Day}
					} else if h.step(sum, review.Day, c.hysteresis) {
						moves++
					}
					sizes[state[customer].grade]++
				}
				if n == 0 {
					assert.Equal(t, [4]int{105, 65, 55, 50}, sizes, "Standard, Bronze, Silver, Gold on 1 June")
				}
			}
			assert.Equal(t, c.moves, moves)
		})
	}
}

func TestReviewByHand(t *testing.T) {
	gbp := func(minor int64) tandem.Money { return tandem.MoneyFromMinor(minor, tandem.GBP) }
	price, err := tandem.ParsePrice("2.00 GBP/EA")
	require.NoError(t, err)
	row := func(class retail.Class, customer, date string, pieces int64) retail.Row {
		return retail.Row{Class: class, Customer: customer, Day: day(t, date), Code: "10002", Quantity: pieces, Price: price, Net: gbp(pieces * 200)}
	}
	rows := []retail.Row{
		row(retail.Sold, "old", "2010-11-29", 1),    // a day before the window
		row(retail.Sold, "a", "2010-11-30", 10),     // its first day
		row(retail.Sold, "a", "2011-05-31", 10),     // its last
		row(retail.Sold, "a", "2011-05-31", 1),      // the same day
		row(retail.Returned, "a", "2011-05-31", -4), // known: counts
		row(retail.Returned, "b", "2011-05-31", -4), // unknown: does not
		row(retail.Sold, "b", "2011-05-31", 3),
		row(retail.Sold, "a", "2011-06-01", 99), // the day of the review
		row(retail.Sold, "", "2011-05-31", 99),  // cash
		row(retail.Service, "b", "2011-05-31", 5),
	}
	history, err := grades.NewHistory(rows, retail.MatchCancellations(rows))
	require.NoError(t, err)
	review, err := history.Review(day(t, "2011-06-01"))
	require.NoError(t, err)
	assert.Equal(t, []grades.Input{
		{Customer: "a", Last: day(t, "2011-05-31"), Days: 2, Net: gbp(3400)},
		{Customer: "b", Last: day(t, "2011-05-31"), Days: 1, Net: gbp(600)},
	}, review.Inputs)
	assert.Equal(t, []string{"old"}, review.Inactive)
}
