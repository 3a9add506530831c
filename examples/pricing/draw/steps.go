package draw

import (
	"fmt"
	"html"
	"strings"

	"github.com/tandem-go/tandem"
)

// Span is a price or a cost and the days on which it held.
type Span struct {
	Valid tandem.Validity
	Price tandem.Price
}

// The heights of a picture of prices over time, in pixels; across and upwards the curves
// are drawn in parts of ten thousand.
const (
	curveTop    = 28
	curveHeight = 200
	parts       = 10_000
)

// Steps draws the prices of a product over time as a step chart, with its costs under
// them, for a page that bears [Style]. The last spans are drawn to the given day.
func Steps(prices, costs []Span, until tandem.Date, title string) string {
	if len(prices) == 0 {
		return ""
	}
	first, high := int64(prices[0].Valid.From.DayNumber()), int64(1)
	for _, s := range append(append([]Span{}, prices...), costs...) {
		high = max(high, s.Price.Micro())
	}
	high += high / 8
	g := graph{first: first, last: max(int64(until.DayNumber()), first+1), high: high}
	var c canvas
	c.line("0", curveTop+curveHeight, "100%", curveTop+curveHeight, "zero")
	fmt.Fprintf(&c, `<svg x="0" y="%d" width="100%%" height="%d" viewBox="0 0 %d %d" preserveAspectRatio="none">`, curveTop, curveHeight, parts, parts)
	upper, lower := g.points(prices), g.points(costs)
	if len(lower) > 0 {
		back := make([]string, 0, len(lower))
		for i := len(lower) - 1; i >= 0; i-- {
			back = append(back, lower[i])
		}
		fmt.Fprintf(&c, `<path class="gain" d="M%s L%s Z"/>`, strings.Join(upper, " L"), strings.Join(back, " L"))
		fmt.Fprintf(&c, `<path class="paid" d="M%s"/>`, strings.Join(lower, " L"))
	}
	fmt.Fprintf(&c, `<path class="price" d="M%s"/></svg>`, strings.Join(upper, " L"))
	for _, s := range prices {
		x := across(int64(s.Valid.From.DayNumber()), g.first, g.last)
		c.text(x, curveTop+g.y(s.Price)*curveHeight/parts-8, "start", "b sum", Price(s.Price))
		c.line(x, curveTop+curveHeight, x, curveTop+curveHeight+5, "zero")
		c.text(x, curveTop+curveHeight+20, "start", "d", s.Valid.From.String())
	}
	for _, s := range costs {
		c.text(across(int64(s.Valid.From.DayNumber()), g.first, g.last), curveTop+g.y(s.Price)*curveHeight/parts+18, "start", "b cost", Price(s.Price))
	}
	c.text("0", 12, "start", "b sum", "— list price")
	c.text("100", 12, "start", "b cost", "- - cost")
	return fmt.Sprintf(`<svg class="tw" xmlns="http://www.w3.org/2000/svg" width="100%%" height="%d" role="img" aria-label="%s">%s</svg>`,
		curveTop+curveHeight+28, html.EscapeString(title), c.String())
}

// graph is the scale of a picture of prices over time.
type graph struct{ first, last, high int64 }

func (g *graph) y(p tandem.Price) int { return int(parts - p.Micro()*parts/g.high) }

// points gives the corners of the steps.
func (g *graph) points(spans []Span) (points []string) {
	for _, s := range spans {
		from, until := int64(s.Valid.From.DayNumber()), g.last
		if !s.Valid.Until.IsZero() {
			until = int64(s.Valid.Until.DayNumber())
		}
		y := g.y(s.Price)
		for _, day := range [2]int64{from, until} {
			points = append(points, fmt.Sprintf("%d %d", (day-g.first)*parts/(g.last-g.first), y))
		}
	}
	return points
}
