package report

import (
	"fmt"
	"html"
	"html/template"
	"strings"

	"github.com/tandem-go/tandem"
)

// canvas draws one SVG picture. Colours come from the page's style sheet by class, so that the picture follows the
// reader's light or dark scheme. Coordinates are drawing units, never amounts.
type canvas struct {
	b    strings.Builder
	w, h int
	text string // what the picture says, for those who cannot see it
}

func newCanvas(w, h int, text string) *canvas { return &canvas{w: w, h: h, text: text} }

func (c *canvas) svg() template.HTML {
	size := "l"
	switch c.w {
	case halfLarge:
		size = "l half"
	case wideMiddling:
		size = "m"
	case small:
		size = "s"
	}
	return template.HTML(fmt.Sprintf(`<svg class="%s" viewBox="0 0 %d %d" role="img" aria-label="%s">%s</svg>`, //nolint:gosec // all texts are escaped below
		size, c.w, c.h, html.EscapeString(c.text), c.b.String()))
}

// rect draws a rectangle that tells its tip when pointed at.
func (c *canvas) rect(x, y, w, h float64, class, tip string) {
	if h < 0 {
		y, h = y+h, -h
	}
	fmt.Fprintf(&c.b, `<rect x="%.1f" y="%.1f" width="%.1f" height="%.1f" class="%s"><title>%s</title></rect>`,
		x, y, w, h, class, html.EscapeString(tip))
}

// label writes a text; anchor is start, middle or end.
func (c *canvas) label(x, y float64, anchor, class, s string) {
	fmt.Fprintf(&c.b, `<text x="%.1f" y="%.1f" text-anchor="%s" class="%s">%s</text>`, x, y, anchor, class, html.EscapeString(s))
}

func (c *canvas) line(x1, y1, x2, y2 float64, class string) {
	fmt.Fprintf(&c.b, `<line x1="%.1f" y1="%.1f" x2="%.1f" y2="%.1f" class="%s"/>`, x1, y1, x2, y2, class)
}

func (c *canvas) path(d, class, tip string) {
	fmt.Fprintf(&c.b, `<path d="%s" class="%s"><title>%s</title></path>`, d, class, html.EscapeString(tip))
}

func (c *canvas) dot(x, y float64, class, tip string) {
	fmt.Fprintf(&c.b, `<circle cx="%.1f" cy="%.1f" r="4" class="%s"><title>%s</title></circle>`, x, y, class, html.EscapeString(tip))
}

// square marks a point of the second curve, so that it is told apart without its colour.
func (c *canvas) square(x, y float64, class, tip string) { c.rect(x-4, y-4, 8, 8, class, tip) }

// letter is the width that a letter of a small label takes at most, in drawing units.
const letter = 7.6

// legend writes coloured names in rows above the plot, and gives the height at which it ends.
func (c *canvas) legend(left, y float64, names, classes []string) (bottom float64) {
	x := left
	for i, name := range names {
		width := 15 + letter*float64(len([]rune(name)))
		if x > left && x+width > float64(c.w) {
			x, y = left, y+19
		}
		c.rect(x, y-9, 10, 10, classes[i], name)
		c.label(x+15, y, "start", "small", name)
		x += width + 10
	}
	return y
}

// axis is a vertical scale from low to high.
type axis struct {
	low, high, step int64
	top, bottom     float64
}

// newAxis gives a scale from nought (or the lowest value, if that is below) to a round number above the highest, with
// about five steps.
func newAxis(low, high int64, top, bottom float64) axis {
	a := axis{low: min(low, 0), high: max(high, 1), top: top, bottom: bottom}
	a.step = roundStep((a.high - a.low + 4) / 5)
	a.high = (a.high + a.step - 1) / a.step * a.step
	return a
}

// roundStep gives the next of 1, 2, 5, 10, 20, 50 …
func roundStep(n int64) int64 {
	for power := int64(1); ; power *= 10 {
		for _, m := range [...]int64{1, 2, 5} {
			if m*power >= n || power > 1e17 {
				return m * power
			}
		}
	}
}

// y gives the height of a value.
func (a axis) y(v int64) float64 {
	return a.bottom - (a.bottom-a.top)*float64(v-a.low)/float64(a.high-a.low)
}

// draw draws the grid with its numbers.
func (a axis) draw(c *canvas, left, right float64, number func(int64) string) {
	for v := a.low / a.step * a.step; v <= a.high; v += a.step {
		class := "rule"
		if v == 0 {
			class = "base"
		}
		c.line(left, a.y(v), right, a.y(v), class)
		c.label(left-8, a.y(v)+4, "end", "small", number(v))
	}
}

// thousands writes pence as thousands of pounds, `£40k`.
func thousands(minor int64) string {
	switch {
	case minor < 0:
		return "−" + thousands(-minor)
	case minor == 0:
		return "£0"
	case minor%100_000 != 0:
		return pounds(minor / 100 * 100)
	}
	return fmt.Sprintf("£%sk", grouped(minor/100_000))
}

// rounded writes pence as the next thousand of pounds, or below ten thousand as pounds, for a label.
func rounded(minor int64) string {
	switch {
	case minor < 0:
		return "−" + rounded(-minor)
	case minor < 10_000_00:
		return about(minor)
	}
	return fmt.Sprintf("£%sk", grouped((minor+50_000)/100_000))
}

// pounds writes pence, `£1,234.56`; whole pounds without pence.
func pounds(minor int64) string {
	sign := ""
	if minor < 0 {
		sign, minor = "−", -minor
	}
	if minor%100 == 0 {
		return sign + "£" + grouped(minor/100)
	}
	return fmt.Sprintf("%s£%s.%02d", sign, grouped(minor/100), minor%100)
}

// exact writes pence with pence, `£1,234.00`, for columns of amounts.
func exact(minor int64) string {
	if minor < 0 {
		return "−" + exact(-minor)
	}
	return fmt.Sprintf("£%s.%02d", grouped(minor/100), minor%100)
}

// signed writes pence with their sign, for steps between amounts.
func signed(minor int64) string {
	if minor > 0 {
		return "+" + exact(minor)
	}
	return exact(minor)
}

// Pounds writes an amount in pounds for a sentence, `£1,234.56`.
func Pounds(m tandem.Money) string { return exact(m.Minor()) }

// Day writes a date for a sentence, `2 June 2011`; shortDay for a column, `2 Jun 2011`.
func Day(d tandem.Date) string { return fmt.Sprintf("%d %s %d", d.Day(), d.Month(), d.Year()) }

func shortDay(d tandem.Date) string { return fmt.Sprintf("%d %s %d", d.Day(), monthName(d), d.Year()) }

// about writes pence to the next pound.
func about(minor int64) string {
	if minor < 0 {
		return "−" + about(-minor)
	}
	return pounds((minor + 50) / 100 * 100)
}

func grouped(n int64) string {
	s := fmt.Sprint(n)
	at := len(s)
	if n < 0 {
		return "−" + grouped(-n)
	}
	for at > 3 {
		at -= 3
		s = s[:at] + "," + s[at:]
	}
	return s
}
