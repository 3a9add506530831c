package foresight

import (
	"fmt"
	"html/template"
	"math"
	"strings"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/examples/wholesaler/trade/report/picture"
)

// series is what is drawn of it.
func (s *Foretold) series() *picture.Forecast {
	return &picture.Forecast{
		Start: s.Start, Actual: s.Actual, Points: s.Points, Lower80: s.Lower80, Upper80: s.Upper80, Lower95: s.Lower95, Upper95: s.Upper95,
	}
}

func (o *Outlook) shop() *card {
	s := &o.Shop
	h := s.series().Ahead()
	if h == 0 {
		return nil
	}
	title := fmt.Sprintf("%d of %s that were held out came inside the 95 %% band of their forecast",
		s.series().Inside(), picture.Counted(h, "week"))
	note := fmt.Sprintf("Pieces of all goods ordered, by week. The last %s were kept from the forecast", picture.Counted(h, "week"))
	if s.Method != "" {
		note += fmt.Sprintf(", which is by %s", plain(s.Method))
		if s.Model != "" && s.Model != s.Method {
			note += fmt.Sprintf(" (%s)", s.Model)
		}
	}
	note += "."
	if off, ok := s.off(); ok {
		note += fmt.Sprintf(" It was off by %s of what came, week by week; a wide band is easily kept.", picture.Rough(off))
	}
	if s.Reason != "" {
		note += " Chosen because: " + sentence(s.Reason)
	}
	return &card{Chart: picture.Chart{Title: title, Note: note, Wide: true, Numbers: s.numbers()},
		draw: func(width int) template.HTML { return s.picture(width, title) }}
}

// off gives the sum of the errors of the held out weeks, whatever their sign, as a share of what came.
func (s *Foretold) off() (share float64, ok bool) {
	wrong, came := 0.0, 0.0
	first := len(s.Actual) - s.series().Ahead()
	for i, v := range s.Actual[first:] {
		wrong, came = wrong+math.Abs(v-s.Points[i]), came+v
	}
	return wrong / came, came > 0 && picture.Finite(wrong/came)
}

// plain writes the name of a method or reason for readers.
func plain(name string) string { return strings.ReplaceAll(name, "_", " ") }

// sentence ends a text with a full stop.
func sentence(s string) string {
	s = strings.TrimSpace(s)
	if s == "" || strings.HasSuffix(s, ".") {
		return s
	}
	return s + "."
}

func (s *Foretold) numbers() *picture.Grid {
	g := &picture.Grid{Head: []string{"Week from", "Came", "Forecast", "80 % from", "to", "95 % from", "to"}}
	first := len(s.Actual) - s.series().Ahead()
	for i, v := range s.Actual {
		row := []string{s.series().Week(i).String(), picture.Number(v), "", "", "", "", ""}
		if n := i - first; n >= 0 {
			row = []string{row[0], row[1], picture.Number(s.Points[n]), picture.Number(s.Lower80[n]), picture.Number(s.Upper80[n]),
				picture.Number(s.Lower95[n]), picture.Number(s.Upper95[n])}
		}
		g.Rows = append(g.Rows, row)
	}
	return g
}

func (s *Foretold) picture(width int, text string) template.HTML {
	c := picture.New(width, picture.PlotHeight+20, text)
	top := c.Legend(4, 14, []string{"What came", "Forecast", "80 % band", "95 % band"}, []string{"f-s1", "f-s2", "band80", "band95"}) + 30
	f := picture.Frame{Left: 58, Right: float64(width) - 8, Top: top, Bottom: float64(c.Height) - 44}
	y := s.series().Scale(0, 4, f)
	y.Up(c, f.Left, f.Right, picture.Compact)
	x := s.series().Curves(c, f, y, 0)
	if first := len(s.Actual) - s.series().Ahead(); first > 0 {
		at := (x(first-1) + x(first)) / 2
		c.Line(at, top-12, at, f.Bottom, "mark")
		if held := "held out"; at+6+picture.Breadth(held) <= f.Right {
			c.Label(at-6, top-8, "end", "small", "known")
			c.Label(at+6, top-8, "start", "small", held)
		} else {
			c.Label(f.Right, top-16, "end", "small", held)
		}
	}
	s.series().Months(c, x, f)
	return c.SVG()
}

// most is the greatest number of products that have a panel of their own.
const most = 12

func (o *Outlook) products() (list []*Foretold) {
	for i := range o.Products {
		if s := &o.Products[i]; s.series().Ahead() > 0 && len(list) < most {
			list = append(list, s)
		}
	}
	return list
}

// than says how far forecasts are from the naive ones.
func (o *Outlook) than() string {
	if o.Naive <= 0 || o.RMSSE <= 0 || !picture.Finite(o.RMSSE/o.Naive) {
		return ""
	}
	switch by := 1 - o.RMSSE/o.Naive; {
	case by >= 0.005:
		return fmt.Sprintf("Product by product, forecasts erred %s less than naive ones", picture.Rough(by))
	case by <= -0.005:
		return fmt.Sprintf("Product by product, forecasts erred %s more than naive ones", picture.Rough(-by))
	}
	return "Product by product, forecasts erred as much as naive ones"
}

// measured says how good the forecasts of all products were.
func (o *Outlook) measured() string {
	if o.Series == 0 {
		return ""
	}
	text := fmt.Sprintf("Of %s, ", picture.Counted(o.Series, "product"))
	text += fmt.Sprintf("%s of the weeks held out came within the 80 %% interval and %s within the 95 %% one", o.Within80, o.Within95)
	if o.RMSSE > 0 && o.Naive > 0 {
		text += fmt.Sprintf("; RMSSE is %s on average, that of naive forecasts %s (less is better)",
			picture.Number(o.RMSSE), picture.Number(o.Naive))
	}
	return text + "."
}

// chosen lists the methods that the forecasts were made by.
func (o *Outlook) chosen() string {
	if len(o.Methods) == 0 {
		return ""
	}
	var names []string
	for _, m := range o.Methods {
		names = append(names, fmt.Sprintf("%s %s", plain(m.Name), picture.Grouped(int64(m.Count))))
	}
	if n := len(names); n > 6 {
		names = append(names[:6], fmt.Sprintf("%d others", n-6))
	}
	return "Methods chosen: " + strings.Join(names, ", ") + "."
}

func (o *Outlook) sellers() *card {
	list := o.products()
	title, note := o.than(), strings.TrimSpace(o.measured()+" "+o.chosen())
	if title == "" {
		title = "Forecasts of the best sellers, and what came"
	}
	if len(list) == 0 {
		if o.Series == 0 {
			return nil
		}
		return &card{Chart: picture.Chart{Title: title, Note: note, Wide: true}}
	}
	what := "The best seller"
	if len(list) > 1 {
		what = fmt.Sprintf("The %d best sellers", len(list))
	}
	note = strings.TrimSpace(note + " " + what + ", pieces by week: colours as above, the last half year before the held out weeks.")
	g := &picture.Grid{Head: []string{"Product", "Method", "Model", "Weeks", "Within 95 %", "Came", "Forecast"}}
	for _, s := range list {
		h := s.series().Ahead()
		g.Rows = append(g.Rows, []string{s.Name, plain(s.Method), s.Model, fmt.Sprint(h), fmt.Sprint(s.series().Inside()),
			picture.Number(sum(s.Actual[len(s.Actual)-h:])), picture.Number(sum(s.Points[:h]))})
	}
	return &card{Chart: picture.Chart{Title: title, Note: note, Wide: true, Numbers: g},
		draw: func(width int) template.HTML { return panels(width, title, list) }}
}

func sum(values []float64) (total float64) {
	for _, v := range values {
		total += v
	}
	return total
}

// panels draws a small plot for each product.
func panels(width int, text string, list []*Foretold) template.HTML {
	const before = 26
	n, breadth := picture.Columns(width)
	rows, lines := (len(list)+n-1)/n, 1
	for _, s := range list {
		lines = max(lines, len(picture.Lines(s.Name, breadth, 2)))
	}
	height := 161 + 15*float64(lines)
	c := picture.New(width, int(height*float64(rows)), text)
	for i, s := range list {
		left, top := float64(i%n)*(breadth+picture.PanelGap), height*float64(i/n)
		top += 15 * float64(lines-1)
		name := picture.Lines(s.Name, breadth, 2)
		for k, line := range name {
			c.Label(left, top+14-15*float64(len(name)-1-k), "start", "small strong", line)
		}
		says := fmt.Sprintf("%d of %d within 95 %%", s.series().Inside(), s.series().Ahead())
		c.Label(left+breadth, top+31, "end", "small", says)
		if room := breadth - picture.Letter*float64(len([]rune(says))+2); s.Method != "" && room > 5*picture.Letter {
			c.Label(left, top+31, "start", "small", picture.Clipped(plain(s.Method), room))
		}
		from := max(0, len(s.Actual)-s.series().Ahead()-before)
		f := picture.Frame{Left: left + 54, Right: left + breadth, Top: top + 46, Bottom: top + 142}
		y := s.series().Scale(from, 2, f)
		y.Up(c, f.Left, f.Right, picture.Compact)
		x := s.series().Curves(c, f, y, from)
		last := len(s.Actual) - 1
		if first := last + 1 - s.series().Ahead(); first > from {
			at := (x(first-1) + x(first)) / 2
			c.Line(at, f.Top-4, at, f.Bottom, "mark")
		}
		c.Label(f.Left, f.Bottom+17, "start", "small", brief(s.series().Week(from)))
		if last-from > 4 {
			c.Label(f.Right, f.Bottom+17, "end", "small", brief(s.series().Week(last)))
		}
	}
	return c.SVG()
}

func brief(d tandem.Date) string { return fmt.Sprintf("%d %s", d.Day(), picture.MonthName(d)) }
