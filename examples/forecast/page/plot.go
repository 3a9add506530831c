package page

import (
	"fmt"
	"html"
	"html/template"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/tandem-go/tandem/examples/forecast/result"
)

// The size of a plot, in drawing units; it scales to its card.
const (
	width, height = 400.0, 196.0
	left, right   = 46.0, 392.0
	top, bottom   = 8.0, 174.0
)

// The most values of a history and steps of a forecast that are drawn.
const (
	mostHistory = 156
	mostSteps   = 200
)

// plot draws one series. Coordinates are drawing units.
type plot struct {
	b        strings.Builder
	r        *result.Result
	from, n  int // the first value that is drawn, and how many are
	steps    int
	low      float64
	high     float64
	gap      map[int]bool
	censored map[int]bool
}

func newPlot(r *result.Result) *plot {
	p := &plot{r: r, gap: map[int]bool{}, censored: map[int]bool{}}
	p.n = min(len(r.Series.Values), mostHistory)
	p.from = len(r.Series.Values) - p.n
	p.steps = min(len(r.Forecast.Points), mostSteps)
	for _, i := range slices.Concat(r.Series.Missing, r.Series.Closed) {
		p.gap[i] = true
	}
	for _, i := range r.Series.Censored {
		p.censored[i] = true
	}
	p.scale()
	return p
}

// scale fits history and points; intervals get at most as much again, since one that explodes would flatten the rest.
func (p *plot) scale() {
	p.low, p.high = math.Inf(1), math.Inf(-1)
	see := func(v float64) { p.low, p.high = min(p.low, v), max(p.high, v) }
	for i, v := range p.r.Series.Values[p.from:] {
		if !p.gap[p.from+i] {
			see(v)
		}
	}
	for _, v := range p.r.Forecast.Points[:p.steps] {
		see(v)
	}
	if p.low > p.high {
		p.low, p.high = 0, 1
	}
	if p.low > 0 && p.low < 0.6*p.high {
		p.low = 0
	}
	room := 0.8 * (p.high - p.low)
	low, high := p.low-room, p.high+room
	for _, i := range p.r.Forecast.Intervals {
		for k := range p.steps {
			see(max(i.Lower[k], low))
			see(min(i.Upper[k], high))
		}
	}
	if !(p.high > p.low) {
		room := max(math.Abs(p.high)/10, 1)
		p.low, p.high = p.low-room, p.high+room
	}
}

func (p *plot) x(i float64) string {
	return units(left + (i+0.5)*(right-left)/float64(max(p.n+p.steps, 1)))
}

func (p *plot) y(v float64) string {
	share := (min(max(v, p.low), p.high) - p.low) / (p.high - p.low)
	return units(bottom - share*(bottom-top))
}

func units(v float64) string {
	return strings.TrimSuffix(strconv.FormatFloat(v, 'f', 1, 64), ".0")
}

// svg gives the picture.
func (p *plot) svg() template.HTML {
	fmt.Fprintf(&p.b, `<svg viewBox="0 0 %.0f %.0f" role="img" aria-label="%s">`, width, height, html.EscapeString(p.summary()))
	p.axis()
	p.bands()
	p.line(p.r.Series.Values, p.from, p.n, p.gap, "history")
	if len(p.r.Forecast.Fitted) == len(p.r.Series.Values) {
		p.line(p.r.Forecast.Fitted, p.from, p.n, nil, "fitted")
	}
	p.marks()
	p.points()
	p.cut()
	p.b.WriteString("</svg>")
	return template.HTML(p.b.String()) //nolint:gosec // all texts are escaped
}

// summary says what the picture shows, for those who cannot see it.
func (p *plot) summary() string {
	f := &p.r.Forecast
	text := fmt.Sprintf("%s: %d values, then %d steps", p.r.Name, len(p.r.Series.Values), len(f.Points))
	if len(f.Points) > 0 {
		last := len(f.Points) - 1
		text += fmt.Sprintf(" from %s on %s to %s on %s", result.Short(f.Points[0]), p.r.Date(0), result.Short(f.Points[last]), p.r.Date(last))
	}
	return text
}

func (p *plot) axis() {
	step := roundStep((p.high - p.low) / 4)
	u := unitOf(max(math.Abs(p.low), math.Abs(p.high)))
	for k := math.Ceil(p.low/step) + 0; k*step <= p.high; k++ {
		class := "rule"
		if k == 0 {
			class = "base"
		}
		y := p.y(k * step)
		fmt.Fprintf(&p.b, `<path d="M%s %sH%s" class="%s"/><text x="%s" y="%s" dy=".35em" class="n">%s</text>`,
			units(left), y, units(right), class, units(left-5), y, html.EscapeString(u.write(k*step)))
	}
	s := &p.r.Series
	first := label(s.Bucket.Add(s.Start, p.from), s.Bucket)
	fmt.Fprintf(&p.b, `<text x="%s" y="190">%s</text>`, units(left), first)
	if p.steps > 0 {
		fmt.Fprintf(&p.b, `<text x="%s" y="190" class="n">%s</text>`, units(right), p.r.Date(p.steps-1))
	}
	x := p.x(float64(p.n) - 0.5)
	fmt.Fprintf(&p.b, `<path d="M%s %sV%s" class="now"/>`, x, units(top), units(bottom))
}

// roundStep gives the next of 1, 2, 2.5, 5 and 10 times a power of ten.
func roundStep(v float64) float64 {
	power := math.Pow(10, math.Floor(math.Log10(v)))
	for _, m := range [...]float64{1, 2, 2.5, 5} {
		if m*power >= v {
			return m * power
		}
	}
	return 10 * power
}

// unit is what the numbers of an axis are counted in.
type unit struct {
	size float64
	name string
}

// unitOf gives the unit of an axis whose numbers are at most so large.
func unitOf(most float64) unit {
	switch {
	case most >= 1e16 || most < 1e4:
		return unit{1, ""}
	case most >= 1e12:
		return unit{1e12, " tn"}
	case most >= 1e9:
		return unit{1e9, " bn"}
	case most >= 1e6:
		return unit{1e6, " m"}
	}
	return unit{1e3, "k"}
}

func (u unit) write(v float64) string {
	if v == 0 {
		return "0"
	}
	return strings.Replace(strconv.FormatFloat(v/u.size, 'g', 4, 64), "-", "−", 1) + u.name
}

// bands draws the intervals, the widest first.
func (p *plot) bands() {
	if p.steps == 0 {
		return
	}
	for _, i := range slices.Backward(p.r.Forecast.Intervals) {
		at := func(k int) float64 { return float64(p.n + k) }
		fmt.Fprintf(&p.b, `<path d="M%s %s`, p.x(at(0)-0.5), p.y(i.Upper[0]))
		for k := range p.steps {
			fmt.Fprintf(&p.b, "L%s %s", p.x(at(k)), p.y(i.Upper[k]))
		}
		fmt.Fprintf(&p.b, "L%s %sL%s %s", p.x(at(p.steps-1)+0.5), p.y(i.Upper[p.steps-1]), p.x(at(p.steps-1)+0.5), p.y(i.Lower[p.steps-1]))
		for k := p.steps - 1; k >= 0; k-- {
			fmt.Fprintf(&p.b, "L%s %s", p.x(at(k)), p.y(i.Lower[k]))
		}
		fmt.Fprintf(&p.b, `L%s %sZ" class="band"/>`, p.x(at(0)-0.5), p.y(i.Lower[0]))
	}
}

// cut says how far the widest interval reaches where it leaves the picture.
func (p *plot) cut() {
	if p.steps == 0 || len(p.r.Forecast.Intervals) == 0 {
		return
	}
	widest := p.r.Forecast.Intervals[len(p.r.Forecast.Intervals)-1]
	low, high := slices.Min(widest.Lower[:p.steps]), slices.Max(widest.Upper[:p.steps])
	if high > p.high {
		p.far(top+12, "↑ to "+result.Short(high))
	}
	if low < p.low {
		p.far(bottom-6, "↓ to "+result.Short(low))
	}
}

func (p *plot) far(y float64, text string) {
	fmt.Fprintf(&p.b, `<text x="%s" y="%s" class="n far">%s</text>`, units(right-4), units(y), html.EscapeString(text))
}

// line draws values, with a break at each gap; a value alone between gaps is a dot.
func (p *plot) line(values []float64, from, n int, gap map[int]bool, class string) {
	var d, dots strings.Builder
	pen := "M"
	for i := range n {
		if gap[from+i] {
			pen = "M"
			continue
		}
		fmt.Fprintf(&d, "%s%s %s", pen, p.x(float64(i)), p.y(values[from+i]))
		if pen == "M" && (i+1 == n || gap[from+i+1]) {
			fmt.Fprintf(&dots, "M%s %sh.1", p.x(float64(i)), p.y(values[from+i]))
		}
		pen = "L"
	}
	if d.Len() > 0 {
		fmt.Fprintf(&p.b, `<path d="%s" class="%s"/>`, d.String(), class)
	}
	if dots.Len() > 0 {
		fmt.Fprintf(&p.b, `<path d="%s" class="%s dot"/>`, dots.String(), class)
	}
}

// marks shows the stock-outs.
func (p *plot) marks() {
	for i := range p.n {
		if p.censored[p.from+i] {
			s := &p.r.Series
			fmt.Fprintf(&p.b, `<circle cx="%s" cy="%s" r="3" class="out"><title>%s: out of stock</title></circle>`,
				p.x(float64(i)), p.y(s.Values[p.from+i]), label(s.Bucket.Add(s.Start, p.from+i), s.Bucket))
		}
	}
}

// points draws the forecast, and a strip for each step that tells its numbers when pointed at.
func (p *plot) points() {
	f := &p.r.Forecast
	var d strings.Builder
	pen := "M"
	if last := p.from + p.n - 1; p.n > 0 && !p.gap[last] {
		fmt.Fprintf(&d, "M%s %s", p.x(float64(p.n-1)), p.y(p.r.Series.Values[last]))
		pen = "L"
	}
	for k := range p.steps {
		fmt.Fprintf(&d, "%s%s %s", pen, p.x(float64(p.n+k)), p.y(f.Points[k]))
		if pen = "L"; p.steps == 1 {
			d.WriteString("h.1")
		}
	}
	fmt.Fprintf(&p.b, `<path d="%s" class="point"/>`, d.String())
	strip := (right - left) / float64(p.n+p.steps)
	for k := range p.steps {
		text := fmt.Sprintf("%s: %s", p.r.Date(k), result.Short(f.Points[k]))
		for _, i := range f.Intervals {
			text += fmt.Sprintf("\n%s: %s to %s", result.Percent(i.Level), result.Short(i.Lower[k]), result.Short(i.Upper[k]))
		}
		fmt.Fprintf(&p.b, `<rect x="%s" y="%s" width="%s" height="%s" class="tip"><title>%s</title></rect>`,
			p.x(float64(p.n+k)-0.5), units(top), units(strip), units(bottom-top), html.EscapeString(text))
	}
}
