package report

import (
	"fmt"
	"html/template"
	"slices"

	"github.com/tandem-go/tandem"
)

// Chart is one picture with the finding that it shows.
type Chart struct {
	Title string // the finding
	Note  string // what is drawn, and in which unit
	SVG   template.HTML
	Wide  bool
}

// Sizes of pictures: a wide one takes the whole page, the others half of it, so that all letters come out alike.
const wideWidth, plotWidth, plotHeight = 1120, 540, 320

func gradeClass(grade string) string {
	switch grade {
	case "gold", "silver", "bronze", "standard", "ungraded", "cash":
		return "g-" + grade
	}
	return "g-ungraded"
}

func gradeName(grade string) string {
	switch grade {
	case "":
		return "None"
	case "ungraded":
		return "Not graded yet"
	case "cash":
		return "Cash customers"
	}
	return string(grade[0]-'a'+'A') + grade[1:]
}

func monthName(d tandem.Date) string { return d.Month().String()[:3] }

// monthLabels writes the months below a plot, the year below the first of each.
func monthLabels(c *canvas, days []tandem.Date, x func(int) float64, bottom float64) {
	for i, d := range days {
		c.label(x(i), bottom+18, "middle", "small", monthName(d))
		if i == 0 || d.Year() != days[i-1].Year() {
			c.label(x(i), bottom+33, "middle", "small", fmt.Sprint(d.Year()))
		}
	}
}

// segment is one part of a stacked column.
type segment struct {
	class, name string
	minor       int64
}

// stacked draws columns of money by day, parts below nought downwards.
func stacked(text string, days []tandem.Date, columns [][]segment, legendNames, legendClasses []string) template.HTML {
	c := newCanvas(wideWidth, plotHeight, text)
	var low, high int64
	for _, column := range columns {
		var up, down int64
		for _, s := range column {
			up, down = up+max(s.minor, 0), down+min(s.minor, 0)
		}
		low, high = min(low, down), max(high, up)
	}
	high = max(high, 1_000_00) // an axis in thousands needs one
	left, right := 62.0, float64(wideWidth)-8
	a := newAxis(low, high, 40, float64(plotHeight)-44)
	a.draw(c, left, right, thousands)
	pitch := (right - left) / float64(max(len(days), 1))
	width := min(pitch*0.68, 56)
	x := func(i int) float64 { return left + pitch*(float64(i)+0.5) }
	for i, column := range columns {
		var up, down int64
		for _, s := range column {
			from := &up
			if s.minor < 0 {
				from = &down
			}
			tip := fmt.Sprintf("%s %d, %s: %s", monthName(days[i]), days[i].Year(), s.name, about(s.minor))
			c.rect(x(i)-width/2, a.y(*from+s.minor), width, a.y(*from)-a.y(*from+s.minor), s.class, tip)
			*from += s.minor
		}
	}
	monthLabels(c, days, x, a.bottom)
	c.legend(left, 16, legendNames, legendClasses)
	return c.svg()
}

func revenueChart(f *Figures) Chart {
	order := []string{"gold", "silver", "bronze", "standard", "ungraded", "cash"}
	days := make([]tandem.Date, len(f.Months))
	columns := make([][]segment, len(f.Months))
	sums, months := map[string]int64{}, make([]int64, len(f.Months))
	var graded int64
	for i, m := range f.Months {
		days[i] = m.Month
		for _, r := range m.Revenue {
			columns[i] = append(columns[i], segment{gradeClass(r.Grade), gradeName(r.Grade), r.Net.Minor()})
			sums[r.Grade] += r.Net.Minor()
			months[i] += r.Net.Minor()
			if r.Grade != "ungraded" && r.Grade != "cash" {
				graded += r.Net.Minor()
			}
		}
	}
	var names, classes []string
	for _, g := range order {
		if _, ok := sums[g]; ok {
			names, classes = append(names, gradeName(g)), append(classes, gradeClass(g))
		}
	}
	title := "Revenue by month and grade"
	if len(months) > 0 && graded > 0 {
		best := slices.Index(months, slices.Max(months))
		title = fmt.Sprintf("%s was the best month with %s; Gold customers brought %s of what graded customers bought",
			f.Months[best].Month.Month(), about(months[best]), Share{sums["gold"], graded})
	}
	return Chart{
		Title: title, Note: "Orders less cancellations and credits, net of VAT, in pounds, by the customer's grade on the day.",
		SVG: stacked(title, days, columns, names, classes), Wide: true,
	}
}

func serviceChart(f *Figures) Chart {
	title := fmt.Sprintf("%s of all pieces were there at once; %s of the lines kept their first promise", f.FillRate, f.OnTimeRate)
	c := newCanvas(plotWidth, plotHeight, title)
	var months []Month
	low := int64(1000)
	for _, m := range f.Months {
		if m.Fill.Whole > 0 {
			months = append(months, m)
			low = min(low, m.Fill.Tenths())
			if m.OnTime.Whole > 0 {
				low = min(low, m.OnTime.Tenths())
			}
		}
	}
	low = max(0, (low-20)/50*50) // in tenths of a percent, a round five percent below
	left, right, top, bottom := 62.0, float64(plotWidth)-16, 58.0, float64(plotHeight)-44
	y := func(tenths int64) float64 { return bottom - (bottom-top)*float64(tenths-low)/float64(1000-low) }
	for v := low; v <= 1000; v += 50 {
		c.line(left, y(v), right, y(v), "rule")
		c.label(left-8, y(v)+4, "end", "small", fmt.Sprintf("%d %%", v/10))
	}
	days := make([]tandem.Date, len(months))
	pitch := (right - left) / float64(max(len(months), 1))
	x := func(i int) float64 { return left + pitch*(float64(i)+0.5) }
	for _, s := range []struct {
		name, class string
		of          func(Month) Share
	}{
		{"Fill", "s1", func(m Month) Share { return m.Fill }}, {"On time", "s2", func(m Month) Share { return m.OnTime }},
	} {
		d := ""
		for i, m := range months {
			days[i] = m.Month
			if s.of(m).Whole == 0 {
				continue
			}
			step := "L"
			if d == "" {
				step = "M"
			}
			d += fmt.Sprintf("%s%.1f %.1f", step, x(i), y(s.of(m).Tenths()))
		}
		c.path(d, "curve "+s.class, s.name)
		for i, m := range months {
			if share := s.of(m); share.Whole > 0 {
				c.dot(x(i), y(share.Tenths()), "f-"+s.class, fmt.Sprintf("%s %s: %s", s.name, monthName(m.Month), share))
			}
		}
	}
	monthLabels(c, days, x, bottom)
	c.legend(left, 14, []string{"Fill rate: pieces reserved at placement"}, []string{"f-s1"})
	c.legend(left, 32, []string{"On time: lines complete by their first promise"}, []string{"f-s2"})
	return Chart{Title: title, Note: fmt.Sprintf("Percent of pieces and of lines, phase 2; the axis begins at %d %%. Supply is simulated.", low/10), SVG: c.svg()}
}

func satisfactionChart(f *Figures) Chart {
	s := f.Satisfaction
	title := fmt.Sprintf("Half of the customers score %d or more; one in twenty scores %d or less", s.Median, s.P5)
	if s.Customers == 0 {
		title = "Satisfaction: no customer has lines enough"
	}
	c := newCanvas(plotWidth, plotHeight, title)
	left, right := 46.0, float64(plotWidth)-16
	a := newAxis(0, int64(slices.Max(s.Bins[:])), 24, float64(plotHeight)-44)
	a.draw(c, left, right, grouped)
	pitch := (right - left) / float64(len(s.Bins))
	for i, n := range s.Bins {
		high := 5*i + 4
		if i == len(s.Bins)-1 {
			high = 100
		}
		tip := fmt.Sprintf("%d customers score %d to %d", n, 5*i, high)
		if n > 0 {
			c.rect(left+pitch*float64(i)+1.5, a.y(int64(n)), pitch-3, a.bottom-a.y(int64(n)), "f-s2", tip)
		}
	}
	for score := 0; score <= 100; score += 10 {
		c.label(left+(right-left)*float64(score)/100, a.bottom+18, "middle", "small", fmt.Sprint(score))
	}
	c.label((left+right)/2, a.bottom+36, "middle", "small", "score")
	if s.Customers > 0 {
		x := left + (right-left)*float64(s.Median)/100
		c.line(x, 20, x, a.bottom, "mark")
		at, anchor := x-6, "end"
		if s.Median < 20 {
			at, anchor = x+6, "start"
		}
		c.label(at, 32, anchor, "small strong", fmt.Sprintf("median %d", s.Median))
	}
	return Chart{
		Title: title, SVG: c.svg(),
		Note: fmt.Sprintf("Customers by their score from deliveries and returns, 0 to 100; %d customers with at least %d lines. No surveys, no complaints: no data.", s.Customers, s.MinLines),
	}
}

func receivablesChart(f *Figures) Chart {
	var days []tandem.Date
	var columns [][]segment
	var names, classes []string
	var peak Ageing
	for _, a := range f.Receivables {
		days = append(days, a.Day)
		var column []segment
		for i, b := range a.Buckets {
			class := fmt.Sprintf("age%d", min(i, 4))
			column = append(column, segment{class, b.Name, b.Open.Minor()})
			if len(columns) == 0 {
				names, classes = append(names, b.Name), append(classes, class)
			}
		}
		if a.Credit.Sign() != 0 {
			column = append(column, segment{"credit", "unapplied credit", -a.Credit.Minor()})
		}
		columns = append(columns, column)
		if peak.Day.IsZero() || a.Total.Minor() > peak.Total.Minor() {
			peak = a
		}
	}
	title := "Receivables by age"
	if !peak.Day.IsZero() {
		title = fmt.Sprintf("Customers owed most at the end of %s: %s", peak.Day.Month(), about(peak.Total.Minor()))
	}
	names, classes = append(names, "unapplied credit"), append(classes, "credit")
	return Chart{
		Title: title, Note: "What customers owe at each month's end, in pounds with VAT, by days past the due date. Credits that nothing was set against yet are drawn below nought.",
		SVG: stacked(title, days, columns, names, classes), Wide: true,
	}
}

func waterfallChart(e *Example) Chart {
	w := e.Waterfall
	title := fmt.Sprintf("%d × %s: from %s to %s", e.Pieces, e.Description, pounds(w.List.Minor()), pounds(w.Paid.Minor()))
	c := newCanvas(plotWidth, plotHeight, title)
	steps := []struct {
		name  string
		minor int64
	}{{"Break", -w.Break.Minor()}, {"Contract", w.Contract.Minor()}, {gradeName(e.Grade), -w.Grade.Minor()}, {"Agreed", -w.Agreed.Minor()}}
	level, high := w.List.Minor(), w.List.Minor()
	for _, s := range steps {
		level += s.minor
		high = max(high, level)
	}
	left, right := 52.0, float64(plotWidth)-4
	a := newAxis(0, high, 24, float64(plotHeight)-30)
	a.draw(c, left, right, pounds)
	pitch := (right - left) / float64(len(steps)+2)
	bar := func(i int, from, to int64, class, name, value string) {
		x := left + pitch*float64(i) + pitch*0.16
		c.rect(x, a.y(max(from, to)), pitch*0.68, max(1, a.y(min(from, to))-a.y(max(from, to))), class, name+" "+value)
		c.label(x+pitch*0.34, a.y(max(from, to))-6, "middle", "small strong", value)
		c.label(x+pitch*0.34, a.bottom+18, "middle", "small", name)
	}
	bar(0, 0, w.List.Minor(), "f-s1", "List", pounds(w.List.Minor()))
	level = w.List.Minor()
	for i, s := range steps {
		class, value := "minus", pounds(s.minor)
		if s.minor > 0 {
			class, value = "plus", "+"+pounds(s.minor)
		}
		bar(i+1, level, level+s.minor, class, s.name, value)
		if level += s.minor; i < len(steps) {
			c.line(left+pitch*float64(i+1)+pitch*0.84, a.y(level), left+pitch*float64(i+2)+pitch*0.16, a.y(level), "join")
		}
	}
	bar(len(steps)+1, 0, w.Paid.Minor(), "f-s2", "Paid", pounds(w.Paid.Minor()))
	return Chart{
		Title: title, SVG: c.svg(),
		Note: fmt.Sprintf("One line of order %s, customer %s, %s, product %s: list price, quantity break, contract, grade discount, agreed price, paid; pounds without VAT.", e.Order, e.Customer, e.Day, e.Product),
	}
}
