package intermittent

import (
	"slices"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/integration/insight/internal/enum"
	"github.com/tandem-go/tandem/internal/float"
)

// Class is a field of the grid of Syntetos, Boylan and Croston (2005): intervals
// from 1.32 are long, a squared coefficient of variation from 0.49 is large.
type Class string

// The classes.
const (
	Smooth       Class = "smooth"
	Erratic      Class = "erratic"
	Intermittent Class = "intermittent"
	Lumpy        Class = "lumpy"
	NoDemand     Class = "no_demand"
)

// Classes lists the classes.
func Classes() []Class { return []Class{Smooth, Erratic, Intermittent, Lumpy, NoDemand} }

// Valid says whether the class is one of [Classes].
func (c Class) Valid() bool { return slices.Contains(Classes(), c) }

// UnmarshalText reads exactly the names of [Classes].
func (c *Class) UnmarshalText(text []byte) error { return enum.Decode(c, text, "class", Classes()) }

// The limits of the grid.
const (
	LongInterval   = 1.32
	LargeVariation = 0.49
)

// Classify places a history on the grid.
func Classify(y []float64) (class Class, interval, variation float64) {
	count, sum, squares := 0, 0.0, 0.0
	for _, v := range y {
		if v > 0 {
			count++
			sum += v
		}
	}
	if count == 0 {
		return NoDemand, 0, 0
	}
	mean := sum / float64(count)
	for _, v := range y {
		if v > 0 {
			squares += float64((v - mean) * (v - mean))
		}
	}
	interval = float64(len(y)) / float64(count)
	variation = squares / float64(count) / float64(mean*mean)
	switch {
	case interval < LongInterval && variation < LargeVariation:
		return Smooth, interval, variation
	case interval < LongInterval:
		return Erratic, interval, variation
	case variation < LargeVariation:
		return Intermittent, interval, variation
	}
	return Lumpy, interval, variation
}

// Validate reports every fault of a model from outside, such as one decoded from JSON; those of [Fit] have none. A model
// with faults draws what it can: without the sizes seen demands of the mean size, without that none.
func (m *Model) Validate() error {
	var c tandem.Check
	c.Require(m.Method.Valid(), "method", "method", "must be croston, sba, tsb, adida or imapa")
	c.Require(m.Class.Valid(), "class", "class", "must be one of the classes")
	for _, part := range []struct {
		path  string
		value float64
	}{{"rate", m.Rate}, {"mean_size", m.MeanSize}, {"squared_variation", m.Variability}, {"memory", m.Memory}, {"wandering", m.Wandering}} {
		c.Require(part.value >= 0 && float.Finite(part.value), "negative", part.path, "must not be negative")
	}
	c.Require(m.Probability >= 0 && m.Probability <= 1, "probability", "probability", "must be 0 to 1")
	c.Require(m.Rate == 0 || m.MeanSize > 0, "mean_size", "mean_size", "must be positive where there is demand")
	c.Require(m.Rate == 0 || len(m.Sizes) > 0, "sizes", "sizes", "the demands seen are needed where there is a rate")
	c.Require(!slices.ContainsFunc(m.Sizes, func(v float64) bool { return !(v > 0) || !float.Finite(v) }), "size", "sizes", "must be positive")
	return c.Err("intermittent demand")
}
