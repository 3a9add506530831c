package churn

import (
	"cmp"
	"math"
	"slices"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/integration/insight"
	"github.com/tandem-go/tandem/integration/insight/lifetime"
	"github.com/tandem-go/tandem/integration/insight/lifetime/churn/logistic"
)

// The limits of the data.
const (
	MaxTransactions = 50_000_000
	MaxObservations = 50_000_000
	MaxFeatures     = 100 // of observations
	MaxValue        = 1e12
	MaxCustomers    = logistic.MaxRows
)

// Transaction is a purchase or a return. Several of a day are one purchase day.
type Transaction struct {
	Customer string      `json:"customer"` // "" is nobody: left out
	Date     tandem.Date `json:"date"`
	// Value is in one currency: of a sale turnover or margin, which may be nought or below,
	// as of a sale at a loss; it is a purchase nevertheless. As what is below nought may be a
	// return without its mark, such sales are warned of.
	Value float64 `json:"value"`
	// Returned says that goods or money went back: it alone makes a return, whatever the sign.
	// That is no purchase, and the size of its Value counts, negative as booked or not. Package
	// lifetime, where it is Credit, wants it negative: what it takes serves here, too.
	Returned bool `json:"returned,omitzero"`
}

// Observation is what else is known of a customer since a day: a satisfaction, the
// share of deliveries on time, a grade. At a cut the last one known before it counts;
// none is a gap.
type Observation struct {
	Customer string `json:"customer"`
	// Date is the day on which it became known; none = known all along.
	Date    tandem.Date `json:"date,omitzero"`
	Feature string      `json:"feature"`
	// Number, or Category where that is not empty; a feature is one or the other. What is no
	// number, or beyond [logistic.MaxSize], is left out: the last one before it stays known.
	Number   float64 `json:"number,omitzero"`
	Category string  `json:"category,omitempty"`
}

// The reasons for which a row is left out.
const (
	NoCustomer                = lifetime.NoCustomer // a transaction without a key
	NoDate                    = lifetime.NoDate
	NoValue    insight.Reason = "no_value"  // no number or too great: a value beyond 1e12, an observation beyond [logistic.MaxSize]
	Later      insight.Reason = "later"     // a transaction or an observation on the day of [Config].AsOf or after it
	Strangers  insight.Reason = "strangers" // observations of customers without a transaction
)

// Reasons lists the reasons.
func Reasons() []insight.Reason {
	return []insight.Reason{NoCustomer, NoDate, NoValue, Later, Strangers}
}

// fault gives the reason why a transaction cannot be taken of the days before an end; ""
// for one that can.
func (t Transaction) fault(end int) insight.Reason {
	switch {
	case t.Customer == "":
		return NoCustomer
	case t.Date.IsZero():
		return NoDate
	case !(math.Abs(t.Value) <= MaxValue):
		return NoValue
	case t.Date.DayNumber() >= end:
		return Later
	}
	return ""
}

// fault gives the reason why an observation of a known customer, or of a stranger, cannot
// be taken of the days before an end; "" for one that can.
func (o Observation) fault(known bool, end int) insight.Reason {
	switch {
	case o.Category == "" && !(math.Abs(o.Number) <= logistic.MaxSize):
		return NoValue
	case !known:
		return Strangers
	case o.Date.DayNumber() >= end:
		return Later
	}
	return ""
}

// row is a transaction of a customer.
type row struct {
	day   int32
	value float64
	back  bool // returned
}

// known is an observation of a customer.
type known struct {
	customer int32
	day      int32
	number   float64
	category string
}

// feature is all observations under a name, by customer and day.
type feature struct {
	name     string
	category bool
	list     []known
}

// ledger is the data in order.
type ledger struct {
	customers []string // sorted
	first     []int32  // of the rows, by customer; one more
	rows      []row    // by customer, then day
	features  []feature
	begin     int // day of the first transaction
	end       int // the day after the last, or AsOf
	below     int // sales below nought
	leftOut   []insight.LeftOut
}

func newLedger(transactions []Transaction, observations []Observation, asOf tandem.Date) (*ledger, error) {
	l := &ledger{begin: math.MaxInt32}
	end := asOf.DayNumber()
	if asOf.IsZero() {
		for _, t := range transactions {
			if t.fault(math.MaxInt32) == "" {
				end = max(end, t.Date.DayNumber()+1)
			}
		}
	}
	l.end = end
	places := map[string]int32{}
	var counts []int32
	for _, t := range transactions {
		if why := t.fault(end); why != "" {
			l.leftOut = insight.Leave(l.leftOut, why, 1)
			continue
		}
		at, ok := places[t.Customer]
		if !ok {
			at = int32(len(counts))
			places[t.Customer] = at
			counts = append(counts, 0)
			l.customers = append(l.customers, t.Customer)
		}
		counts[at]++
	}
	var c tandem.Check
	c.Require(len(l.customers) <= MaxCustomers, "too_many", "transactions", "of at most 5,000,000 customers")
	if err := c.Err("churn"); err != nil {
		return nil, err
	}
	slices.Sort(l.customers)
	l.first = make([]int32, len(l.customers)+1)
	for i, name := range l.customers {
		l.first[i+1] = l.first[i] + counts[places[name]]
	}
	for i, name := range l.customers {
		places[name] = int32(i)
	}
	l.place(transactions, places)
	l.observe(observations, places)
	return l, nil
}

// place puts the rows in order. Their values are sorted too, so that sums do not
// depend on the order in which rows come.
func (l *ledger) place(transactions []Transaction, places map[string]int32) {
	l.rows = make([]row, l.first[len(l.customers)])
	next := slices.Clone(l.first)
	for _, t := range transactions {
		if t.fault(l.end) != "" {
			continue
		}
		at := places[t.Customer]
		r := row{int32(t.Date.DayNumber()), t.Value, t.Returned}
		if t.Returned {
			r.value = math.Abs(t.Value)
		}
		if r.value < 0 {
			l.below++
		}
		l.rows[next[at]] = r
		next[at]++
		l.begin = min(l.begin, int(r.day))
	}
	for i := range l.customers {
		slices.SortFunc(l.of(i), func(a, b row) int { return cmp.Or(cmp.Compare(a.day, b.day), cmp.Compare(a.value, b.value)) })
	}
}

func (l *ledger) of(customer int) []row { return l.rows[l.first[customer]:l.first[customer+1]] }

// observe puts the observations in order: by name, customer and day; of one day the
// later in the list counts.
func (l *ledger) observe(observations []Observation, places map[string]int32) {
	byName := map[string]int{}
	for _, o := range observations {
		k, ok := byName[o.Feature]
		if !ok {
			k = len(l.features)
			byName[o.Feature] = k
			l.features = append(l.features, feature{name: o.Feature})
		}
		l.features[k].category = l.features[k].category || o.Category != ""
		at, ok := places[o.Customer]
		if why := o.fault(ok, l.end); why != "" {
			l.leftOut = insight.Leave(l.leftOut, why, 1)
			continue
		}
		l.features[k].list = append(l.features[k].list, known{at, int32(o.Date.DayNumber()), o.Number, o.Category})
	}
	slices.SortFunc(l.features, func(a, b feature) int { return cmp.Compare(a.name, b.name) })
	for _, f := range l.features {
		slices.SortStableFunc(f.list, func(a, b known) int {
			return cmp.Or(cmp.Compare(a.customer, b.customer), cmp.Compare(a.day, b.day))
		})
	}
}

// before gives the last observation of a customer before a day.
func (f *feature) before(customer, day int) (known, bool) {
	at, _ := slices.BinarySearchFunc(f.list, known{customer: int32(customer), day: int32(day)}, func(a, b known) int {
		return cmp.Or(cmp.Compare(a.customer, b.customer), cmp.Compare(a.day, b.day))
	})
	if at == 0 || f.list[at-1].customer != int32(customer) {
		return known{}, false
	}
	return f.list[at-1], true
}
