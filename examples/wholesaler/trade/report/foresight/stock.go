package foresight

import (
	"fmt"
	"html/template"
	"math"

	"github.com/tandem-go/tandem/examples/wholesaler/trade/report/picture"
)

// known reports whether a point was measured.
func (p StockPoint) known() bool {
	return p != StockPoint{} && picture.Finite(p.Fill) && picture.Finite(p.Capital)
}

// finding says what levels from forecasts would have saved, or cost.
func (s *StockPolicy) finding() string {
	switch {
	case !s.Equal.known() || !picture.Finite(s.Saved):
		return "No stock levels from forecasts came to the fill rate of the rule"
	case s.Saved >= 0.0005:
		return fmt.Sprintf("Stock from forecasts would need %s less capital at the same fill rate", picture.Rough(s.Saved))
	case s.Saved <= -0.0005:
		return fmt.Sprintf("Stock from forecasts would need %s more capital at the same fill rate", picture.Rough(-s.Saved))
	}
	return "Stock from forecasts would need the same capital at the same fill rate"
}

func (s *StockPolicy) capital() *card {
	if !s.Rule.known() {
		return nil
	}
	note := "Replay of what the file asked for in phase 2"
	if s.Products > 0 {
		note += ", " + picture.Counted(s.Products, "product")
	}
	note += fmt.Sprintf(". Fill rate: pieces there at once, of those asked for. Capital: mean value of the stock on hand at cost. "+
		"The rule as it stands gives %s with %s and %s",
		picture.Percent(s.Rule.Fill), picture.PoundsOf(s.Rule.Capital), picture.Counted(s.Rule.Orders, "purchase"))
	if s.Equal.known() {
		note += fmt.Sprintf("; levels from forecasts would give as much with %s", picture.PoundsOf(s.Equal.Capital))
		if s.Equal.Orders > 0 {
			note += " and " + picture.Counted(s.Equal.Orders, "purchase")
		}
	}
	note += "."
	if s.EqualLines.known() && s.Rule.Capital > 0 {
		note += fmt.Sprintf(" Measured by lines that are wholly there instead of by pieces, %s would do as well as the rule.", picture.PoundsOf(s.EqualLines.Capital))
	}
	note += " Levels from forecasts are told how often purchases come late, the rule counts twice the demand of the lead time instead; which shortage cost gives the same fill rate is known afterwards only."
	if len(s.Scaled) > 1 {
		note += " The rule's curve is its reorder level times a factor."
	}
	title := s.finding()
	return &card{Chart: picture.Chart{Title: title, Note: note, Wide: true, Numbers: s.numbers()},
		draw: func(width int) template.HTML { return s.picture(width, title) }}
}

func (s *StockPolicy) numbers() *picture.Grid {
	g := &picture.Grid{Head: []string{"Policy", "Setting", "Fill rate", "Lines at once", "Capital", "Purchases"}}
	add := func(name, setting string, p StockPoint) {
		if p.known() {
			g.Rows = append(g.Rows, []string{name, setting, picture.Percent(p.Fill), picture.Percent(p.Lines),
				picture.PoundsOf(p.Capital), picture.Grouped(int64(p.Orders))})
		}
	}
	add("Rule", "as it stands", s.Rule)
	for _, p := range s.Scaled {
		add("Rule", "× "+picture.Number(p.Setting), p)
	}
	for _, p := range s.Insight {
		add("Forecasts", short(p), p)
	}
	add("Forecasts", "equal fill rate", s.Equal)
	add("Forecasts", "as many lines at once", s.EqualLines)
	return g
}

func short(p StockPoint) string { return fmt.Sprintf("a piece short at £%.2f", p.Setting) }

// stockCurve is one policy with several settings.
type stockCurve struct {
	class  string
	points []StockPoint
	names  func(StockPoint) string
	mark   func(x, y float64, class, tip string)
}

func (s *StockPolicy) picture(width int, text string) template.HTML {
	c := picture.New(width, picture.PlotHeight+30, text)
	curves := []stockCurve{
		{"s2", s.Scaled, func(p StockPoint) string { return "Rule × " + picture.Number(p.Setting) }, c.Square},
		{"s1", s.Insight, func(p StockPoint) string { return "Forecasts, " + short(p) }, c.Dot},
	}
	names, classes := []string{"From forecasts, by shortage cost", "Rule, reorder level × a factor"}, []string{"f-s1", "f-s2"}
	top := c.Legend(4, 14, names, classes) + 34
	c.Label(4, top-12, "start", "small", "capital")
	f := picture.Frame{Left: 64, Right: float64(width) - 26, Top: top, Bottom: float64(c.Height) - 46}
	x, y := s.scales(f)
	y.Up(c, f.Left, f.Right, picture.PoundsShort)
	x.Across(c, f.Top, f.Bottom, func(v float64) string { return picture.Number(v) + " %" })
	c.Label((f.Left+f.Right)/2, f.Bottom+38, "middle", "small", "fill rate")
	for _, k := range curves {
		d := ""
		for _, p := range k.points {
			if p.known() {
				d += fmt.Sprintf("%s%.1f %.1f", picture.Step(d), x.At(100*p.Fill), y.At(p.Capital))
			}
		}
		c.Path(d, "curve "+k.class, k.class)
		for _, p := range k.points {
			if p.known() {
				k.mark(x.At(100*p.Fill), y.At(p.Capital), "f-"+k.class,
					fmt.Sprintf("%s: %s filled with %s", k.names(p), picture.Percent(p.Fill), picture.PoundsOf(p.Capital)))
			}
		}
	}
	s.marks(c, f, x, y)
	return c.SVG()
}

func (s *StockPolicy) scales(f picture.Frame) (x, y picture.Scale) {
	low, high, most := s.Rule.Fill, s.Rule.Fill, s.Rule.Capital
	for _, list := range [...][]StockPoint{s.Scaled, s.Insight, {s.Equal}} {
		for _, p := range list {
			if p.known() {
				low, high, most = min(low, p.Fill), max(high, p.Fill), max(most, p.Capital)
			}
		}
	}
	return picture.NewScale(max(100*low-0.5, 0), min(100*high+0.5, 100), 5, f.Left, f.Right), picture.NewScale(0, most, 5, f.Bottom, f.Top)
}

// marks shows the rule as it stands and the forecasts' point at its fill rate, and what lies between.
func (s *StockPolicy) marks(c *picture.Canvas, f picture.Frame, x, y picture.Scale) {
	at, rule := x.At(100*s.Rule.Fill), y.At(s.Rule.Capital)
	c.Circle(at, rule, 6.5, "ring", fmt.Sprintf("The rule as it stands: %s filled with %s",
		picture.Percent(s.Rule.Fill), picture.PoundsOf(s.Rule.Capital)))
	name := func(what string, p StockPoint) string { return what + " " + picture.PoundsShort(p.Capital) }
	if !s.Equal.known() {
		beside(c, f, at, rule-10, -1, name("rule", s.Rule))
		return
	}
	equal := y.At(s.Equal.Capital)
	c.Line(at, rule, at, equal, "mark")
	c.Circle(at, equal, 6.5, "ring", fmt.Sprintf("From forecasts: as much filled with %s", picture.PoundsOf(s.Equal.Capital)))
	// The curves rise to the right: above to the left and below to the right of a point there is room.
	if equal < rule {
		beside(c, f, at, equal-10, -1, name("forecasts", s.Equal))
		beside(c, f, at, rule+20, 1, name("rule", s.Rule))
	} else {
		beside(c, f, at, rule-10, -1, name("rule", s.Rule))
		beside(c, f, at, equal+20, 1, name("forecasts", s.Equal))
	}
	if math.Abs(rule-equal) > 34 {
		beside(c, f, at, (rule+equal)/2+4, 1, change(-s.Saved))
	}
}

// beside writes a label to one side of a point, or to the other where there is no room for it.
func beside(c *picture.Canvas, f picture.Frame, x, y, side float64, text string) {
	const gap = 12.0
	long, edge := picture.Breadth(text), float64(c.Width)
	y = min(y, f.Bottom-6)
	switch {
	case side < 0 && x-gap-long >= f.Left || side > 0 && x+long > edge:
		c.Label(x-gap, y, "end", "small strong halo", text)
	case x+gap+long > edge:
		c.Label(edge, y, "end", "small strong halo", text)
	default:
		c.Label(x+gap, y, "start", "small strong halo", text)
	}
}

// change writes a share with its sign.
func change(v float64) string {
	if v < 0 {
		return "−" + picture.Rough(-v)
	}
	return "+" + picture.Rough(v)
}
