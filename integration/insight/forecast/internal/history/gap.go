package history

import "slices"

// fill interpolates what is missing or closed: from the nearest known values one
// cycle away where there is a season, else from the neighbours. What was open at a
// closed place is no measure of it, nor of the days beside it, and is replaced as if it
// had been closed. Where nothing is known it says that there is no history, and gives
// false.
func (p *Prepared) fill(r Raw) bool {
	gap := Marks(len(p.Values), slices.Concat(r.Missing, r.Closed, p.open))
	if len(p.open) > 0 {
		p.Warn(ClosedOpened, "places that were closed in most cycles stay closed; where they were open the values are left out", p.open...)
	}
	if len(gap) > 0 && !slices.Contains(gap, false) {
		clear(p.Values)
		p.Demand, p.Constant, p.Unknown = true, true, len(r.Censored) > 0
		p.Warn(NoHistory, "no value is known: the forecast is zero")
		return false
	}
	if len(r.Missing) > 0 {
		p.Warn(MissingValues, "missing values were interpolated", listed(r.Missing)...)
	}
	if slices.Contains(gap, true) {
		interpolate(p.Values, gap, p.Season)
	}
	return true
}

// listed gives positions in order, each once.
func listed(positions []int) []int {
	return slices.Compact(slices.Sorted(slices.Values(positions)))
}

// Marks gives which of n positions are in the list.
func Marks(n int, list []int) []bool {
	out := make([]bool, n)
	for _, i := range list {
		if i >= 0 && i < n {
			out[i] = true
		}
	}
	return out
}

// interpolate fills the gaps from known values a cycle (or several) away, on a line
// between them; where a place in the season has none, from the nearest ones.
func interpolate(y []float64, gap []bool, season int) {
	same, near := around(gap, season), around(gap, 1)
	for i, g := range gap {
		if !g {
			continue
		}
		at := same[i]
		if at.before < 0 && at.after < 0 {
			at = near[i]
		}
		switch {
		case at.before >= 0 && at.after >= 0:
			w := float64(i-at.before) / float64(at.after-at.before)
			y[i] = y[at.before] + float64(w*(y[at.after]-y[at.before]))
		case at.before >= 0:
			y[i] = y[at.before]
		case at.after >= 0:
			y[i] = y[at.after]
		}
	}
}

// neighbours are the nearest known positions, -1 for none.
type neighbours struct{ before, after int }

func around(gap []bool, step int) []neighbours {
	out := make([]neighbours, len(gap))
	for i := range gap {
		out[i].before = i - step
		if i < step {
			out[i].before = -1
		} else if gap[i-step] {
			out[i].before = out[i-step].before
		}
	}
	for i := len(gap) - 1; i >= 0; i-- {
		out[i].after = i + step
		if i+step >= len(gap) {
			out[i].after = -1
		} else if gap[i+step] {
			out[i].after = out[i+step].after
		}
	}
	return out
}
