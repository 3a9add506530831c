package report

import (
	"fmt"
	"html/template"
	"slices"
	"strings"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/examples/wholesaler/trade/report/picture"
)

// curve is one line of the service chart.
type curve struct {
	name, class string
	of          func(Month) Share
}

func curves() [2]curve {
	return [...]curve{
		{"Fill rate (pieces)", "s1", func(m Month) Share { return m.Fill }},
		{"On time (lines)", "s2", func(m Month) Share { return m.OnTime }},
	}
}

// served gives the months of phase 2 in which something was ordered.
func (f *Figures) served() (months []Month) {
	for _, m := range f.Months {
		if m.Fill.Whole > 0 || m.OnTime.Whole > 0 {
			months = append(months, m)
		}
	}
	return months
}

func serviceChart(f *Figures) picture.Chart {
	months := f.served()
	if len(months) == 0 {
		return picture.Chart{Title: "No service to measure", Whose: f.whose(), Note: picture.Upper(f.Whom()) + " ordered nothing in phase 2 (from 1 June 2011)."}
	}
	title := fmt.Sprintf("%s of all pieces were there at once; %s of the lines kept their first promise", f.FillRate, f.OnTimeRate)
	low := int64(1000)
	numbers := &picture.Grid{Head: []string{"Month", "Fill rate", "On time"}}
	for _, m := range months {
		for _, s := range [...]Share{m.Fill, m.OnTime} {
			if s.Whole > 0 {
				low = min(low, s.Tenths())
			}
		}
		numbers.Rows = append(numbers.Rows, []string{fmt.Sprintf("%s %d", picture.MonthName(m.Month), m.Month.Year()), m.Fill.String(), m.OnTime.String()})
	}
	numbers.Rows = append(numbers.Rows, []string{"All", f.FillRate.String(), f.OnTimeRate.String()})
	low = max(0, (low-20)/50*50) // in tenths of a percent, a round five percent below
	c := picture.Chart{
		Title: title, Whose: f.whose(), Numbers: numbers,
		Note: fmt.Sprintf("Supply is simulated. Fill rate: pieces reserved when ordered, in percent of those ordered. On time: lines complete by their first promise. Phase 2, without %d lines that were bought to order in the fill rate. The axis begins at %d %%.",
			f.BigLines, low/10),
	}
	c.Draw(func(width int) template.HTML { return service(width, title, months, low) })
	return c
}

func service(width int, text string, months []Month, low int64) template.HTML {
	c := picture.New(width, picture.PlotHeight, text)
	var names, classes []string
	for _, s := range curves() {
		names, classes = append(names, s.name), append(classes, "f-"+s.class)
	}
	top := c.Legend(4, 14, names, classes) + 28
	left, right, bottom := 50.0, float64(width)-8, float64(picture.PlotHeight)-44
	y := func(tenths int64) float64 { return bottom - (bottom-top)*float64(tenths-low)/float64(1000-low) }
	step := picture.RoundStep((1000 - low + 4) / 5)
	for v := 1000 - (1000-low)/step*step; v <= 1000; v += step {
		c.Line(left, y(v), right, y(v), "rule")
		c.Label(left-8, y(v)+4, "end", "small", strings.TrimSuffix(fmt.Sprintf("%d.%d", v/10, v%10), ".0")+" %")
	}
	days := make([]tandem.Date, len(months))
	pitch := (right - left) / float64(len(months))
	x := func(i int) float64 { return left + pitch*(float64(i)+0.5) }
	for n, s := range curves() {
		d := ""
		for i, m := range months {
			days[i] = m.Month
			if share := s.of(m); share.Whole > 0 {
				step := "L"
				if d == "" {
					step = "M"
				}
				d += fmt.Sprintf("%s%.1f %.1f", step, x(i), y(share.Tenths()))
			}
		}
		c.Path(d, "curve "+s.class, s.name)
		mark := [...]func(x, y float64, class, tip string){c.Dot, c.Square}[n]
		for i, m := range months {
			if share := s.of(m); share.Whole > 0 {
				mark(x(i), y(share.Tenths()), "f-"+s.class, fmt.Sprintf("%s, %s: %s", s.name, picture.MonthName(m.Month), share))
			}
		}
	}
	picture.MonthLabels(c, days, x, bottom, pitch)
	return c.SVG()
}

// few is the number of customers below which percentiles say nothing.
const few = 20

func satisfactionChart(f *Figures) picture.Chart {
	s := f.Satisfaction
	c := picture.Chart{Whose: f.whose(), Note: fmt.Sprintf("Scores from 0 to 100, from the deliveries (simulated) and returns of phase 2: 50 points for lines on time, 30 for lines complete at once, 20 for few returns. Customers with at least %d lines. Surveys and complaints: no data.", s.MinLines)}
	switch {
	case s.Customers == 0:
		c.Title = "No customer has enough lines for a score"
		if len(f.Customers) > 0 {
			c.Title = picture.Upper(f.Whom()) + ": too few lines for a score"
		}
		return c
	case s.Customers == 1:
		c.Title = fmt.Sprintf("%s scores %d of 100", f.subject("One customer"), s.Median)
	case s.Customers < few:
		c.Title = fmt.Sprintf("%d customers score %d or more, half of them %d or more", s.Customers, s.Lowest, s.Median)
	default:
		c.Title = fmt.Sprintf("Half of the customers score %d or more; one in twenty scores %d or less", s.Median, s.P5)
	}
	numbers := &picture.Grid{Head: []string{"Score", "Customers"}}
	for i, n := range s.Bins {
		if n > 0 {
			numbers.Rows = append(numbers.Rows, []string{binName(i), picture.Grouped(int64(n))})
		}
	}
	numbers.Rows = append(numbers.Rows, []string{"All", picture.Grouped(int64(s.Customers))})
	if s.Customers > 1 {
		c.Numbers = numbers
	}
	c.Draw(func(width int) template.HTML {
		if s.Customers == 1 {
			return score(width, c.Title, s.Median)
		}
		return scores(width, c.Title, s)
	})
	return c
}

func binName(i int) string {
	if i == 19 {
		return "95 to 100"
	}
	return fmt.Sprintf("%d to %d", 5*i, 5*i+4)
}

func scoreLabels(c *picture.Canvas, left, right, bottom float64) {
	step := 10
	if c.Width < picture.HalfLarge {
		step = 20
	}
	for score := 0; score <= 100; score += step {
		c.Label(left+(right-left)*float64(score)/100, bottom+18, "middle", "small", fmt.Sprint(score))
	}
	c.Label((left+right)/2, bottom+36, "middle", "small", "score")
}

// scores draws how many customers have which score.
func scores(width int, text string, s Satisfaction) template.HTML {
	c := picture.New(width, picture.PlotHeight, text)
	left, right := 46.0, float64(width)-14
	c.Label(4, 12, "start", "small", "customers")
	a := picture.NewAxis(0, int64(slices.Max(s.Bins[:])), 38, float64(picture.PlotHeight)-44)
	a.Draw(c, left, right, picture.Grouped)
	pitch := (right - left) / float64(len(s.Bins))
	for i, n := range s.Bins {
		if n > 0 {
			c.Rect(left+pitch*float64(i)+1, a.Y(int64(n)), pitch-2, a.Bottom-a.Y(int64(n)), "f-s3", fmt.Sprintf("%d customers score %s", n, binName(i)))
		}
	}
	scoreLabels(c, left, right, a.Bottom)
	x := left + (right-left)*float64(s.Median)/100
	c.Line(x, 22, x, a.Bottom, "mark")
	at, anchor := x-6, "end"
	if s.Median < 50 {
		at, anchor = x+6, "start"
	}
	c.Label(at, 32, anchor, "small strong", fmt.Sprintf("median %d", s.Median))
	return c.SVG()
}

// score draws the score of one customer on its scale.
func score(width int, text string, n int) template.HTML {
	c := picture.New(width, 110, text)
	left, right := 14.0, float64(width)-14
	x := left + (right-left)*float64(n)/100
	c.Rect(left, 46, right-left, 12, "track", "of 100")
	c.Rect(left, 46, x-left, 12, "f-s3", text)
	c.Line(x, 38, x, 66, "mark")
	c.Label(min(max(x, 22), float64(width)-22), 28, "middle", "small strong", fmt.Sprint(n))
	scoreLabels(c, left, right, 64)
	return c.SVG()
}
