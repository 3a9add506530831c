package survival

import (
	"cmp"
	"math"
	"slices"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/integration/insight"
	"github.com/tandem-go/tandem/internal/float"
)

// The limits of an estimate.
const (
	MaxLives  = 20_000_000
	MaxGroups = 100
	MaxTime   = 1e12
)

// Life is one customer's time, in any one unit.
type Life struct {
	// Entry is when the life came under observation; 0 = from its beginning.
	Entry float64 `json:"entry,omitzero"`
	// Exit is when it ended, or was last seen; from Entry on, not at it, unless both
	// are 0.
	Exit float64 `json:"exit"`
	// Ended says that the event was seen; else the life is censored.
	Ended bool `json:"ended"`
}

// Config says what to estimate; the zero value is the default.
type Config struct {
	// Level of the limits, above 0 and below 1; 0 is 0.95.
	Level float64 `json:"level,omitzero"`
	// Restriction is the time up to which the mean is taken; 0 is the last exit.
	Restriction float64 `json:"restriction,omitzero"`
}

// Validate reports every fault of the configuration.
func (c Config) Validate() error {
	var check tandem.Check
	check.Require(c.Level >= 0 && c.Level < 1, "level", "level", "must be above 0 and below 1, or 0 for 0.95")
	check.Require(c.Restriction >= 0 && c.Restriction <= MaxTime, "restriction", "restriction", "must be 0 to 1e12")
	return check.Err("configuration")
}

// The reasons for which a life is left out.
const (
	NoTime    insight.Reason = "no_time"    // a time that is no number, below zero or above 1e12
	NoBreadth insight.Reason = "no_breadth" // an exit at its entry or before
)

// Reasons lists the reasons.
func Reasons() []insight.Reason { return []insight.Reason{NoTime, NoBreadth} }

// The warnings.
const (
	NoLives       insight.WarningCode = "no_lives"
	NoEvents      insight.WarningCode = "no_events"       // all are censored
	LateEntry     insight.WarningCode = "late_entry"      // lives came under observation late
	EmptyRisk     insight.WarningCode = "empty_risk"      // all at risk ended while others had still to enter
	FewAtRisk     insight.WarningCode = "few_at_risk"     // fewer than ten at risk at the median
	MedianUnknown insight.WarningCode = "median_unknown"  // the curve does not come down to a half
	BeyondLast    insight.WarningCode = "beyond_last"     // the mean goes on beyond the last exit: the curve was held there
	FewExpected   insight.WarningCode = "few_expected"    // fewer than five events expected in a group
	NothingToTest insight.WarningCode = "nothing_to_test" // fewer than two groups at risk at an event
)

// WarningCodes lists the warnings.
func WarningCodes() []insight.WarningCode {
	return []insight.WarningCode{
		NoLives, NoEvents, insight.RowsLeftOut, LateEntry, EmptyRisk, FewAtRisk, MedianUnknown, BeyondLast, FewExpected, NothingToTest,
	}
}

// exit is a life's end as it is sorted.
type exit struct {
	time  float64
	ended bool
	group int32
}

// sample is what is left of lives, sorted.
type sample struct {
	exits   []exit
	entries []exit // of those that entered late
	leftOut []insight.LeftOut
}

func (s *sample) add(lives []Life, group int32) {
	for _, l := range lives {
		switch {
		case !(l.Entry >= 0 && l.Entry <= MaxTime && l.Exit >= 0 && l.Exit <= MaxTime):
			s.leftOut = insight.Leave(s.leftOut, NoTime, 1)
			continue
		case l.Entry > 0 && l.Exit <= l.Entry:
			s.leftOut = insight.Leave(s.leftOut, NoBreadth, 1)
			continue
		}
		s.exits = append(s.exits, exit{l.Exit, l.Ended, group})
		if l.Entry > 0 {
			s.entries = append(s.entries, exit{time: l.Entry, group: group})
		}
	}
}

func (s *sample) sort() {
	slices.SortFunc(s.exits, func(a, b exit) int { return cmp.Compare(a.time, b.time) })
	slices.SortFunc(s.entries, func(a, b exit) int { return cmp.Compare(a.time, b.time) })
}

// leaving gives the warning of lives that were left out, if any were.
func (s *sample) leaving() []insight.Warning {
	if n := insight.Left(s.leftOut); n > 0 {
		return []insight.Warning{insight.Warn(insight.RowsLeftOut, "%d lives have no usable time", n)}
	}
	return nil
}

// moment is a time at which lives ended, by group.
type moment struct {
	time     float64
	atRisk   []float64
	events   []float64
	censored []float64
}

// walk calls the function for every time at which a life ended or was censored, in
// order. Those who enter at that time are at risk only after it.
func (s *sample) walk(groups int, visit func(moment)) {
	m := moment{atRisk: make([]float64, groups), events: make([]float64, groups), censored: make([]float64, groups)}
	for _, e := range s.exits {
		m.atRisk[e.group]++
	}
	for _, e := range s.entries {
		m.atRisk[e.group]--
	}
	entered := 0
	for at := 0; at < len(s.exits); {
		m.time = s.exits[at].time
		for ; entered < len(s.entries) && s.entries[entered].time < m.time; entered++ {
			m.atRisk[s.entries[entered].group]++
		}
		clear(m.events)
		clear(m.censored)
		for ; at < len(s.exits) && s.exits[at].time == m.time; at++ {
			if e := s.exits[at]; e.ended {
				m.events[e.group]++
			} else {
				m.censored[e.group]++
			}
		}
		visit(m)
		for g := range groups {
			m.atRisk[g] -= m.events[g] + m.censored[g]
		}
	}
}

// quantile of the standard normal for a two-sided level.
func (c Config) quantile() float64 {
	level := c.Level
	if level == 0 {
		level = 0.95
	}
	return float.NormalQuantile((1 + level) / 2)
}

// root is the square root, 0 of what rounding made negative.
func root(x float64) float64 { return math.Sqrt(max(x, 0)) }
