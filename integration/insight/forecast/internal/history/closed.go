package history

import "slices"

// places are the closed places of the cycles that a history has.
type places struct {
	shut [][]bool // by cycle
	open []int    // positions at a shut place where it was open all the same
}

// closedPlaces finds the places of each cycle that are closed: those that were whenever
// they came, twice at least, and those that were the last two times and in three quarters
// of all: a Sunday in Advent opens no other Sunday. There are no such exceptions where
// openings come again in a longer cycle, as of an hour that is open on Thursdays alone,
// nor where they would close a cycle altogether, as of a shop of some months.
func (r Raw) closedPlaces() (p places) {
	if len(r.Closed) == 0 {
		return p
	}
	n, usual := len(r.Values), r.Season
	if usual < 2 {
		usual = r.Usual
	}
	closed, missing := Marks(n, r.Closed), Marks(n, r.Missing)
	cycles, exceptions := append([]int{usual}, r.LongSeasons...), make([]bool, n)
	for _, m := range cycles {
		if m < 2 {
			continue
		}
		shut := alwaysClosed(closed, m)
		if mostly := mostlyClosed(closed, m, cycles); slices.Contains(mostly, false) {
			shut = mostly
		}
		for i := range exceptions {
			exceptions[i] = exceptions[i] || shut[i%m] && !closed[i] && !missing[i]
		}
		p.shut = append(p.shut, shut)
	}
	for i, is := range exceptions {
		if is {
			p.open = append(p.open, i)
		}
	}
	return p
}

// alwaysClosed gives the places of a cycle of m that came twice and were always closed.
func alwaysClosed(closed []bool, m int) []bool {
	out := make([]bool, m)
	for j := range out {
		out[j] = j+m < len(closed)
		for i := j; i < len(closed) && out[j]; i += m {
			out[j] = closed[i]
		}
	}
	return out
}

// mostlyClosed gives those that were closed the last two times and in three quarters of
// all, and whose openings come again in none of the longer cycles.
func mostlyClosed(closed []bool, m int, cycles []int) []bool {
	out := make([]bool, m)
	for j := range out {
		times, came, last := 0, 0, 0 // last: how many times in a row up to the end
		for i := j; i < len(closed); i += m {
			came++
			last++
			if closed[i] {
				times++
			} else {
				last = 0
			}
		}
		out[j] = last >= 2 && 4*times >= 3*came
	}
	for _, longer := range cycles {
		if longer <= m || longer%m != 0 || len(closed) < 2*longer {
			continue
		}
		for j := range longer {
			open, came := 0, 0
			for i := j; i < len(closed); i += longer {
				came++
				if !closed[i] {
					open++
				}
			}
			out[j%m] = out[j%m] && 2*open <= came
		}
	}
	return out
}

// Shut says whether the place of a position, in the history or after it, is closed.
func (p *Prepared) Shut(position int) bool {
	return slices.ContainsFunc(p.shut, func(shut []bool) bool { return shut[position%len(shut)] })
}
