package lifetime

import (
	"cmp"
	"math"
	"slices"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/integration/insight"
	"github.com/tandem-go/tandem/integration/insight/internal/enum"
	"github.com/tandem-go/tandem/integration/insight/lifetime/repeat"
)

// The limits of a Collector.
const (
	MaxCustomers = 100_000_000
	MaxDays      = 1_000_000_000 // customer-days kept
	MaxValue     = 1e12          // of a transaction, either way
)

// Measure says what values are. A result repeats it.
type Measure string

// The measures.
const (
	ContributionMargin Measure = "contribution_margin" // revenue less what the sale itself cost
	Revenue            Measure = "revenue"
)

// Measures lists the measures.
func Measures() []Measure { return []Measure{ContributionMargin, Revenue} }

// Valid says whether the measure is one of [Measures].
func (m Measure) Valid() bool { return slices.Contains(Measures(), m) }

// UnmarshalText reads exactly the names of [Measures].
func (m *Measure) UnmarshalText(text []byte) error {
	return enum.Decode(m, text, "measure", Measures())
}

// Unit is the unit of time of summaries, parameters, rates and horizons.
type Unit string

// The units. A week is seven days, so that times are whole days over seven.
const (
	Day  Unit = "day"
	Week Unit = "week"
)

// Units lists the units.
func Units() []Unit { return []Unit{Day, Week} }

// Valid says whether the unit is one of [Units].
func (u Unit) Valid() bool { return slices.Contains(Units(), u) }

// UnmarshalText reads exactly the names of [Units].
func (u *Unit) UnmarshalText(text []byte) error { return enum.Decode(u, text, "unit", Units()) }

// days gives the length of the unit in days.
func (u Unit) days() float64 {
	if u == Week {
		return 7
	}
	return 1
}

// Transaction is what a customer bought, or a line of it.
type Transaction[K comparable] struct {
	// Customer is the key. The zero key, such as "" or a zero PartyID, is nobody: sales
	// without a customer would be one great customer together, so they are left out. A host
	// that counts its customers from 0 must shift them.
	Customer K           `json:"customer"`
	Date     tandem.Date `json:"date"`
	// Value is in one currency: of a sale turnover or margin, which may be nought or below,
	// as of a sale at a loss; it is a purchase nevertheless. As what is below nought may be a
	// credit without its mark, such sales are warned of.
	Value float64 `json:"value"`
	// Order tells lines of one order from those of the next: lines with the same order
	// that come one after the other for a customer's day count once. "" is an order of its own.
	Order string `json:"order,omitempty"`
	// Credit says that goods or money went back: it alone makes a credit, whatever the sign.
	// That is no purchase, and its Value, negative as booked, is added to that of the
	// customer's last purchase day on or before it. Package churn, where it is Returned, takes
	// the same values.
	Credit bool `json:"credit,omitzero"`
}

// The reasons of package lifetime, beside those of packages repeat and spend in their fits.
const (
	NoCustomer     insight.Reason = "no_customer" // the zero key
	NoDate         insight.Reason = "no_date"
	BadValue       insight.Reason = "bad_value"       // not finite or beyond MaxValue
	Unbought       insight.Reason = "unbought"        // credit rows without a purchase on or before their day
	AfterEnd       insight.Reason = "after_end"       // customers whose first purchase is after the last day that counts
	OutsideCohort  insight.Reason = "outside_cohort"  // customers whose first purchase is outside FirstFrom and FirstTo
	BeyondCapacity insight.Reason = "beyond_capacity" // more customers or days than the limits
)

// Reasons lists the reasons of this package.
func Reasons() []insight.Reason {
	return []insight.Reason{NoCustomer, NoDate, BadValue, Unbought, AfterEnd, OutsideCohort, BeyondCapacity}
}

// The warnings of package lifetime, beside those of packages repeat, spend and forecast.
const (
	LeftTruncated insight.WarningCode = "left_truncated" // first purchases may lie before the data
	EmptyHoldout  insight.WarningCode = "empty_holdout"
	NegativeSales insight.WarningCode = "negative_sales" // sales below nought, which may be credits without their mark
	NegativeValue insight.WarningCode = "negative_value" // customers who bring less than nothing
	RevenueOnly   insight.WarningCode = "revenue_only"   // values are revenue and no share of margin was given
)

// WarningCodes lists the warnings of this package.
func WarningCodes() []insight.WarningCode {
	return []insight.WarningCode{LeftTruncated, EmptyHoldout, NegativeSales, NegativeValue, RevenueOnly}
}

// Collector gathers transactions. It keeps 24 bytes for each customer and day on which he bought,
// and the customers' keys once. The zero Collector is empty; one goroutine at a time.
type Collector[K comparable] struct {
	index   map[K]int32
	keys    []K
	days    []customerDay
	last    []int32 // by customer: position in days of the latest added
	orders  []string
	leftOut []insight.LeftOut
	sorted  bool
	recent  int32 // the customer of the latest row, whose lines often follow one another
}

// customerDay is what a customer did on a day; credits have a record of their own, after
// the purchases of the day.
type customerDay struct {
	customer int32
	when     int32 // 2·day number, plus 1 for credits
	orders   int32 // of credits, their rows
	below    int32 // sales below nought
	value    float64
}

func (d customerDay) day() int { return int(d.when >> 1) }

func (d customerDay) credit() bool { return d.when&1 == 1 }

// Add adds a transaction. Rows are summed in the order in which they are added. What has no
// customer, no date or no possible value is left out and counted.
func (c *Collector[K]) Add(t Transaction[K]) {
	var nobody K
	if t.Customer == nobody {
		c.leave(NoCustomer)
		return
	}
	if t.Date.IsZero() {
		c.leave(NoDate)
		return
	}
	if !(math.Abs(t.Value) <= MaxValue) {
		c.leave(BadValue)
		return
	}
	if c.index == nil {
		c.index = map[K]int32{}
	}
	who, known := c.recent, len(c.keys) > 0 && c.keys[c.recent] == t.Customer
	if !known {
		who, known = c.index[t.Customer]
	}
	if !known && len(c.keys) >= MaxCustomers || len(c.days) >= MaxDays {
		c.leave(BeyondCapacity)
		return
	}
	if !known {
		who = int32(len(c.keys))
		c.index[t.Customer] = who
		c.keys = append(c.keys, t.Customer)
		c.last = append(c.last, -1)
		c.orders = append(c.orders, "")
	}
	c.recent = who
	when := int32(2 * t.Date.DayNumber())
	if t.Credit {
		when++
	}
	c.put(who, when, t)
}

func (c *Collector[K]) put(who, when int32, t Transaction[K]) {
	if at := c.last[who]; at >= 0 && c.days[at].when == when {
		d := &c.days[at]
		d.value += t.Value
		d.below += t.below()
		if t.Credit || t.Order == "" || t.Order != c.orders[who] {
			d.orders++
		}
		c.orders[who] = t.Order
		return
	}
	d := customerDay{customer: who, when: when, orders: 1, below: t.below(), value: t.Value}
	c.last[who] = int32(len(c.days))
	c.days = append(c.days, d)
	c.orders[who] = t.Order
	c.sorted = false
}

// below is 1 for a sale below nought.
func (t *Transaction[K]) below() int32 {
	if t.Value < 0 && !t.Credit {
		return 1
	}
	return 0
}

func (c *Collector[K]) leave(why insight.Reason) { c.leftOut = insight.Leave(c.leftOut, why, 1) }

// Customers gives the number of customers seen.
func (c *Collector[K]) Customers() int { return len(c.keys) }

// sort brings the days in order of customer (as first seen), then day, and makes one of each.
func (c *Collector[K]) sort() {
	if c.sorted {
		return
	}
	slices.SortStableFunc(c.days, func(a, b customerDay) int {
		return cmp.Or(cmp.Compare(a.customer, b.customer), cmp.Compare(a.when, b.when))
	})
	kept := c.days[:0]
	for _, d := range c.days {
		if n := len(kept); n > 0 && kept[n-1].customer == d.customer && kept[n-1].when == d.when {
			kept[n-1].value += d.value
			kept[n-1].orders += d.orders
			kept[n-1].below += d.below
			continue
		}
		kept = append(kept, d)
	}
	c.days = kept
	for i, d := range kept {
		c.last[d.customer] = int32(i)
	}
	c.sorted = true
}

// span gives the first and the last day of purchases; none without any.
func (c *Collector[K]) span() (first, last int) {
	for _, d := range c.days {
		if d.credit() {
			continue
		}
		if first == 0 || d.day() < first {
			first = d.day()
		}
		last = max(last, d.day())
	}
	return first, last
}

// each gives the customers' days, one customer after the other.
func (c *Collector[K]) each(yield func(who int, days []customerDay)) {
	c.sort()
	for i := 0; i < len(c.days); {
		j := i + 1
		for j < len(c.days) && c.days[j].customer == c.days[i].customer {
			j++
		}
		yield(int(c.days[i].customer), c.days[i:j])
		i = j
	}
}

// belowNought warns of sales below nought.
func belowNought(sales int) []insight.Warning {
	if sales == 0 {
		return nil
	}
	return []insight.Warning{insight.Warn(NegativeSales, "sales below nought, which count as purchases and may be credits: %d", sales)}
}

func date(day int) tandem.Date {
	d, _ := tandem.DateOfDayNumber(day) // the zero date of a number that is no day
	return d
}

// account is a customer's purchases up to a day.
type account struct {
	first, last int // day numbers; 0 for none
	repeats     int
	orders      int
	value       float64
	repeatValue float64
	later       int // days with a purchase after the end, up to the holdout's
	laterValue  float64
	unbought    int
	below       int  // sales below nought
	ahead       bool // the first purchase lies after the end
}

// take reads a customer's days up to end, and what comes later up to holdout.
func take(days []customerDay, end, holdout int) account {
	var a account
	before := 0 // the latest purchase day
	for _, d := range days {
		day := d.day()
		if day > holdout {
			if before == 0 && d.credit() {
				continue
			}
			a.ahead = a.ahead || before == 0
			break
		}
		if d.credit() {
			switch {
			case before == 0:
				a.unbought += int(d.orders)
				continue
			case day > end:
				a.laterValue += d.value
				continue
			}
		} else {
			before = day
			if day > end {
				a.later++
				a.ahead = a.first == 0
				a.laterValue += d.value
				continue
			}
			if a.first == 0 {
				a.first = day
			} else {
				a.repeats++
			}
			a.last = day
			a.orders += int(d.orders)
			a.below += int(d.below)
		}
		a.value += d.value
		if before != a.first {
			a.repeatValue += d.value
		}
	}
	return a
}

func (a account) history(end int, unit Unit) repeat.History {
	u := unit.days()
	return repeat.History{Frequency: a.repeats, Recency: float64(a.last-a.first) / u, Age: float64(end-a.first) / u}
}
