package picture

import (
	"fmt"
	"math"
	"strings"
)

// Scale places estimates, which are floats, between two edges of a plot: upwards, where From is below To on the page, or
// sideways. What is beyond its ends stands at them, so that no line leaves its plot.
type Scale struct {
	Low, High, Step float64
	From, To        float64
}

// beyond is the greatest size that a scale tells apart.
const beyond = 1e15

// Finite reports whether a number can be drawn and told.
func Finite(v float64) bool { return v-v == 0 }

// Known gives the numbers that can be drawn.
func Known(lists ...[]float64) (all []float64) {
	for _, list := range lists {
		for _, v := range list {
			if Finite(v) {
				all = append(all, v)
			}
		}
	}
	return all
}

// NewScale gives a scale of about so many round steps that holds low and high.
func NewScale(low, high float64, steps int, from, to float64) Scale {
	low, high = within(low), within(high)
	if high <= low {
		high = low + 1
	}
	high = max(high, low+1e-6*max(1, math.Abs(low), math.Abs(high))) // finer steps no float tells apart
	s := Scale{From: from, To: to, Step: roundFloat((high - low) / float64(steps))}
	s.Low = s.Step * math.Floor(low/s.Step+1e-9)
	s.High = s.Step * math.Ceil(high/s.Step-1e-9)
	return s
}

func within(v float64) float64 {
	if v != v {
		return 0
	}
	return max(-beyond, min(beyond, v))
}

// roundFloat gives the nearest of … 0.1, 0.2, 0.5, 1, 2, 5, 10 …
func roundFloat(v float64) float64 {
	power := 1.0
	for power > v && power > 1e-9 {
		power /= 10
	}
	for 10*power <= v {
		power *= 10
	}
	switch m := v / power; {
	case m < 1.5:
		return power
	case m < 3.5:
		return 2 * power
	case m < 7.5:
		return 5 * power
	}
	return 10 * power
}

// At gives the place of a value.
func (s Scale) At(v float64) float64 {
	v = max(s.Low, min(s.High, within(v)))
	return s.From + (s.To-s.From)*((v-s.Low)/(s.High-s.Low))
}

// Ticks gives the values at the steps.
func (s Scale) Ticks() (ticks []float64) {
	n := int(math.Floor((s.High-s.Low)/s.Step + 0.5))
	for i := 0; i <= n; i++ {
		ticks = append(ticks, s.Low+s.Step*float64(i))
	}
	return ticks
}

// Up draws the grid of a scale that goes upwards, with its numbers to the left.
func (s Scale) Up(c *Canvas, left, right float64, number func(float64) string) {
	for _, v := range s.Ticks() {
		class := "rule"
		if math.Abs(v) < s.Step/2 {
			class = "base"
		}
		c.Line(left, s.At(v), right, s.At(v), class)
		c.Label(left-8, s.At(v)+4, "end", "small", number(v))
	}
}

// Across draws the grid of a scale that goes sideways, with its numbers below where there is room.
func (s Scale) Across(c *Canvas, top, bottom float64, number func(float64) string) {
	free := math.Inf(-1)
	for _, v := range s.Ticks() {
		x, text := s.At(v), number(v)
		c.Line(x, top, x, bottom, "rule")
		half := Letter * float64(len([]rune(text))) / 2
		if x-half > free && x+half <= float64(c.Width)+1 {
			c.Label(x, bottom+18, "middle", "small", text)
			free = x + half + 6
		}
	}
}

// Compact writes a number for an axis: 1,500, 20k, 3.4m.
func Compact(v float64) string {
	switch a := math.Abs(v); {
	case !Finite(v):
		return "–"
	case v < 0 && a >= 1e-9:
		return "−" + Compact(-v)
	case a >= 0.99995*beyond:
		return "1e15"
	case a >= 999_950_000_000:
		return tenth(a/1e12) + "tn"
	case a >= 999_950_000:
		return tenth(a/1e9) + "bn"
	case a >= 999_950:
		return tenth(a/1e6) + "m"
	case a >= 9_999.5:
		return tenth(a/1e3) + "k"
	}
	return Number(v)
}

func tenth(v float64) string {
	if v >= 99.95 {
		return fmt.Sprintf("%.0f", v)
	}
	return strings.TrimSuffix(fmt.Sprintf("%.1f", v), ".0")
}

// Number writes an estimate with about three digits, 12,345, 67, 8.9 or 0.012; – for what is no number.
func Number(v float64) string {
	a := math.Abs(v)
	switch {
	case !Finite(v):
		return "–"
	case a < 5e-7:
		return "0"
	case v < 0:
		return "−" + Number(-v)
	case a > beyond:
		return "more than 1e15"
	case a >= 99.95:
		return Grouped(int64(math.Floor(v + 0.5)))
	case a >= 9.995:
		return tenth(v)
	}
	digits := 2
	for low := 0.095; a < low && digits < 7; low /= 10 {
		digits++
	}
	return strings.TrimRight(strings.TrimRight(fmt.Sprintf("%.*f", digits, v), "0"), ".")
}

// Percent writes a share that is a float in percent.
func Percent(v float64) string {
	if !Finite(v) {
		return "–"
	}
	if math.Abs(v) >= 100 {
		return Compact(100*within(v)) + " %"
	}
	return Number(math.Floor(v*1000+0.5)/10) + " %"
}

// Rough writes a share in whole percent, small ones with a digit more.
func Rough(v float64) string {
	if v >= 0.0995 && v < 100 {
		return fmt.Sprintf("%.0f %%", 100*v)
	}
	return Percent(v)
}

// PoundsOf writes an estimate in pounds.
func PoundsOf(v float64) string { return money(v, Number) }

// PoundsShort writes an estimate in pounds for an axis.
func PoundsShort(v float64) string { return money(v, Compact) }

func money(v float64, number func(float64) string) string {
	switch {
	case !Finite(v):
		return "–"
	case v < 0:
		return "−" + money(-v, number)
	case v >= 10:
		v = math.Floor(within(v) + 0.5)
	}
	return "£" + number(v)
}

// Frame is where a plot lies.
type Frame struct{ Left, Right, Top, Bottom float64 }

// Step begins or goes on with a path.
func Step(d string) string {
	if d == "" {
		return "M"
	}
	return "L"
}

// Run gives the path through the values that can be drawn.
func Run(values []float64, x func(int) float64, y Scale) (d string) {
	for i, v := range values {
		if Finite(v) {
			d += fmt.Sprintf("%s%.1f %.1f", Step(d), x(i), y.At(v))
		}
	}
	return d
}
