package foresight

import (
	"fmt"
	"html/template"
	"slices"
	"strings"

	"github.com/tandem-go/tandem/examples/wholesaler/trade/report/picture"
)

func (t *Trends) stages() *card {
	var list []Count
	all := 0
	for _, s := range t.Stages {
		if s.Count > 0 {
			list = append(list, s)
			all += s.Count
		}
	}
	if all == 0 {
		return nil
	}
	top := slices.MaxFunc(list, func(a, b Count) int { return a.Count - b.Count })
	title := fmt.Sprintf("%s of the products are in the life stage “%s”", picture.Rough(percentOf(top.Count, all)), plain(top.Name))
	g := &picture.Grid{Head: []string{"Stage", "Products", "Share"}}
	var bars []picture.Bar
	for _, s := range list {
		share := picture.Rough(percentOf(s.Count, all))
		g.Rows = append(g.Rows, []string{picture.Upper(plain(s.Name)), picture.Grouped(int64(s.Count)), share})
		bars = append(bars, picture.Bar{
			Name: picture.Upper(plain(s.Name)), Detail: picture.Counted(s.Count, "product"), Class: "f-s3", Value: share, Long: float64(s.Count),
		})
	}
	g.Rows = append(g.Rows, []string{"All", picture.Grouped(int64(all)), ""})
	note := fmt.Sprintf("Life stages of %s with enough weeks of sales.", picture.Counted(all, "product"))
	return &card{Chart: picture.Chart{Title: title, Note: note, Numbers: g},
		draw: func(width int) template.HTML { return picture.Rows(width, title, bars, 0) }}
}

// strongest is the greatest number of products shown of each direction.
const strongest = 8

func drawable(list []Trend) (kept []Trend) {
	for _, t := range list {
		if len(picture.Known(t.Weeks)) > 1 && picture.Finite(t.Slope) && len(kept) < strongest {
			kept = append(kept, t)
		}
	}
	return kept
}

// slope says how fast a product grows or falls.
func slope(v float64) string {
	switch {
	case v > 0:
		return "+" + picture.Compact(v) + " a week, each week"
	case v < 0:
		return picture.Compact(v) + " a week, each week"
	}
	return "level"
}

// steepest gives the product that changes fastest.
func steepest(list []Trend) Trend {
	return slices.MaxFunc(list, func(a, b Trend) int {
		switch d := a.Slope*a.Slope - b.Slope*b.Slope; {
		case d > 0:
			return 1
		case d < 0:
			return -1
		}
		return 0
	})
}

func (t *Trends) directions() *card {
	up, down := drawable(t.Growing), drawable(t.Falling)
	if len(up)+len(down) == 0 {
		return nil
	}
	var says []string
	if len(up) > 0 {
		s := steepest(up)
		says = append(says, fmt.Sprintf("%s grows fastest (%s)", s.Name, slope(s.Slope)))
	}
	if len(down) > 0 {
		s := steepest(down)
		says = append(says, fmt.Sprintf("%s falls fastest (%s)", s.Name, slope(s.Slope)))
	}
	title := strings.Join(says, "; ")
	note := "Pieces sold by week, with Sen's slope: the median change in a week's pieces from one week to the next. Mann-Kendall's " +
		"test tells such trends from chance."
	if t.Products > 0 {
		note = fmt.Sprintf("Of %s with enough weeks. ", picture.Counted(t.Products, "product")) + note
	}
	g := &picture.Grid{Head: []string{"Product", "Name", "Slope", "p", "Stage", "Why"}}
	for _, s := range slices.Concat(up, down) {
		g.Rows = append(g.Rows, []string{s.Code, s.Name, picture.Number(s.Slope), chance(s.P), plain(s.Stage), s.Reason})
	}
	return &card{Chart: picture.Chart{Title: title, Note: note, Wide: true, Numbers: g},
		draw: func(width int) template.HTML { return sparklines(width, title, up, down) }}
}

// chance writes the probability that a test gives.
func chance(p float64) string {
	if picture.Finite(p) && p < 0.001 {
		return "< 0.001"
	}
	return digits(p, 3)
}

// sparklines draws the products that grow above those that fall.
func sparklines(width int, text string, up, down []Trend) template.HTML {
	const head = 30.0
	n, breadth := picture.Columns(width)
	c := picture.New(width, 0, text)
	y, lines := 0.0, 1
	for _, t := range slices.Concat(up, down) {
		lines = max(lines, len(picture.Lines(t.Name, breadth, 2)))
	}
	pitch := 107 + 15*float64(lines)
	for i, list := range [...][]Trend{up, down} {
		if len(list) == 0 {
			continue
		}
		c.Label(0, y+14, "start", "small", [...]string{"Growing", "Falling"}[i])
		c.Line(9*picture.Letter, y+10, float64(width), y+10, "rule")
		y += head
		for k := range list {
			spark(c, &list[k], float64(k%n)*(breadth+picture.PanelGap), y+pitch*float64(k/n), breadth, lines, [...]string{"s3", "s2"}[i])
		}
		y += pitch * float64((len(list)+n-1)/n)
	}
	c.Height = int(y)
	return c.SVG()
}

func spark(c *picture.Canvas, t *Trend, left, top, breadth float64, lines int, class string) {
	top += 15 * float64(lines-1)
	name := picture.Lines(t.Name, breadth, 2)
	for k, line := range name {
		c.Label(left, top+12-15*float64(len(name)-1-k), "start", "small strong", line)
	}
	says := slope(t.Slope)
	c.Label(left, top+29, "start", "small", says)
	if stage := plain(t.Stage); picture.Letter*float64(len([]rune(says+stage))+2) <= breadth {
		c.Label(left+breadth, top+29, "end", "small", stage)
	}
	seen := append(picture.Known(t.Weeks), 0)
	y := picture.NewScale(slices.Min(seen), max(slices.Max(seen), 1e-9), 4, top+98, top+38)
	y.High = max(slices.Max(seen), y.Low+1e-9) // a small plot needs no round end
	x := func(i int) float64 { return left + (breadth-8)*float64(i)/float64(max(len(t.Weeks)-1, 1)) + 4 }
	c.Line(left, y.At(0), left+breadth, y.At(0), "base")
	c.Path(picture.Run(t.Weeks, x, y), "curve thin "+class+" whole",
		fmt.Sprintf("%s %s: %s, p %s. %s", t.Code, t.Name, says, chance(t.P), t.Reason))
	if last := len(t.Weeks) - 1; picture.Finite(t.Weeks[last]) {
		c.Circle(x(last), y.At(t.Weeks[last]), 3, "f-"+class, "Last week: "+picture.Number(t.Weeks[last]))
	}
}
