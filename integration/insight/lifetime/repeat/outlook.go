package repeat

// Outlook answers for many customers of one [Fit]: what depends on frequency and age
// alone is computed once for each pair. One goroutine at a time.
type Outlook struct {
	law             law
	time, rate, end float64
	given           map[pair]Prospect
}

type pair struct {
	frequency int
	age       float64
}

// Prospect is what may be expected of a customer.
type Prospect struct {
	Alive      float64 `json:"alive"`      // see Fit.Alive
	Purchases  float64 `json:"purchases"`  // see Fit.Next
	Discounted float64 `json:"discounted"` // see Fit.Discounted
}

// Outlook prepares answers for purchases within time t, and for discounted ones by
// rate and horizon as in [Fit.Discounted].
func (f Fit) Outlook(t, rate, horizon float64) *Outlook {
	return &Outlook{law: f.law(), time: span(t), rate: max(rate, 0), end: discountEnd(rate, horizon), given: map[pair]Prospect{}}
}

// Of gives the prospect of a customer.
func (o *Outlook) Of(h History) Prospect {
	h = h.sound()
	key := pair{h.Frequency, h.Age}
	p, ok := o.given[key]
	if !ok {
		if o.time > 0 {
			p.Purchases = o.law.toCome(h, o.time)
		}
		if o.end > 0 {
			p.Discounted = o.law.discounted(h, o.rate, o.end)
		}
		o.given[key] = p
	}
	p.Alive = o.law.alive(h)
	p.Purchases *= p.Alive
	p.Discounted *= p.Alive
	return p
}
