package sensing_test

import (
	"cmp"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/integration/insight"
	"github.com/tandem-go/tandem/integration/insight/signal"
	"github.com/tandem-go/tandem/integration/insight/signal/sensing"
)

// needed is an opportunity that says for which day.
func needed(n int, q, percent int64, need tandem.Date) sensing.Opportunity {
	o := open(n, q, percent, need)
	o.Need = need
	return o
}

// openOf gives what is left of each opportunity, by its number.
func openOf(t *testing.T, s sensing.Sensed, numbers ...int) []tandem.Quantity {
	var out []tandem.Quantity
	for _, n := range numbers {
		for _, d := range s.Demands {
			for _, p := range d.Pegs {
				if p.Opportunity.Same(ref("opportunity", n)) {
					out = append(out, p.Open)
				}
			}
		}
	}
	require.Len(t, out, len(numbers))
	return out
}

// Today is 10 March, buckets are months, the lead time is 14 days; an order of 100 without
// a reference is needed on 2 April. Which of two deals is it of?
func TestAGuessTakesWhatCountsAndIsNear(t *testing.T) {
	first := func(d int) tandem.Date { return day(2026, time.April, d) }
	march11 := open(1, 100, 50, day(2026, time.February, 25)) // + 14 days: 11 March
	for _, c := range []struct {
		name          string
		a, b          sensing.Opportunity
		ordered       int64
		openA, openB  int64
		expectedApril float64
	}{
		// A is overdue, left out of all buckets and 22 days away: B, a day after, is gone.
		{"not the overdue one", march11, open(2, 100, 80, day(2026, time.March, 20)), 100, 100, 0, 0},
		{"not the overdue one, for less", march11, needed(2, 100, 80, first(3)), 90, 100, 10, 8},
		{"the overdue one last", march11, needed(2, 100, 80, first(3)), 150, 50, 0, 0},
		// Nobody believes in A. It is as near as B would be on the other side, and earlier.
		{"not the hopeless one", needed(1, 100, 0, day(2026, time.March, 29)), needed(2, 100, 80, first(3)), 100, 100, 0, 0},
		{"not the hopeless one, were it alone", needed(1, 100, 0, first(2)), needed(2, 100, 80, day(2026, time.June, 3)), 100, 100, 100, 0},
		// A day to either side: B is just what was ordered. 30 · 0.2 = 6 are left.
		{"the one that fits", needed(1, 30, 20, first(1)), needed(2, 100, 90, first(3)), 100, 30, 0, 6},
		{"the one that fits a week off", needed(1, 30, 20, first(2)), needed(2, 100, 90, first(9)), 100, 30, 0, 6},
		{"not eight days off", needed(1, 30, 20, first(2)), needed(2, 100, 90, first(10)), 100, 0, 30, 27},
		// None fits: a day to either side, the earlier; else the nearer; of one day the likelier.
		{"the earlier", needed(1, 30, 20, first(1)), needed(2, 90, 90, first(3)), 100, 0, 20, 18},
		{"the nearer, though later", needed(1, 90, 90, day(2026, time.March, 31)), needed(2, 30, 20, first(3)), 100, 20, 0, 0},
		{"the likelier", needed(1, 90, 20, first(1)), needed(2, 90, 90, first(1)), 100, 80, 0, 16},
	} {
		t.Run(c.name, func(t *testing.T) {
			s, err := sensing.Sense([]sensing.Opportunity{c.a, c.b}, []sensing.Order{order(1, 0, c.ordered, first(2))}, march(2))
			require.NoError(t, err)
			require.Equal(t, []tandem.Quantity{pieces(c.openA), pieces(c.openB)}, openOf(t, s, 1, 2))
			require.InDelta(t, c.expectedApril, s.Demands[0].Points()[1], 1e-9)
			overdue := slices.ContainsFunc(s.Signals(), func(v signal.Signal) bool {
				return v.Kind == signal.PipelineOverdue && v.Subject.Document.Same(ref("opportunity", 1))
			})
			require.Equal(t, c.a.Close.Before(s.At), overdue)
		})
	}
}

// What fits exactly goes first, whichever order is looked at first: the 25 of 1 April
// leave the 100 of 3 April to the 100 of the 2nd, and take of the 60 of 20 April. By the
// nearest alone the first would take 25 of the 100, and the second 75 and 25 of the 60.
func TestNoGuessBreaksOneThatFits(t *testing.T) {
	lines := []sensing.Opportunity{needed(1, 100, 50, day(2026, time.April, 3)), needed(2, 60, 50, day(2026, time.April, 20))}
	orders := []sensing.Order{order(1, 0, 25, day(2026, time.April, 1)), order(2, 0, 100, day(2026, time.April, 2))}
	s, err := sensing.Sense(lines, orders, march(2))
	require.NoError(t, err)
	require.Equal(t, []sensing.Consumption{
		{Order: ref("sales_order", 2), Opportunity: ref("opportunity", 1), Product: product(1), Quantity: pieces(100), Matched: true},
		{Order: ref("sales_order", 1), Opportunity: ref("opportunity", 2), Product: product(1), Quantity: pieces(25), Matched: true},
	}, s.Consumptions)
}

// A project of 100 at 50 %, to close on 20 March, is needed on 3 April. The same customer
// orders 25 every two weeks. The order for 5 March is of a day that has passed, and was not
// what is still expected; the other three take 75, and 25 · 0.5 = 12.5 are left: what was
// guessed is said. Where it is known that the project was opened on 9 March and the first
// two orders were placed before, the other two alone take 50, and 50 · 0.5 = 25 are left.
func TestUsualOrdersAndAProject(t *testing.T) {
	project := open(1, 100, 50, day(2026, time.March, 20))
	needs := []tandem.Date{day(2026, time.March, 5), day(2026, time.March, 19), day(2026, time.April, 2), day(2026, time.April, 16)}
	placed := []tandem.Date{day(2026, time.March, 1), day(2026, time.March, 8), day(2026, time.March, 9), day(2026, time.March, 10)}
	var usual []sensing.Order
	for i, need := range needs {
		usual = append(usual, order(i, 0, 25, need))
	}
	s, err := sensing.Sense([]sensing.Opportunity{project}, usual, march(2))
	require.NoError(t, err)
	d := s.Demands[0]
	require.Equal(t, []tandem.Quantity{pieces(75), pieces(75), pieces(25)}, []tandem.Quantity{d.Consumed, d.Guessed, d.Open})
	require.Equal(t, pieces(75), d.Pegs[0].Guessed)
	require.Equal(t, []insight.Reason{sensing.Guessed}, d.Pegs[0].Notes)
	require.Equal(t, []float64{0, 12.5}, d.Points())
	require.Equal(t, []sensing.Remark{{Document: ref("sales_order", 0), Product: product(1), Quantity: pieces(25), Note: sensing.WithoutOpportunity}}, s.Remarks)
	require.Equal(t, []insight.Warning{{Code: sensing.TakenByGuess, Text: "75 EA were taken from 1 opportunity by guess, for 3 order lines that name none: " +
		"what was not ordered of them is expected no longer; name the opportunity in its orders"}}, s.Warnings)

	project.Created = day(2026, time.March, 9)
	for i := range usual {
		usual[i].Placed = placed[i]
	}
	s, err = sensing.Sense([]sensing.Opportunity{project}, usual, march(2))
	require.NoError(t, err)
	require.Equal(t, pieces(50), s.Demands[0].Guessed)
	require.Equal(t, []float64{0, 25}, s.Demands[0].Points())

	// A reference is no guess, whenever it was written: the order of 8 March is of the project.
	usual[1].Opportunity = project.Ref
	s, err = sensing.Sense([]sensing.Opportunity{project}, usual[:2], march(2))
	require.NoError(t, err)
	require.Equal(t, []tandem.Quantity{pieces(25), pieces(0)}, []tandem.Quantity{s.Demands[0].Consumed, s.Demands[0].Guessed})
	require.Empty(t, s.Warnings)
	require.Empty(t, s.Demands[0].Pegs[0].Notes)
}

// Deal 1 was won and is no longer among the open ones; its order of 100 arrived. Without a
// reference it takes deal 2. With one, and deal 1 said to be won, it takes nothing and is
// no riddle; with one that nobody has heard of it is.
func TestOrdersOfWonDealsTakeNoOther(t *testing.T) {
	next := open(2, 100, 50, day(2026, time.March, 20))
	config := march(2)
	config.Closed = []tandem.DocumentRef{ref("opportunity", 1)}
	for _, c := range []struct {
		name  string
		names int
		open  int64
		notes []insight.Reason
	}{{"names none", 0, 0, nil}, {"names the won one", 1, 100, nil}, {"names an unknown one", 3, 100, []insight.Reason{sensing.UnknownOpportunity}},
		{"names the open one", 2, 0, nil}} {
		t.Run(c.name, func(t *testing.T) {
			s, err := sensing.Sense([]sensing.Opportunity{next}, []sensing.Order{order(1, c.names, 100, day(2026, time.April, 2))}, config)
			require.NoError(t, err)
			require.Equal(t, pieces(c.open), s.Demands[0].Open)
			var notes []insight.Reason
			for _, r := range s.Remarks {
				notes = append(notes, r.Note)
			}
			require.Equal(t, c.notes, notes)
		})
	}
	config.Closed = append(config.Closed, tandem.DocumentRef{})
	_, err := sensing.Sense(nil, nil, config)
	require.ErrorContains(t, err, "config.closed[1]")
}

// byHand guesses as the documentation says, looking at every line for every order.
func byHand(lines []sensing.Opportunity, orders []sensing.Order, c sensing.Config) []string {
	left := make([]int64, len(lines))
	place := make([]int, len(lines))
	for i, o := range lines {
		left[i] = o.Quantity.Micro()
		switch {
		case o.Close.Before(c.At):
			place[i] = 2
		case o.Need.After(c.At.EndOfMonth().AddMonths(c.Horizon - 1).EndOfMonth()):
			place[i] = 1
		}
	}
	rest := make([]int64, len(orders))
	var out []string
	step := func(n int, fits bool) {
		o := orders[n]
		var list []int
		for i, l := range lines {
			days := l.Need.DaysSince(o.Need)
			exact := place[i] == 0 && left[i] == rest[n] && max(days, -days) <= sensing.ExactDays
			if left[i] > 0 && l.Probability.Sign() > 0 && days >= -c.Backward && days <= c.Forward && (exact || !fits) &&
				(l.Created.IsZero() || o.Placed.IsZero() || !o.Placed.Before(l.Created)) && !o.Need.Before(c.At) {
				list = append(list, i)
			}
		}
		slices.SortFunc(list, func(a, b int) int {
			x, y := lines[a].Need.DaysSince(o.Need), lines[b].Need.DaysSince(o.Need)
			return cmp.Or(place[a]-place[b], max(x, -x)-max(y, -y), x-y, lines[b].Probability.Cmp(lines[a].Probability),
				lines[a].Close.Compare(lines[b].Close), signal.CompareDocuments(lines[a].Ref, lines[b].Ref))
		})
		for _, i := range list {
			if q := min(rest[n], left[i]); q > 0 {
				left[i], rest[n] = left[i]-q, rest[n]-q
				out = append(out, fmt.Sprint(o.Ref.ID, lines[i].Ref.ID, q/1_000_000))
				if fits {
					return
				}
			}
		}
	}
	for n := range orders {
		rest[n] = orders[n].Quantity.Micro()
		step(n, true)
	}
	for n := range orders {
		step(n, false)
	}
	return out
}

func TestGuessesAreThoseOfTheRule(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		from := day(2026, time.March, 1)
		date := func(label string) tandem.Date { return from.AddDays(rapid.IntRange(0, 60).Draw(t, label)) }
		var lines []sensing.Opportunity
		for i := range rapid.IntRange(0, 12).Draw(t, "lines") {
			o := needed(i, rapid.Int64Range(1, 4).Draw(t, "quantity"), rapid.Int64Range(0, 3).Draw(t, "percent"), date("need"))
			o.Close, o.Created = date("close"), date("created")
			if rapid.Bool().Draw(t, "unknown") {
				o.Created = tandem.Date{}
			}
			lines = append(lines, o)
		}
		var orders []sensing.Order
		for i := range rapid.IntRange(0, 12).Draw(t, "orders") {
			o := order(i, 0, rapid.Int64Range(1, 6).Draw(t, "ordered"), date("for"))
			o.Placed = date("placed")
			orders = append(orders, o)
		}
		slices.SortFunc(orders, func(a, b sensing.Order) int {
			return cmp.Or(a.Need.Compare(b.Need), signal.CompareDocuments(a.Ref, b.Ref))
		})
		config := march(1)
		config.Backward, config.Forward = rapid.IntRange(1, 40).Draw(t, "backward"), rapid.IntRange(1, 40).Draw(t, "forward")
		s, err := sensing.Sense(lines, orders, config)
		require.NoError(t, err)
		var got []string
		for _, c := range s.Consumptions {
			got = append(got, fmt.Sprint(c.Order.ID, c.Opportunity.ID, c.Quantity.Micro()/1_000_000))
		}
		require.Equal(t, byHand(lines, orders, config), got)
	})
}
