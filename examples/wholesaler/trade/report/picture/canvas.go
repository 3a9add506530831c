// Package picture draws the charts of the report as SVG, and has the cards that hold them.
package picture

import (
	"fmt"
	"html"
	"html/template"
	"strings"
)

// Canvas draws one SVG picture. Colours come from the page's style sheet by class, so that the picture follows the
// reader's light or dark scheme. Coordinates are drawing units, never amounts.
type Canvas struct {
	b             strings.Builder
	Width, Height int
	text          string // what the picture says, for those who cannot see it
}

// New gives an empty picture that says a text.
func New(w, h int, text string) *Canvas { return &Canvas{Width: w, Height: h, text: text} }

// SVG gives the picture as an element of the page.
func (c *Canvas) SVG() template.HTML {
	size := "l"
	switch c.Width {
	case HalfLarge:
		size = "l half"
	case WideMiddling:
		size = "m"
	case Small:
		size = "s"
	}
	return template.HTML(fmt.Sprintf(`<svg class="%s" viewBox="0 0 %d %d" role="img" aria-label="%s">%s</svg>`, //nolint:gosec // all texts are escaped below
		size, c.Width, c.Height, html.EscapeString(c.text), c.b.String()))
}

// Rect draws a rectangle that tells its tip when pointed at.
func (c *Canvas) Rect(x, y, w, h float64, class, tip string) {
	if h < 0 {
		y, h = y+h, -h
	}
	fmt.Fprintf(&c.b, `<rect x="%.1f" y="%.1f" width="%.1f" height="%.1f" class="%s"><title>%s</title></rect>`,
		x, y, w, h, class, html.EscapeString(tip))
}

// Label writes a text; anchor is start, middle or end.
func (c *Canvas) Label(x, y float64, anchor, class, s string) {
	fmt.Fprintf(&c.b, `<text x="%.1f" y="%.1f" text-anchor="%s" class="%s">%s</text>`, x, y, anchor, class, html.EscapeString(s))
}

// Line draws a straight line.
func (c *Canvas) Line(x1, y1, x2, y2 float64, class string) {
	fmt.Fprintf(&c.b, `<line x1="%.1f" y1="%.1f" x2="%.1f" y2="%.1f" class="%s"/>`, x1, y1, x2, y2, class)
}

// Path draws a path that tells its tip when pointed at.
func (c *Canvas) Path(d, class, tip string) {
	fmt.Fprintf(&c.b, `<path d="%s" class="%s"><title>%s</title></path>`, d, class, html.EscapeString(tip))
}

// Dot marks a point.
func (c *Canvas) Dot(x, y float64, class, tip string) {
	fmt.Fprintf(&c.b, `<circle cx="%.1f" cy="%.1f" r="4" class="%s"><title>%s</title></circle>`, x, y, class, html.EscapeString(tip))
}

// Circle draws a circle of its own size.
func (c *Canvas) Circle(x, y, r float64, class, tip string) {
	fmt.Fprintf(&c.b, `<circle cx="%.1f" cy="%.1f" r="%.1f" class="%s"><title>%s</title></circle>`, x, y, r, class, html.EscapeString(tip))
}

// Stroke draws a straight line of its own breadth that tells its tip when pointed at.
func (c *Canvas) Stroke(x1, y1, x2, y2, breadth float64, class, tip string) {
	fmt.Fprintf(&c.b, `<line x1="%.1f" y1="%.1f" x2="%.1f" y2="%.1f" stroke-width="%.1f" class="%s"><title>%s</title></line>`,
		x1, y1, x2, y2, breadth, class, html.EscapeString(tip))
}

// Square marks a point of the second curve, so that it is told apart without its colour.
func (c *Canvas) Square(x, y float64, class, tip string) { c.Rect(x-4, y-4, 8, 8, class, tip) }

// Letter is the width that a letter of a small label takes at most, in drawing units.
const Letter = 7.6

// Legend writes coloured names in rows above the plot, and gives the height at which it ends.
func (c *Canvas) Legend(left, y float64, names, classes []string) (bottom float64) {
	x := left
	for i, name := range names {
		width := 15 + Letter*float64(len([]rune(name)))
		if x > left && x+width > float64(c.Width) {
			x, y = left, y+19
		}
		c.Rect(x, y-9, 10, 10, classes[i], name)
		c.Label(x+15, y, "start", "small", name)
		x += width + 10
	}
	return y
}

// Axis is a vertical scale from low to high.
type Axis struct {
	low, high, step int64
	Top, Bottom     float64
}

// NewAxis gives a scale from nought (or the lowest value, if that is below) to a round number above the highest, with
// about five steps.
func NewAxis(low, high int64, top, bottom float64) Axis {
	a := Axis{low: min(low, 0), high: max(high, 1), Top: top, Bottom: bottom}
	a.step = RoundStep((a.high - a.low + 4) / 5)
	a.high = (a.high + a.step - 1) / a.step * a.step
	return a
}

// RoundStep gives the next of 1, 2, 5, 10, 20, 50 …
func RoundStep(n int64) int64 {
	for power := int64(1); ; power *= 10 {
		for _, m := range [...]int64{1, 2, 5} {
			if m*power >= n || power > 1e17 {
				return m * power
			}
		}
	}
}

// Y gives the height of a value.
func (a Axis) Y(v int64) float64 {
	return a.Bottom - (a.Bottom-a.Top)*float64(v-a.low)/float64(a.high-a.low)
}

// Draw draws the grid with its numbers.
func (a Axis) Draw(c *Canvas, left, right float64, number func(int64) string) {
	for v := a.low / a.step * a.step; v <= a.high; v += a.step {
		class := "rule"
		if v == 0 {
			class = "base"
		}
		c.Line(left, a.Y(v), right, a.Y(v), class)
		c.Label(left-8, a.Y(v)+4, "end", "small", number(v))
	}
}
