// Package grades gathers what a review of the customers' grades needs from the file: for each customer the last sale,
// the number of sale days and the net amount of the trailing 182 days. Scores, grades and their hysteresis are the
// library's; see crm/grading.
package grades

import (
	"slices"
	"strings"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/examples/wholesaler/trade/retail"
)

// windowDays: the window of a review reaches from 182 days before its last day to that day, which is the day before
// the review.
const windowDays = 182

// Input is what a review knows of one customer.
type Input struct {
	Customer string
	Last     tandem.Date  // of the last sale
	Days     int          // distinct days with a sale in the window
	Net      tandem.Money // sold in the window, less what came back from known sales
}

// Review is one review of all customers, on the first of a month.
type Review struct {
	Day      tandem.Date
	From     tandem.Date // the window's first day
	AsOf     tandem.Date // its last
	Inputs   []Input     // customers with a sale in the window, by their names
	Inactive []string    // customers with earlier sales only
}

// History holds what the reviews read. It is made once for a file.
type History struct {
	rows    []retail.Row
	credits map[int]tandem.Money // cancelled row → amount of its matched part, negative
}

// NewHistory prepares the rows and their matched cancellations. A credit that matches no sale is no part of the net: its
// sale predates the file. Cash customers have no grades, and services no part in them.
func NewHistory(rows []retail.Row, matches []retail.Match) (*History, error) {
	h := &History{rows: rows, credits: make(map[int]tandem.Money, len(matches))}
	for _, m := range matches {
		row := &rows[m.Row]
		for _, take := range m.Takes {
			pieces, err := tandem.QuantityOf(-take.Quantity, tandem.Each)
			if err != nil {
				return nil, err
			}
			credit, err := row.Price.Times(pieces, tandem.HalfAwayFromZero)
			if err != nil {
				return nil, err
			}
			sum, ok := h.credits[m.Row]
			if !ok {
				sum = tandem.MoneyFromMinor(0, tandem.GBP)
			}
			if h.credits[m.Row], err = sum.Add(credit); err != nil {
				return nil, err
			}
		}
	}
	return h, nil
}

type tally struct {
	last     tandem.Date
	lastDay  tandem.Date // the last day that was counted
	days     int
	net      tandem.Total
	inWindow bool
}

// Review gathers the inputs of the review on a day.
func (h *History) Review(day tandem.Date) (Review, error) {
	review := Review{Day: day, AsOf: day.AddDays(-1)}
	review.From = review.AsOf.AddDays(-windowDays)
	tallies := map[string]*tally{}
	for i := range h.rows {
		row := &h.rows[i]
		if row.Cash() || !row.Day.Before(day) || row.Class != retail.Sold && row.Class != retail.Returned {
			continue
		}
		t := tallies[row.Customer]
		if t == nil {
			t = &tally{net: tandem.NewTotal(tandem.GBP)}
			tallies[row.Customer] = t
		}
		t.add(row, h.credits[i], !row.Day.Before(review.From))
	}
	for customer, t := range tallies {
		switch {
		case t.inWindow:
			net, err := t.net.Money(tandem.HalfAwayFromZero)
			if err != nil {
				return Review{}, err
			}
			review.Inputs = append(review.Inputs, Input{Customer: customer, Last: t.last, Days: t.days, Net: net})
		case !t.last.IsZero():
			review.Inactive = append(review.Inactive, customer)
		}
	}
	slices.SortFunc(review.Inputs, func(a, b Input) int { return strings.Compare(a.Customer, b.Customer) })
	slices.Sort(review.Inactive)
	return review, nil
}

func (t *tally) add(row *retail.Row, credit tandem.Money, inWindow bool) {
	if row.Class == retail.Returned {
		if inWindow && credit.Currency() != 0 {
			t.net.Add(credit)
		}
		return
	}
	if row.Day.After(t.last) {
		t.last = row.Day
	}
	if !inWindow {
		return
	}
	t.inWindow = true
	t.net.Add(row.Net)
	if row.Day.After(t.lastDay) { // a file in another order than its days would count some twice
		t.lastDay = row.Day
		t.days++
	}
}
