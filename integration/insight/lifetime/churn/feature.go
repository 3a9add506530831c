package churn

import (
	"fmt"
	"math"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/integration/insight"
	"github.com/tandem-go/tandem/integration/insight/lifetime/churn/logistic"
)

// Rule says how a feature is made.
type Rule struct {
	Feature string `json:"feature"`
	Text    string `json:"text"`
}

// rules are those of the built-in features, in the order of the columns.
func rules(horizon int) []Rule {
	return []Rule{
		{"recency", "days from the last purchase to the cut"},
		{"frequency", "days with a purchase before the cut"},
		{"tenure", "days from the first purchase in the data to the cut"},
		{"mean_gap", "mean days between purchase days; unknown for one purchase day"},
		{"overdue", "recency over mean gap; unknown for one purchase day"},
		{"spend", "value of all purchases before the cut"},
		{"recent_frequency", fmt.Sprintf("days with a purchase in the %d days before the cut", horizon)},
		{"spend_trend", fmt.Sprintf(
			"(a-b)/(|a|+|b|) of the values a of the %[1]d days before the cut and b of the %[1]d before those; 0 without either", horizon)},
		{"returned_share", "value returned over value bought before the cut, at most 1"},
	}
}

// Features is the table at a cut.
type Features struct {
	Cut     tandem.Date `json:"cut"`     // nothing of this day or later is in the features
	Horizon int         `json:"horizon"` // days of the label, from the cut on
	// Customers are those of whom it is asked, one a row, in order of their keys.
	Customers []string       `json:"customers"`
	Table     logistic.Table `json:"table"` // with NaN for gaps, in JSON null
	// Churned says who bought nothing in the horizon; empty where that is not over.
	Churned []bool `json:"churned,omitempty"`
	// Inactive customers bought before the cut, but not in the days of Config.Active;
	// Newer ones bought first on its day or later.
	Inactive int               `json:"inactive,omitzero"`
	Newer    int               `json:"newer,omitzero"`
	Rules    []Rule            `json:"rules"`
	LeftOut  []insight.LeftOut `json:"left_out,omitempty"`
}

// Build gives the features of all customers at a cut and, where the horizon after it
// is over, the label. Without a cut it is today: [Config].AsOf.
func Build(transactions []Transaction, observations []Observation, cut tandem.Date, c Config) (Features, error) {
	if err := checked(transactions, observations, c); err != nil {
		return Features{}, err
	}
	c = c.filled()
	l, err := newLedger(transactions, observations, c.AsOf)
	if err != nil {
		return Features{}, err
	}
	day := cut.DayNumber()
	if cut.IsZero() {
		day = l.end
	}
	return l.at(day, c), nil
}

// numbers are the built-in features of one customer.
type numbers [9]float64

// The places of the features, in the order of the rules.
const (
	recency = iota
	frequency
	tenure
	meanGap
	overdue
	spend
	recentFrequency
	spendTrend
	returnedShare
)

// summary is a customer at a cut.
type summary struct {
	numbers numbers
	bought  bool // before the cut
	churned bool // nothing in the horizon from the cut on
	last    int  // day of the last purchase before it
}

func summarise(rows []row, cut, horizon int) summary {
	var s summary
	s.churned = true
	n := &s.numbers
	first, before, recent, returned := 0, 0.0, 0.0, 0.0
	for _, r := range rows {
		day := int(r.day)
		if day >= cut {
			if !r.back && day < cut+horizon {
				s.churned = false
				break
			}
			continue
		}
		if r.back {
			returned += r.value
			continue
		}
		if !s.bought {
			s.bought, first = true, day
		}
		if day != s.last {
			n[frequency]++
			if day >= cut-horizon {
				n[recentFrequency]++
			}
		}
		s.last = day
		n[spend] += r.value
		switch {
		case day >= cut-horizon:
			recent += r.value
		case day >= cut-2*horizon:
			before += r.value
		}
	}
	if !s.bought {
		return s
	}
	n[recency], n[tenure] = float64(cut-s.last), float64(cut-first)
	n[meanGap], n[overdue] = math.NaN(), math.NaN()
	if n[frequency] > 1 {
		n[meanGap] = float64(s.last-first) / (n[frequency] - 1)
		n[overdue] = n[recency] / n[meanGap]
	}
	if both := math.Abs(recent) + math.Abs(before); both > 0 { // margins may be losses
		n[spendTrend] = (recent - before) / both
	}
	if returned > 0 {
		n[returnedShare] = 1
		if n[spend] > returned {
			n[returnedShare] = returned / n[spend]
		}
	}
	return s
}

func dateOf(day int) tandem.Date {
	d, _ := tandem.DateOfDayNumber(day) // the zero date of a number that is no day
	return d
}

func (l *ledger) at(cut int, c Config) Features {
	f := Features{Cut: dateOf(cut), Horizon: c.Horizon, Rules: rules(c.Horizon), LeftOut: l.leftOut}
	columns := make([]logistic.Column, len(f.Rules))
	for k, r := range f.Rules {
		columns[k] = logistic.Column{Name: r.Feature, Logarithm: k != spendTrend && k != returnedShare}
	}
	labelled := cut+c.Horizon <= l.end
	var places []int
	for i, name := range l.customers {
		s := summarise(l.of(i), cut, c.Horizon)
		if !s.bought {
			f.Newer++
			continue
		}
		if c.Active > 0 && s.last < cut-c.Active {
			f.Inactive++
			continue
		}
		for k, v := range s.numbers {
			columns[k].Numbers = append(columns[k].Numbers, v)
		}
		f.Customers, places = append(f.Customers, name), append(places, i)
		if labelled {
			f.Churned = append(f.Churned, s.churned)
		}
	}
	for k := range l.features {
		columns = append(columns, l.features[k].column(places, cut))
		f.Rules = append(f.Rules, Rule{l.features[k].name, "the last observation before the cut"})
	}
	f.Table = logistic.Table{Rows: len(f.Customers), Columns: columns}
	return f
}

func (f *feature) column(customers []int, cut int) logistic.Column {
	c := logistic.Column{Name: f.name}
	for _, i := range customers {
		k, ok := f.before(i, cut)
		switch {
		case f.category:
			c.Categories = append(c.Categories, k.category)
		case ok:
			c.Numbers = append(c.Numbers, k.number)
		default:
			c.Numbers = append(c.Numbers, math.NaN())
		}
	}
	return c
}
