package story_test

import (
	"context"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/examples/wholesaler/trade/grades"
)

// held is the grade of one customer and what its next review must know.
type held struct {
	grade, below int
	since        tandem.Date
}

func (b *ledgerless) rate(account string) tandem.Rate {
	h := b.held[account]
	if h == nil {
		return tandem.Rate{}
	}
	return tandem.Percent([...]int64{0, 1, 3, 5}[h.grade])
}

// ReviewGrades is the rule of the grades in its plainest form.
func (b *ledgerless) ReviewGrades(_ context.Context, r grades.Review, at tandem.Instant) (map[string]tandem.GradeCode, error) {
	after := map[string]tandem.GradeCode{}
	judge := func(customer string, sum int) {
		to := 0
		for _, threshold := range [...]int{7, 10, 13} {
			if sum >= threshold {
				to++
			}
		}
		h := b.held[customer]
		switch {
		case h == nil, to > h.grade:
			h = &held{grade: to, since: r.Day}
			b.held[customer] = h
		case to == h.grade || sum >= [...]int{0, 7, 10, 13}[h.grade]-1:
			h.below = 0
		default:
			if h.below++; h.below >= 2 && r.Day.DaysSince(h.since) >= 60 {
				*h = held{grade: h.grade - 1, since: r.Day}
			}
		}
		after[customer] = [...]tandem.GradeCode{"standard", "bronze", "silver", "gold"}[h.grade]
	}
	n := len(r.Inputs)
	for _, x := range r.Inputs {
		var worse [3]int
		for _, y := range r.Inputs {
			for i, is := range [...]bool{y.Last.Before(x.Last), y.Days < x.Days, y.Net.Minor() < x.Net.Minor()} {
				if is {
					worse[i]++
				}
			}
		}
		judge(x.Customer, 3+5*worse[0]/n+5*worse[1]/n+5*worse[2]/n)
	}
	for _, c := range r.Inactive {
		judge(c, 3)
	}
	return after, b.call("review", at)
}
