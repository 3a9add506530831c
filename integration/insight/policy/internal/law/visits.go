package law

// visits is how often, in a cycle of (s, S), the position after a review is i steps
// below S: the renewal function of the demand of a review period.
type visits struct {
	count       []float64
	grid, total float64
}

const (
	maxLattice = 512 // widest S − s whose positions are counted one by one
	cells      = 128 // of a wider or continuous one
)

// visits solves m = 1 + m*f on the positions above s (Tijms, A First Course in
// Stochastic Models, 2003, section 6.6).
func (w *Law) visits(width float64) visits {
	v := visits{grid: 1}
	n := int(width)
	if w.step == 0 || n > maxLattice {
		n, v.grid = cells, width/cells
	}
	p := make([]float64, n+1)
	for _, d := range w.review.samples {
		at := min(max(d, 0)/v.grid, float64(n))
		i := min(int(at), n-1)
		share := at - float64(i)
		p[i] += (1 - share) / w.review.size
		p[i+1] += share / w.review.size
	}
	v.count = make([]float64, n)
	stay := max(1-p[0], 1e-12)
	var steps []int // that have a probability: few, where demand is
	for j := 1; j < n; j++ {
		if p[j] > 0 {
			steps = append(steps, j)
		}
	}
	for i := range v.count {
		sum := 0.0
		if i == 0 {
			sum = 1
		}
		for _, j := range steps {
			if j > i {
				break
			}
			sum += float64(p[j] * v.count[i-j])
		}
		v.count[i] = sum / stay
		v.total += v.count[i]
	}
	return v
}

// minMax measures (s, S) by the positions of a cycle; α telescopes over it.
func (w *Law) minMax(v visits, s, width float64) Measure {
	if w.after != nil { // orders go beyond S
		return w.beyond(s, width)
	}
	top, half := s+width, float64((w.lead.mean()+w.both.mean())/2)
	inLead, inBoth := w.lead.beyond(top), w.both.beyond(top)
	short, late, stock := 0.0, w.lead.aboveAt(inLead), 0.0
	for i, n := range v.count {
		y := top - float64(float64(i)*v.grid)
		inLead, inBoth = w.lead.below(inLead, y), w.both.below(inBoth, y)
		lead, both := w.lead.lossAt(inLead, y), w.both.lossAt(inBoth, y)
		short += float64(n * (both - lead))
		late += float64(n * (w.both.aboveAt(inBoth) - w.lead.aboveAt(inLead)))
		stock += float64(n * (y - half + float64((lead+both)/2)))
	}
	m := Measure{
		CycleService: Fraction(1 - late), FillRate: Fraction(1 - short/v.total/w.mean), Stock: max(stock/v.total, 0),
		Orders: 1 / v.total, Undershoot: max(float64(v.total*w.review.mean())-width, 0),
	}
	m.Safety = s - m.Undershoot - w.lead.mean()
	return m
}
