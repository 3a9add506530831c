package sensing

import (
	"math"
	"slices"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/integration/insight"
	"github.com/tandem-go/tandem/integration/insight/signal"
	"github.com/tandem-go/tandem/integration/insight/signal/internal/row"
)

// Sense gives the demand to expect of open opportunities, less what orders have
// consumed. The order of the arguments does not matter. Errors are faults of the
// arguments, all at once, those of the configuration below `config`: units that differ
// within a product, probabilities outside of 0 to 1, lines given twice that contradict
// each other.
func Sense(opportunities []Opportunity, orders []Order, c Config) (Sensed, error) {
	var k tandem.Check
	k.Nested("config", c.Validate())
	k.Nested("", check(opportunities, orders, c.filled().Horizon))
	if err := k.Err("sensing"); err != nil {
		return Sensed{}, err
	}
	s := sensor{config: c.filled(), leads: map[tandem.ProductID]int{}}
	for _, l := range c.Leads {
		s.leads[l.Product] = l.Days
	}
	s.out.At = c.At
	s.admit(opportunities, orders)
	if err := s.date(); err != nil {
		return Sensed{}, err
	}
	if err := s.consume(); err != nil {
		return Sensed{}, err
	}
	if err := s.gather(); err != nil {
		return Sensed{}, err
	}
	s.tell()
	return s.out, nil
}

// sensor is one run.
type sensor struct {
	config Config
	leads  map[tandem.ProductID]int
	lines  []Opportunity
	pegs   []Peg // by line
	orders []Order
	out    Sensed
}

// admit sorts the lines, leaves out what was given twice and what is nought.
func (s *sensor) admit(opportunities []Opportunity, orders []Order) {
	s.lines, s.orders = slices.Clone(opportunities), slices.Clone(orders)
	slices.SortStableFunc(s.lines, Opportunity.compare)
	slices.SortStableFunc(s.orders, Order.compare)
	s.lines = slices.CompactFunc(s.lines, func(a, b Opportunity) bool {
		return a.key() == b.key() && s.remark(b.Ref, b.Line, b.Product, b.Quantity, signal.CountedOnce)
	})
	s.orders = slices.CompactFunc(s.orders, func(a, b Order) bool {
		return a.key() == b.key() && s.remark(b.Ref, b.Line, b.Product, b.Quantity, signal.CountedOnce)
	})
	s.lines = slices.DeleteFunc(s.lines, func(o Opportunity) bool {
		return o.Quantity.Sign() <= 0 && s.remark(o.Ref, o.Line, o.Product, o.Quantity, signal.NotPositive)
	})
	s.orders = slices.DeleteFunc(s.orders, func(o Order) bool {
		return o.Quantity.Sign() <= 0 && s.remark(o.Ref, o.Line, o.Product, o.Quantity, signal.NotPositive)
	})
}

func (s *sensor) remark(d tandem.DocumentRef, line int, p tandem.ProductID, q tandem.Quantity, n insight.Reason) bool {
	s.out.Remarks = append(s.out.Remarks, Remark{d, line, p, q, n})
	return true
}

// date gives each line its day of need and its bucket.
func (s *sensor) date() error {
	first := s.config.Bucket.Begin(s.config.At)
	var c tandem.Check
	for _, o := range s.lines {
		zero := tandem.QuantityFromMicro(0, o.Quantity.Unit())
		p := Peg{
			Opportunity: o.Ref, Line: o.Line, Party: o.Party, Quantity: o.Quantity, Consumed: zero, Guessed: zero,
			Open: o.Quantity, Probability: o.Probability, Close: o.Close, Need: o.Need, Bucket: -1,
		}
		late := !o.Close.IsZero() && o.Close.Before(s.config.At)
		if late {
			p.Notes = append(p.Notes, ClosePassed)
		}
		if p.Need.IsZero() && !o.Close.IsZero() {
			from := o.Close
			if late && s.config.Overdue == MoveOverdue {
				from = s.config.At
			}
			need, err := s.ahead(from, o.Product)
			if err != nil {
				c.Add("calendar", "config.calendar", "has no working day within the lead time")
				return c.Err("sensing")
			}
			p.Need = need
		}
		switch {
		case o.Close.IsZero() && o.Need.IsZero():
			p.Notes = append(p.Notes, WithoutClose)
		case late && s.config.Overdue == LeaveOverdue:
		case p.Need.IsZero():
			p.Notes = append(p.Notes, BeyondHorizon) // beyond the calendar's end
		case p.Need.Before(s.config.At):
			p.Notes, p.Bucket = append(p.Notes, NeedPassed), 0
		default:
			p.Bucket = s.config.Bucket.Between(first, s.config.Bucket.Begin(p.Need))
			if p.Bucket >= s.config.Horizon {
				p.Notes, p.Bucket = append(p.Notes, BeyondHorizon), -1
			}
		}
		s.pegs = append(s.pegs, p)
	}
	return nil
}

func (s *sensor) ahead(from tandem.Date, product tandem.ProductID) (tandem.Date, error) {
	days, ok := s.leads[product]
	if !ok {
		days = s.config.LeadDays
	}
	if s.config.Calendar == nil {
		return from.AddDays(days), nil
	}
	if days == 0 {
		return s.config.Calendar.OnWorkingDay(from)
	}
	return s.config.Calendar.AddWorkingDays(from, days)
}

// gather sums the pegs of each product into its buckets.
func (s *sensor) gather() error {
	for i := 0; i < len(s.lines); {
		j := i
		for j < len(s.lines) && s.lines[j].Product == s.lines[i].Product {
			j++
		}
		d, err := s.sum(s.lines[i].Product, s.pegs[i:j:j])
		if err != nil {
			return err
		}
		s.out.Demands = append(s.out.Demands, d)
		i = j
	}
	return nil
}

func (s *sensor) sum(product tandem.ProductID, pegs []Peg) (Demand, error) {
	zero := tandem.QuantityFromMicro(0, pegs[0].Quantity.Unit())
	d := Demand{
		Product: product, Start: s.config.Bucket.Begin(s.config.At), Bucket: s.config.Bucket, Pipeline: zero, Consumed: zero, Guessed: zero, Open: zero,
		Expected: slices.Repeat([]tandem.Quantity{zero}, s.config.Horizon), Variance: make([]float64, s.config.Horizon), Pegs: pegs,
	}
	inside := make(map[int][]int)
	for i := range pegs {
		p := &pegs[i]
		var err error
		if p.Expected, err = p.Open.MulRatio(p.Probability.Ratio(), s.config.Rounding); err != nil {
			return d, overflow(err)
		}
		add := func(sum *tandem.Quantity, q tandem.Quantity) {
			if err == nil {
				*sum, err = sum.Add(q)
			}
		}
		add(&d.Pipeline, p.Quantity)
		add(&d.Consumed, p.Consumed)
		add(&d.Guessed, p.Guessed)
		add(&d.Open, p.Open)
		if p.Bucket >= 0 {
			add(&d.Expected[p.Bucket], p.Expected)
			inside[p.Bucket] = append(inside[p.Bucket], i)
		}
		if err != nil {
			return d, overflow(err)
		}
	}
	for b := range d.Variance {
		d.Variance[b] = variance(pegs, inside[b], float64(s.config.Correlation.Nano())/1e9)
	}
	return d, nil
}

func overflow(err error) error {
	var c tandem.Check
	c.Nested("opportunities", err)
	return c.Err("pipeline")
}

// variance is Σ q²·p·(1-p) over deals. Lines of one deal are won together: of two,
// the less likely implies the other, which gives the covariance q₁q₂(min(p₁, p₂) -
// p₁p₂). A common cause correlates the deals: (1-ρ)·Σv + ρ·(Σ√v)².
func variance(pegs []Peg, list []int, rho float64) float64 {
	slices.SortStableFunc(list, func(a, b int) int {
		if c := compareDeals(pegs[a], pegs[b]); c != 0 {
			return c
		}
		return pegs[b].Probability.Cmp(pegs[a].Probability)
	})
	sum, roots := 0.0, 0.0
	for i := 0; i < len(list); {
		// The likeliest line first: with each further one, all before it are implied.
		deal, before := 0.0, 0.0
		j := i
		for ; j < len(list) && compareDeals(pegs[list[i]], pegs[list[j]]) == 0; j++ {
			q, p := row.Units(pegs[list[j]].Open), float64(pegs[list[j]].Probability.Nano())/1e9
			deal += float64(q*q*p*(1-p)) + float64(2*q*p*before)
			before += float64(q * (1 - p))
		}
		sum += deal
		roots += math.Sqrt(deal)
		i = j
	}
	return sum - float64(rho*sum) + float64(rho*roots*roots)
}
