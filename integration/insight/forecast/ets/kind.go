package ets

import (
	"github.com/tandem-go/tandem"
)

// Component says how a part of the model enters.
type Component string

// The components.
const (
	None           Component = "none"
	Additive       Component = "additive"
	Multiplicative Component = "multiplicative"
)

// Components lists the components.
func Components() []Component { return []Component{None, Additive, Multiplicative} }

// Valid says whether the component is one of [Components].
func (c Component) Valid() bool { return c == None || c == Additive || c == Multiplicative }

// UnmarshalText reads exactly the names of [Components].
func (c *Component) UnmarshalText(text []byte) error {
	if got := Component(text); got.Valid() {
		*c = got
		return nil
	}
	return &tandem.InvalidError{Subject: "component", Faults: []tandem.Fault{{Code: "component", Path: "component", Message: "must be none, additive or multiplicative"}}}
}

func (c Component) letter() string {
	switch c {
	case Additive:
		return "A"
	case Multiplicative:
		return "M"
	}
	return "N"
}

// Kind names a model of the taxonomy of Hyndman, Koehler, Snyder and Grose (2002).
// The trend is none or additive: a multiplicative one explodes, and the automatic
// choice of R leaves it out too.
type Kind struct {
	Error  Component `json:"error"`
	Trend  Component `json:"trend"`
	Damped bool      `json:"damped"`
	Season Component `json:"season"`
}

// String gives the usual short form, such as ETS(M,Ad,M).
func (k Kind) String() string {
	trend := k.Trend.letter()
	if k.Damped {
		trend += "d"
	}
	return "ETS(" + k.Error.letter() + "," + trend + "," + k.Season.letter() + ")"
}

// Validate reports every fault of the kind.
func (k Kind) Validate() error {
	var c tandem.Check
	c.Require(k.Error == Additive || k.Error == Multiplicative, "error", "error", "must be additive or multiplicative")
	c.Require(k.Trend == None || k.Trend == Additive, "trend", "trend", "must be none or additive")
	c.Require(!k.Damped || k.Trend == Additive, "damped", "damped", "only a trend can be damped")
	c.Require(k.Season.Valid(), "season", "season", "must be none, additive or multiplicative")
	c.Require(k.Error != Additive || k.Season != Multiplicative, "unstable", "season", "a multiplicative season with additive errors has an infinite variance")
	return c.Err("ETS kind")
}

// Kinds lists the models that the automatic choice tries for a series: six
// without a season, fifteen with one; those with a multiplicative part need
// positive values. It is R's list (forecast::ets, restrict = TRUE,
// allow.multiplicative.trend = FALSE).
func Kinds(seasonal, positive bool) []Kind {
	var kinds []Kind
	for _, e := range []Component{Additive, Multiplicative} {
		if e == Multiplicative && !positive {
			continue
		}
		for _, s := range Components() {
			if s != None && !seasonal || s == Multiplicative && (!positive || e == Additive) {
				continue
			}
			kinds = append(kinds, Kind{e, None, false, s}, Kind{e, Additive, false, s}, Kind{e, Additive, true, s})
		}
	}
	return kinds
}
