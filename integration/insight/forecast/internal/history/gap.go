package history

import "slices"

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
