package picture

import (
	"fmt"
	"slices"

	"github.com/tandem-go/tandem"
)

// Forecast is a series by week with the forecast of its last weeks: points, and the bands of 80 and 95 percent.
type Forecast struct {
	Start                              tandem.Date // Monday of the first week
	Actual                             []float64
	Points                             []float64
	Lower80, Upper80, Lower95, Upper95 []float64
}

// Ahead is how many of the last weeks were forecast.
func (s *Forecast) Ahead() int {
	return min(len(s.Points), len(s.Actual), len(s.Lower80), len(s.Upper80), len(s.Lower95), len(s.Upper95))
}

// Inside counts the weeks that came within the interval of 95 %.
func (s *Forecast) Inside() (n int) {
	h := s.Ahead()
	for i, v := range s.Actual[len(s.Actual)-h:] {
		if s.Lower95[i] <= v && v <= s.Upper95[i] {
			n++
		}
	}
	return n
}

// Week gives the Monday of a week.
func (s *Forecast) Week(i int) tandem.Date { return s.Start.AddDays(7 * i) }

// Scale holds what came and was forecast, and of the bands what is not out of all proportion to those.
func (s *Forecast) Scale(from, steps int, f Frame) Scale {
	h := s.Ahead()
	seen := append(Known(s.Actual[from:], s.Points[:h]), 0)
	low, high := slices.Min(seen), max(slices.Max(seen), 1)
	if upper := Known(s.Upper95[:h]); len(upper) > 0 {
		high = max(high, min(slices.Max(upper), 2*high))
	}
	return NewScale(low, high, steps, f.Bottom, f.Top)
}

// Curves draws the bands, what was forecast and what came, from one week on, and gives the place of each week.
func (s *Forecast) Curves(c *Canvas, f Frame, y Scale, from int) (x func(int) float64) {
	h, n := s.Ahead(), len(s.Actual)
	pitch := (f.Right - f.Left) / float64(max(n-from, 1))
	x = func(i int) float64 { return f.Left + pitch*(float64(i-from)+0.5) }
	first := n - h
	band := func(lower, upper []float64, class, tip string) {
		there, back := "", ""
		for i := range h {
			there += fmt.Sprintf("%s%.1f %.1f", Step(there), x(first+i), y.At(upper[i]))
			back = fmt.Sprintf("L%.1f %.1f", x(first+i), y.At(lower[i])) + back
		}
		if h == 1 { // a band of one week is a bar
			c.Rect(x(first)-5, y.At(upper[0]), 10, y.At(lower[0])-y.At(upper[0]), class, tip)
			return
		}
		c.Path(there+back+"Z", class, tip)
	}
	band(s.Lower95, s.Upper95, "band95", "95 % of what came was to be in here")
	band(s.Lower80, s.Upper80, "band80", "80 % of what came was to be in here")
	c.Path(Run(s.Actual[from:], func(i int) float64 { return x(from + i) }, y), "curve thin s1", "What came")
	c.Path(Run(s.Points[:h], func(i int) float64 { return x(first + i) }, y), "curve thin s2", "Forecast")
	for i := range h {
		v := s.Actual[first+i]
		tip := fmt.Sprintf("Week from %s: %s came, %s forecast", s.Week(first+i), Number(v), Number(s.Points[i]))
		if Finite(v) {
			c.Circle(x(first+i), y.At(v), min(3.5, pitch/2), "f-s1", tip)
		}
	}
	return x
}

// Months writes the months below the weeks, those of which hardly anything is drawn left out.
func (s *Forecast) Months(c *Canvas, x func(int) float64, f Frame) {
	var months []tandem.Date
	var places []float64
	begin := 0
	for i := range s.Actual {
		if i+1 < len(s.Actual) && s.Week(i).Month() == s.Week(i+1).Month() {
			continue
		}
		if i > begin || len(s.Actual) == 1 {
			months, places = append(months, s.Week(i)), append(places, (x(begin)+x(i))/2)
		}
		begin = i + 1
	}
	if len(months) == 0 || len(months) > 36 {
		c.Label(f.Left, f.Bottom+18, "start", "small", s.Week(0).String())
		c.Label(f.Right, f.Bottom+18, "end", "small", s.Week(len(s.Actual)-1).String())
		return
	}
	pitch := (f.Right - f.Left) / float64(len(months)+1)
	MonthLabels(c, months, func(i int) float64 { return places[i] }, f.Bottom, pitch*0.8)
}
