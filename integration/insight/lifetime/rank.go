package lifetime

import (
	"cmp"
	"slices"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/integration/insight"
	"github.com/tandem-go/tandem/integration/insight/internal/enum"
)

// Ties says which rank customers with the same value get. On the Online Retail data
// (4,338 customers, frequency in orders) Lowest puts 324 customers into the best cell,
// Highest and AsSeen 348.
type Ties string

// The rules.
const (
	Lowest  Ties = "lowest"  // all the lowest of their ranks, so that equals stay equal
	Highest Ties = "highest" // all the highest of their ranks
	AsSeen  Ties = "as_seen" // one after the other, as first seen: classes of equal size, equals torn apart
)

// TiesRules lists the rules.
func TiesRules() []Ties { return []Ties{Lowest, Highest, AsSeen} }

// Valid says whether the rule is one of [TiesRules].
func (t Ties) Valid() bool { return slices.Contains(TiesRules(), t) }

// UnmarshalText reads exactly the names of [TiesRules].
func (t *Ties) UnmarshalText(text []byte) error { return enum.Decode(t, text, "ties", TiesRules()) }

// Counting says what frequency is.
type Counting string

// The ways to count.
const (
	PurchaseDays Counting = "purchase_days"
	Orders       Counting = "orders"
)

// Countings lists the ways to count.
func Countings() []Counting { return []Counting{PurchaseDays, Orders} }

// Valid says whether it is one of [Countings].
func (c Counting) Valid() bool { return slices.Contains(Countings(), c) }

// UnmarshalText reads exactly the names of [Countings].
func (c *Counting) UnmarshalText(text []byte) error {
	return enum.Decode(c, text, "frequency", Countings())
}

// RankRule declares how customers are scored. It comes back with the result.
type RankRule struct {
	AsOf      tandem.Date `json:"as_of,omitzero"`     // the last day that counts; none = the last day with a purchase
	Measure   Measure     `json:"measure,omitzero"`   // "" = contribution margin
	Frequency Counting    `json:"frequency,omitzero"` // "" = purchase days
	Classes   int         `json:"classes,omitzero"`   // 2 to 10; 0 = 5, quintiles by rank
	Ties      Ties        `json:"ties,omitzero"`      // "" = lowest
}

// Validate reports every fault.
func (r RankRule) Validate() error {
	var c tandem.Check
	c.Require(r.Measure == "" || r.Measure.Valid(), "measure", "measure", "must be contribution_margin or revenue")
	c.Require(r.Frequency == "" || r.Frequency.Valid(), "frequency", "frequency", "must be purchase_days or orders")
	c.Require(r.Classes == 0 || r.Classes >= 2 && r.Classes <= 10, "classes", "classes", "must be 2 to 10")
	c.Require(r.Ties == "" || r.Ties.Valid(), "ties", "ties", "must be lowest, highest or as_seen")
	return c.Err("rank rule")
}

// Ranked is a customer's recency, frequency and money with their scores, 1 to the
// number of classes, which is best.
type Ranked[K comparable] struct {
	Key            K       `json:"key"`
	Recency        int     `json:"recency"` // days since the last purchase
	Frequency      int     `json:"frequency"`
	Money          float64 `json:"money"`
	RecencyScore   int     `json:"recency_score"`
	FrequencyScore int     `json:"frequency_score"`
	MoneyScore     int     `json:"money_score"`
}

// Cell gives the scores as one number, such as 555; with ten classes it has more
// digits where a score has.
func (r Ranked[K]) Cell() int {
	cell := 0
	for _, s := range []int{r.RecencyScore, r.FrequencyScore, r.MoneyScore} {
		if s > 9 {
			cell *= 10
		}
		cell = cell*10 + s
	}
	return cell
}

// Ranking is all customers with the rule by which they were scored.
type Ranking[K comparable] struct {
	Rule      RankRule          `json:"rule"` // with all that was left open
	Customers []Ranked[K]       `json:"customers"`
	LeftOut   []insight.LeftOut `json:"left_out,omitempty"`
	Warnings  []insight.Warning `json:"warnings,omitempty"`
}

// Rank gives recency, frequency and money (Hughes, Strategic Database Marketing,
// 1994), scored each on its own: rank k of n is in class ⌈k·classes/n⌉.
func (c *Collector[K]) Rank(rule RankRule) (Ranking[K], error) {
	if err := rule.Validate(); err != nil {
		return Ranking[K]{}, err
	}
	c.sort()
	_, last := c.span()
	rule.AsOf = cmp.Or(rule.AsOf, date(last))
	rule.Measure = cmp.Or(rule.Measure, ContributionMargin)
	rule.Frequency = cmp.Or(rule.Frequency, PurchaseDays)
	rule.Classes = cmp.Or(rule.Classes, 5)
	rule.Ties = cmp.Or(rule.Ties, Lowest)
	end := rule.AsOf.DayNumber()
	out := Ranking[K]{Rule: rule, Customers: make([]Ranked[K], 0, len(c.keys))}
	out.LeftOut = slices.Clone(c.leftOut)
	below := 0
	c.each(func(who int, days []customerDay) {
		a := take(days, end, end)
		out.LeftOut = insight.Leave(out.LeftOut, Unbought, a.unbought)
		if a.ahead {
			out.LeftOut = insight.Leave(out.LeftOut, AfterEnd, 1)
		}
		if a.first == 0 {
			return
		}
		r := Ranked[K]{Key: c.keys[who], Recency: end - a.last, Frequency: a.repeats + 1, Money: a.value}
		if rule.Frequency == Orders {
			r.Frequency = a.orders
		}
		below += a.below
		out.Customers = append(out.Customers, r)
	})
	out.Warnings = belowNought(below)
	out.score()
	return out, nil
}

func (r *Ranking[K]) score() {
	n := len(r.Customers)
	values, order := make([]float64, n), make([]int32, n)
	all := r.Customers
	classify(values, order, r.Rule, func(i int) float64 { return -float64(all[i].Recency) }, func(i, s int) { all[i].RecencyScore = s })
	classify(values, order, r.Rule, func(i int) float64 { return float64(all[i].Frequency) }, func(i, s int) { all[i].FrequencyScore = s })
	classify(values, order, r.Rule, func(i int) float64 { return all[i].Money }, func(i, s int) { all[i].MoneyScore = s })
}

// classify scores by rank, the lowest value first.
func classify(values []float64, order []int32, rule RankRule, value func(i int) float64, set func(i, score int)) {
	n := len(values)
	for i := range values {
		values[i], order[i] = value(i), int32(i)
	}
	slices.SortFunc(order, func(a, b int32) int { return cmp.Or(cmp.Compare(values[a], values[b]), cmp.Compare(a, b)) })
	for i := 0; i < n; {
		j := i + 1
		for j < n && values[order[j]] == values[order[i]] {
			j++
		}
		for k := i; k < j; k++ {
			rank := k + 1
			switch rule.Ties {
			case Lowest:
				rank = i + 1
			case Highest:
				rank = j
			}
			set(int(order[k]), (rank*rule.Classes+n-1)/n)
		}
		i = j
	}
}
