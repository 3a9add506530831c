package stacking

import (
	"math/bits"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/pricing/promotion/internal/bitset"
)

// give works out what an offer gives at this state: the lines it hits, with the
// change of each and the units it takes or holds. It changes nothing.
func (r *Run) give(st *state, o *Offer, index int, policy Policy) (total int64) {
	r.sets, r.weights = 0, r.weights[:0]
	r.gather(st, o, index)
	switch o.Effect {
	case OnLines:
		total = r.eachLine(st, o, policy)
	case OnAcross:
		return r.across(st, o, policy)
	case OnUnits:
		r.someUnits(st, o, index)
		total = r.offUnits(st, o)
	case OnBuyGet:
		if o.PerSet && o.GetPool < 0 {
			r.perSet(st, o, index)
		} else {
			r.global(st, o, index)
		}
		total = r.offUnits(st, o)
	case OnSets:
		total = r.priceSets(st, o, index)
	case OnGoods:
		r.goods(st, o, index)
		return 0
	}
	if total > o.Cap {
		for _, i := range r.hit {
			r.at[i].exact = r.Scale(r.at[i].delta, o.Cap, total)
			r.weights = append(r.weights, r.at[i].delta)
		}
		r.allocate(o.Cap)
		return o.Cap
	}
	return total
}

// gather lists the open lines of an offer's scopes and clears what is noted of them.
func (r *Run) gather(st *state, o *Offer, index int) {
	r.hit = r.hit[:0]
	if o.Shipping {
		r.reset(int32(r.n))
		return
	}
	for word := range r.Words {
		for lines := r.reach(index, word) & st.open[word]; lines != 0; {
			var i int
			i, lines = bitset.Lowest(lines)
			r.reset(int32(word<<6 + i))
		}
	}
}

func (r *Run) reset(i int32) {
	r.hit = append(r.hit, i)
	r.at[i] = effect{}
}

// eachLine is for a rate, an amount or a price that falls on each line by itself.
func (r *Run) eachLine(st *state, o *Offer, policy Policy) (total int64) {
	for _, i := range r.hit {
		l := &st.lines[i]
		base := l.start
		if policy == Compound || policy == Sequential {
			base = l.amount
		}
		saving := r.lineSaving(o, base, int(i))
		r.at[i].basis, r.at[i].exact = base, saving
		if o.Rate > 0 {
			if r.Trace {
				r.at[i].exact = r.Scale(base, o.Rate, nano)
			}
			if policy == Additive && !o.PerUnit {
				// The sum of the rates is rounded, not each: 20 % and 10 % are 30 %.
				saving = r.Scale(base, l.rate+o.Rate, nano) - r.Scale(base, l.rate, nano)
				if o.Shipping {
					saving = min(saving, o.Cap)
				}
			}
		}
		r.at[i].delta = min(saving, l.amount)
		total += r.at[i].delta
	}
	return total
}

// lineSaving gives what falls on one line of an amount, never more than it. The
// cap bounds the shipping, the only line of its offers.
func (r *Run) lineSaving(o *Offer, base int64, i int) int64 {
	var saving int64
	switch {
	case o.Fixed:
		quantity := tandem.QuantityFromMicro(r.Lines[i].Quantity, r.Lines[i].Unit)
		price, err := o.Price.Times(quantity, r.rules.Rounding)
		if err != nil || price.Minor() >= base { // another unit, or beyond all amounts: dearer
			return 0
		}
		saving = base - price.Minor()
	case o.Rate > 0 && o.PerUnit:
		saving = r.Scale(r.Scale(base, o.Rate, r.Lines[i].Quantity*(nano/Micro)), r.Lines[i].Quantity, Micro)
	case o.Rate > 0:
		saving = r.Scale(base, o.Rate, nano)
	case o.PerUnit:
		saving = r.Scale(o.Amount, r.Lines[i].Quantity, Micro)
	default:
		saving = o.Amount
	}
	if o.Shipping {
		saving = min(saving, o.Cap)
	}
	return min(saving, base)
}

// across takes a rate or an amount off the sum of the lines and allocates it in
// proportion to what is left of them.
func (r *Run) across(st *state, o *Offer, policy Policy) int64 {
	var base, left int64
	for _, i := range r.hit {
		l := &st.lines[i]
		r.at[i].basis = l.start
		if policy == Compound || policy == Sequential {
			r.at[i].basis = l.amount
		}
		base += r.at[i].basis
		left += l.amount
		r.weights = append(r.weights, l.amount)
	}
	whole := o.Amount
	if o.Rate > 0 {
		whole = r.Scale(base, o.Rate, nano)
	}
	whole = min(whole, o.Cap, left)
	r.allocate(whole)
	if r.Trace {
		for _, i := range r.hit {
			r.at[i].exact = r.Scale(st.lines[i].amount, whole, left)
			if o.Rate > 0 && whole < o.Cap {
				r.at[i].exact = r.Scale(r.at[i].basis, o.Rate, nano)
			}
		}
	}
	return whole
}

// allocate splits whole over the lines hit, by the weights of each. They sum to at
// least whole, so that no share is above its weight.
func (r *Run) allocate(whole int64) {
	switch {
	case whole == 0:
		for _, i := range r.hit {
			r.at[i].delta = 0
		}
		return
	case len(r.hit) == 1:
		r.at[r.hit[0]].delta = whole
		return
	}
	shares, err := tandem.Allocate(r.shares[:0], tandem.MoneyFromMinor(whole, r.Currency), r.weights)
	if r.shares = shares; err != nil {
		r.Err = err // cannot be: amounts and their number are bounded
		return
	}
	for at, i := range r.hit {
		r.at[i].delta = shares[at].Minor()
	}
}

// offUnits takes the rate or amount off the units that are given, at the value
// of so many units of what is left of their line.
func (r *Run) offUnits(st *state, o *Offer) (total int64) {
	for _, i := range r.hit {
		n := r.at[i].take
		if n == 0 {
			continue
		}
		l := &st.lines[i]
		value := r.Scale(l.rest, n*Micro, l.left)
		saving := value
		if o.Rate > 0 {
			saving = r.Scale(value, o.Rate, nano)
		} else if high, low := bits.Mul64(uint64(o.Amount), uint64(n)); high == 0 && low < uint64(value) {
			saving = int64(low)
		}
		r.at[i].basis, r.at[i].exact = value, saving
		r.at[i].delta = min(saving, l.amount)
		total += r.at[i].delta
	}
	return total
}

// Reached judges the threshold of an offer that counts the amounts before all promotions.
func (r *Run) Reached(index int) bool { return r.reached(nil, &r.rules.Offers[index], index) }

func (r *Run) reached(st *state, o *Offer, index int) bool {
	t := o.Threshold
	var spend, quantity int64
	for i := range r.n {
		if !t.Order && !bitset.Has(r.Pool(index), i) || !t.Blocked && !bitset.Has(r.Open, i) {
			continue
		}
		if r.Lines[i].Unit == t.Unit {
			quantity += r.Lines[i].Quantity
		}
		if t.Spend > 0 {
			spend += r.counted(st, t, i)
		}
	}
	return spend >= t.Spend && quantity >= t.Quantity
}

// counted gives the amount of a line that a threshold counts.
func (r *Run) counted(st *state, t *Threshold, i int) int64 {
	line := &r.Lines[i]
	amount := line.Amount
	switch t.Counted {
	case CountNet:
		amount = line.Net
	case CountGross:
		amount = line.Gross
	}
	if !t.Reduced {
		return amount
	}
	now := st.lines[i].start
	if r.search.sequential {
		now = st.lines[i].amount
	}
	if t.Counted == CountPriced {
		return now
	}
	return r.Scale(amount, now, line.Amount)
}
