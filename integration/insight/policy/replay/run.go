package replay

import (
	"math"
	"sync"
	"sync/atomic"
)

// Run replays the demand of the items against a rule and gives a result for each,
// in order. Only faults of the arguments are errors.
func Run(items []Item, c Config, rule Rule, lead LeadTime) ([]Result, error) {
	if err := check(items, c, rule, lead); err != nil {
		return nil, err
	}
	results := make([]Result, len(items))
	var next atomic.Int64
	var wait sync.WaitGroup
	for range min(max(c.Workers, 1), max(len(items), 1)) {
		wait.Go(func() {
			s := shelf{config: c, rule: rule, lead: lead, due: make([]float64, c.Buckets)}
			for {
				i := int(next.Add(1)) - 1
				if i >= len(items) {
					return
				}
				results[i] = s.replay(i, &items[i])
			}
		})
	}
	wait.Wait()
	return results, nil
}

// shelf is the stock of one item after another.
type shelf struct {
	config Config
	rule   Rule
	lead   LeadTime
	due    []float64 // units to be received, by bucket

	item         *Item
	index, count int     // of the item; orders so far
	net, onOrder float64 // on hand less backordered
	short        bool    // since the last receipt
	result       Result
	counted      bool // the bucket is past the warm-up
}

func (s *shelf) replay(index int, item *Item) Result {
	clear(s.due)
	s.item, s.index, s.count, s.short = item, index, 0, false
	s.net, s.onOrder, s.result = item.Opening, 0, Result{}
	lines, review := item.Lines, max(item.Review, 1)
	left := review
	for t := range s.config.Buckets {
		s.counted = t >= s.config.Warmup
		s.receive(t)
		opening := max(s.net, 0)
		n := 0
		for n < len(lines) && lines[n].Bucket == t {
			n++
		}
		s.serve(lines[:n])
		lines = lines[n:]
		if s.counted {
			s.result.MeanStock += float64((opening + max(s.net, 0)) / 2)
			s.result.MeanBackordered += max(-s.net, 0)
		}
		if left--; left == 0 {
			left = review
			s.review(t)
		}
	}
	s.result.Buckets = s.config.Buckets - s.config.Warmup
	s.result.MeanStock /= float64(s.result.Buckets)
	s.result.MeanBackordered /= float64(s.result.Buckets)
	s.result.MeanValue = float64(s.result.MeanStock * item.Value)
	s.result.Closing = s.net
	return s.result
}

func (s *shelf) receive(t int) {
	units := s.due[t]
	if units == 0 {
		return
	}
	if s.counted {
		s.result.Cycles++
		if s.short || s.net < 0 {
			s.result.CyclesShort++
		}
	}
	s.net += units
	s.onOrder -= units
	s.short = false
}

// serve gives each line what is there.
func (s *shelf) serve(lines []Line) {
	missed := false
	for _, l := range lines {
		if l.Units <= 0 {
			s.net -= l.Units
			continue
		}
		filled := min(max(s.net, 0), l.Units)
		if s.counted {
			s.result.Lines++
			s.result.Units += l.Units
			s.result.UnitsFilled += filled
		}
		switch {
		case filled < l.Units:
			missed = true
		case s.counted:
			s.result.LinesFilled++
		}
		if s.item.Lost {
			s.net -= filled
		} else {
			s.net -= l.Units
		}
	}
	if missed {
		s.short = true
		if s.counted {
			s.result.StockoutBuckets++
		}
	}
}

func (s *shelf) review(t int) {
	level := s.rule(State{Item: s.index, Bucket: t, OnHand: max(s.net, 0), OnOrder: s.onOrder, Backordered: max(-s.net, 0)})
	units := s.quantity(level)
	if !(units > 0) {
		return
	}
	if s.counted {
		s.result.Orders++
		s.result.Purchased += units
	}
	s.onOrder += units
	days := max(s.lead(s.index, t, s.count), 0)
	s.count++
	if days < s.config.Buckets-t-1 {
		s.due[t+1+days] += units
	}
}

func (s *shelf) quantity(l Level) float64 {
	position := s.net + s.onOrder
	if !(position <= l.ReorderPoint) {
		return 0
	}
	if l.Quantity > 0 {
		units := float64((math.Floor((min(l.ReorderPoint, MaxUnits)-position)/l.Quantity) + 1) * l.Quantity)
		if !(units <= 4*MaxUnits) {
			return 0
		}
		return s.item.held(units)
	}
	missing := min(l.OrderUpTo, MaxUnits) - position
	if !(missing > 0) {
		return 0
	}
	missing = max(missing, s.item.Minimum)
	if s.item.Pack > 0 {
		missing = float64(math.Ceil(missing/s.item.Pack-1e-9) * s.item.Pack)
	}
	return s.item.held(missing)
}

// held is an order at most of the maximum, in full packs where it is held there.
func (i *Item) held(units float64) float64 {
	if i.Maximum == 0 || units <= i.Maximum {
		return units
	}
	if i.Pack > 0 {
		return float64(math.Floor(i.Maximum/i.Pack+1e-9) * i.Pack)
	}
	return i.Maximum
}
