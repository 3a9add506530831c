package draw

import (
	"fmt"
	"html"
	"strings"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/pricing"
)

// Style is the style sheet of the pictures. A picture made by [SVG] bears it; whoever
// puts [Bars] or [Steps] on a page puts it there once.
const Style = `.tw{--ink:#1c2530;--soft:#5a6672;--rule:#d9dde1;--card:#fff;--sum:#3b6ea5;--less:#c8453a;--more:#2e8b57;--track:#eef1f4;--cost:#c77f1a;font-family:system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif}
@media (prefers-color-scheme:dark){.tw{--ink:#e8ebee;--soft:#a2adb8;--rule:#3a444e;--card:#1b2128;--sum:#6fa3dc;--less:#ea7468;--more:#5cbf8a;--track:#27303a;--cost:#e3a648}}
.tw text{paint-order:stroke;stroke:var(--card);stroke-width:4px;stroke-linejoin:round;font-size:12px;fill:var(--soft);font-variant-numeric:tabular-nums}.tw .h{font-size:16px;font-weight:600;fill:var(--ink)}.tw .b{font-size:14px;font-weight:600;fill:var(--ink)}
.tw .card{fill:var(--card)}.tw .track{fill:var(--track)}.tw .sum{fill:var(--sum)}.tw .less{fill:var(--less)}.tw .more{fill:var(--more)}.tw text.less{fill:var(--less)}.tw text.more{fill:var(--more)}
.tw .join{stroke:var(--soft);stroke-dasharray:3 3}.tw .rule{stroke:var(--rule)}.tw .zero{stroke:var(--soft)}
.tw .price{fill:none;stroke:var(--sum);stroke-width:2.5;vector-effect:non-scaling-stroke}.tw .paid{fill:none;stroke:var(--cost);stroke-width:2.5;stroke-dasharray:7 4;vector-effect:non-scaling-stroke}.tw .gain{fill:var(--sum);opacity:.1}.tw text.sum{fill:var(--sum)}.tw text.cost{fill:var(--cost)}`

// bar is one bar of a picture: from one running amount to another.
type bar struct {
	name, detail, amount string
	from, to             int64
	class                string
}

// barsOf gives the bars of a waterfall: sums from nought, changes from the sum before.
func barsOf(w *pricing.Waterfall, n Notes) []bar {
	var all []bar
	at := int64(0)
	sum := func(name, detail string, m tandem.Money, class string) {
		at = m.Minor()
		all = append(all, bar{name, detail, Amount(m), 0, at, class})
	}
	change := func(name, detail string, by tandem.Money) {
		class := "less"
		if by.Sign() > 0 {
			class = "more"
		}
		all = append(all, bar{name, detail, signed(by), at, at + by.Minor(), class})
		at += by.Minor()
	}
	for i, s := range w.Steps {
		if i == 0 {
			sum(step(s.Kind), detail(&s, n), s.Delta, "sum")
			continue
		}
		if !s.Delta.IsZero() { // the text has them all
			change(step(s.Kind), detail(&s, n), s.Delta)
		}
	}
	sum("invoice", fmt.Sprintf("%s at %s each", w.Quantity, Price(w.Price)), w.Amount, "sum")
	if !w.Rebate.IsNone() {
		change("rebate", "expected, off the invoice", w.Rebate.Neg())
		sum("pocket", "", w.Pocket, "sum")
	}
	if !w.Cost.IsNone() {
		change("cost", "of the goods", w.Cost.Neg())
		class := "more"
		if w.Margin.Sign() < 0 {
			class = "less"
		}
		sum("margin", strings.Replace(share(w), "-", "\u2212", 1)+" of what stays", w.Margin, class)
	}
	return all
}

// detail says by which rule a step was made, off what and at what rate.
func detail(s *pricing.Step, n Notes) string {
	parts := []string{n.name(s.Rule)}
	if !s.Rate.IsZero() && !s.Basis.IsNone() {
		parts = append(parts, fmt.Sprintf("%s of %s", percent(s.Rate), Amount(s.Basis)))
	}
	if !s.Price.IsNone() && s.Kind != pricing.StepPromotion {
		parts = append(parts, Price(s.Price)+" each")
	}
	if !s.Rounding.IsNone() {
		parts = append(parts, "rounding "+signed(s.Rounding))
	}
	if s.Reason != "" {
		parts = append(parts, s.Reason)
	}
	return strings.Join(parts, " · ")
}

// The heights of a row of bars, in pixels: two lines of text, the bar, the gap.
const (
	nameLine   = 16
	detailLine = 32
	barTop     = 38
	barHeight  = 14
	rowHeight  = 66
)

// canvas draws a picture. Places across are in per cent of the width, heights in pixels.
type canvas struct{ strings.Builder }

func (c *canvas) text(x string, y int, anchor, class, s string) {
	fmt.Fprintf(c, `<text x="%s" y="%d" text-anchor="%s" class="%s">%s</text>`, x, y, anchor, class, html.EscapeString(s))
}

func (c *canvas) rect(x string, y int, width string, height int, class, tip string) {
	fmt.Fprintf(c, `<rect x="%s" y="%d" width="%s" height="%d" rx="2" class="%s">`, x, y, width, height, class)
	if tip != "" {
		fmt.Fprintf(c, `<title>%s</title>`, html.EscapeString(tip))
	}
	c.WriteString("</rect>")
}

func (c *canvas) line(x1 string, y1 int, x2 string, y2 int, class string) {
	fmt.Fprintf(c, `<line x1="%s" y1="%d" x2="%s" y2="%d" class="%s"/>`, x1, y1, x2, y2, class)
}

// place gives a place between low and high in hundredths of a per cent of the width.
func place(v, low, high int64) int64 { return (v - low) * 10_000 / max(high-low, 1) }

func hundredths(n int64) string { return fmt.Sprintf("%d.%02d%%", n/100, n%100) }

// across gives a place between low and high in per cent of the width.
func across(v, low, high int64) string { return hundredths(place(v, low, high)) }

// rowsOfBars draws bars below one another from a height on, joined by the running sum.
func (c *canvas) rowsOfBars(bars []bar, top int) (bottom int) {
	low, high := int64(0), int64(0)
	for _, b := range bars {
		low, high = min(low, b.from, b.to), max(high, b.from, b.to)
	}
	for i, b := range bars[:len(bars)-1] { // first, so that the texts stand before them
		x, y := across(b.to, low, high), top+i*rowHeight+barTop
		c.line(x, y+barHeight, x, y+rowHeight, "join")
	}
	if low < 0 {
		x := across(0, low, high)
		c.line(x, top+barTop, x, top+(len(bars)-1)*rowHeight+barTop+barHeight, "zero")
	}
	for i, b := range bars {
		c.row(&b, top+i*rowHeight, low, high)
	}
	return top + len(bars)*rowHeight
}

// row draws one bar with its texts.
func (c *canvas) row(b *bar, y int, low, high int64) {
	c.text("0", y+nameLine, "start", "b", b.name)
	class := "b"
	if b.class != "sum" && b.from != b.to {
		class = "b " + b.class
	}
	c.text("100%", y+nameLine, "end", class, strings.Replace(b.amount, "-", "\u2212", 1))
	if b.detail != "" {
		c.text("0", y+detailLine, "start", "d", b.detail)
	}
	from, to := min(b.from, b.to), max(b.from, b.to)
	c.rect("0", y+barTop, "100%", barHeight, "track", "")
	width := hundredths(place(to, low, high) - place(from, low, high))
	if from == to {
		width = "2"
	}
	c.rect(across(from, low, high), y+barTop, width, barHeight, b.class, b.name+" "+b.amount)
}

// Bars draws a waterfall for a page that bears [Style].
func Bars(w *pricing.Waterfall, n Notes) string {
	var c canvas
	height := c.rowsOfBars(barsOf(w, n), 0)
	return fmt.Sprintf(`<svg class="tw" xmlns="http://www.w3.org/2000/svg" width="100%%" height="%d" role="img" aria-label="%s">%s</svg>`,
		height, html.EscapeString(summary(w, n)), c.String())
}

// SVG draws a waterfall as a file of its own.
func SVG(w *pricing.Waterfall, n Notes) string {
	const margin = 20
	var in canvas
	height := in.rowsOfBars(barsOf(w, n), 0)
	var c canvas
	c.rect("0", 0, "100%", height+2*margin+52, "card", "")
	c.text("3%", margin+14, "start", "h", n.Title)
	c.text("3%", margin+34, "start", "d", fmt.Sprintf("%s, priced on %s from %s, version %d", w.Amount.Currency(), w.Date, w.Ref.Book, w.Ref.Version))
	fmt.Fprintf(&c, `<svg x="3%%" y="%d" width="94%%" height="%d">%s</svg>`, margin+52, height, in.String())
	return fmt.Sprintf(`<svg class="tw" xmlns="http://www.w3.org/2000/svg" width="100%%" height="%d" role="img" aria-label="%s"><style>%s</style>%s</svg>`+"\n",
		height+2*margin+52, html.EscapeString(summary(w, n)), Style, c.String())
}

// summary says what a picture shows, for those who cannot see it.
func summary(w *pricing.Waterfall, n Notes) string {
	var parts []string
	for _, b := range barsOf(w, n) {
		parts = append(parts, b.name+" "+b.amount)
	}
	return strings.TrimPrefix(n.Title+": ", ": ") + strings.Join(parts, ", ")
}
