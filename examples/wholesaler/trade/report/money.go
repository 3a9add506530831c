package report

import (
	"fmt"
	"html/template"
	"slices"
	"strings"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/examples/wholesaler/trade/report/picture"
)

// earned is the revenue of all months, in pence: that of graded customers, that of the best grade, and each month's.
type earned struct {
	columns        []column
	names, classes []string
	all            int64
	graded, gold   int64
	best           int // index of the month with most
}

func (f *Figures) earned() (e earned) {
	seen := map[string]bool{}
	for i, m := range f.Months {
		c := column{day: m.Month, name: picture.MonthName(m.Month) + " " + fmt.Sprint(m.Month.Year())}
		for _, r := range m.Revenue {
			seen[r.Grade] = true
			c.parts = append(c.parts, segment{picture.GradeClass(r.Grade), picture.GradeName(r.Grade), r.Net.Minor()})
			if r.Grade != "ungraded" && r.Grade != "cash" {
				e.graded += r.Net.Minor()
			}
			if r.Grade == "gold" {
				e.gold += r.Net.Minor()
			}
		}
		e.columns = append(e.columns, c)
		e.all += c.sum()
		if c.sum() > e.columns[e.best].sum() {
			e.best = i
		}
	}
	for _, g := range [...]string{"gold", "silver", "bronze", "standard", "ungraded", "cash"} {
		if seen[g] {
			e.names, e.classes = append(e.names, picture.GradeName(g)), append(e.classes, picture.GradeClass(g))
		}
	}
	return e
}

func revenueChart(f *Figures) picture.Chart {
	e := f.earned()
	title := "Sales by month and grade"
	if len(e.columns) > 0 {
		best := &e.columns[e.best]
		title = fmt.Sprintf("%s %d was the best month with %s", best.day.Month(), best.day.Year(), about(best.sum()))
		if len(f.Customers) > 0 {
			title += " of sales to " + f.Whom()
		} else if e.graded > 0 {
			title += fmt.Sprintf("; Gold customers brought %s of what graded customers bought", Share{Part: e.gold, Whole: e.graded})
		}
	}
	note := "Sales less cancellations and credits, by the day of the order or the credit and the customer's grade on it, in pounds without VAT"
	switch {
	case f.engine():
		note += "; credits at the prices of the file" // so that the sum is not that of the books
	case e.all != 0:
		note += "; together " + exact(e.all)
	}
	note += ". Grades begin with phase 2, on 1 June 2011."
	if len(f.Customers) == 0 && f.Largest.OfGross.Whole > 0 {
		note += fmt.Sprintf(" Customer %s alone is %s of the gross sales of goods to customers.", f.Largest.Customer, f.Largest.OfGross)
	}
	if !f.LastDay.IsZero() && f.LastDay != f.LastDay.EndOfMonth() {
		note += " The file ends on " + Day(f.LastDay) + ": its last month is not whole."
	}
	c := picture.Chart{Title: title, Whose: f.whose(), Note: note, Wide: true, Numbers: numbers("Month", e.columns, e.names, "All", true)}
	c.Draw(func(width int) template.HTML { return stacked(width, title, e.columns, e.names, e.classes) })
	return c
}

func receivablesChart(f *Figures) picture.Chart {
	const credit = "unapplied credit"
	var columns []column
	var names, classes []string
	var peak Ageing
	for _, a := range f.Receivables {
		c := column{day: a.Day, name: shortDay(a.Day)}
		for i, b := range a.Buckets {
			class := fmt.Sprintf("age%d", min(i, 4))
			c.parts = append(c.parts, segment{class, b.Name, b.Open.Minor()})
			if len(columns) == 0 {
				names, classes = append(names, b.Name), append(classes, class)
			}
		}
		if a.Credit.Sign() != 0 {
			c.parts = append(c.parts, segment{"credit", credit, -a.Credit.Minor()})
		}
		columns = append(columns, c)
		if peak.Day.IsZero() || a.Total.Minor() > peak.Total.Minor() {
			peak = a
		}
	}
	names, classes = append(names, credit), append(classes, "credit")
	title := "Receivables by age"
	if !peak.Day.IsZero() {
		title = fmt.Sprintf("%s owed most at the end of %s %d: %s", f.subject("Customers"), peak.Day.Month(), peak.Day.Year(), about(peak.Total.Minor()))
	}
	c := picture.Chart{
		Title: title, Whose: f.whose(), Wide: true, Numbers: numbers("Month end", columns, names, "Owed", false),
		Note: "What is owed at each month's end, in pounds with VAT, by days past the due date (net 30 days). Credit that nothing was set against yet is drawn below nought, and is taken off the sums." +
			" When customers pay is simulated." + afterwards(f),
	}
	c.Draw(func(width int) template.HTML { return stacked(width, title, columns, names, classes) })
	return c
}

// afterwards says that the clock goes on when the file has ended.
func afterwards(f *Figures) string {
	n := len(f.Receivables)
	if n == 0 || f.LastDay.IsZero() || !f.Receivables[n-1].Day.After(f.LastDay.EndOfMonth()) {
		return ""
	}
	return " After " + Day(f.LastDay) + " nothing is sold any more; the clock goes on so that what is open can be paid."
}

// priceStep is one step of a line's price, in pence.
type priceStep struct {
	name     string
	from, to int64
	class    string
	value    string
}

func (e *Example) steps(last string) []priceStep {
	w := e.Waterfall
	grade := "No grade"
	if e.Grade != "" {
		grade = "Grade: " + picture.GradeName(e.Grade)
	}
	level := w.List.Minor()
	steps := []priceStep{{"List price", 0, level, "f-s1", exact(level)}}
	for _, s := range []struct {
		name  string
		money tandem.Money
		sign  int64
	}{{"Quantity break", w.Break, -1}, {"Contract price", w.Contract, 1}, {grade, w.Grade, -1}, {"Agreed price", w.Agreed, -1}} {
		by := s.sign * s.money.Minor()
		class := "minus"
		switch {
		case by > 0:
			class = "plus"
		case by == 0:
			class = "track"
		}
		steps = append(steps, priceStep{s.name, level, level + by, class, signed(by)})
		level += by
	}
	return append(steps, priceStep{last, 0, level, "f-s3", exact(level)})
}

func waterfallChart(f *Figures) picture.Chart {
	e := f.Example
	title := fmt.Sprintf("%d × %s: from %s by the list to %s paid", e.Pieces, e.Description, exact(e.Waterfall.List.Minor()), exact(e.Waterfall.Paid.Minor()))
	steps := e.steps("Paid")
	if f.engine() {
		title, steps = strings.TrimSuffix(title, " paid")+" by the engine", e.steps("Engine's price")
	}
	note := fmt.Sprintf("How one line came to its price: order %s of customer %s on %s, product %s; pounds without VAT for all %d pieces.",
		e.Order, e.Customer, Day(e.Day), e.Product, e.Pieces)
	if e.Waterfall.Agreed.Sign() != 0 {
		note += " The last step, the agreed price, leads to what the file says was paid"
		if e.Approval {
			note += "; so low a price needed approval"
		}
		note += "."
	}
	c := picture.Chart{Title: title, Whose: f.whose(), Note: note}
	c.Draw(func(width int) template.HTML { return waterfall(width, title, steps) })
	return c
}

// waterfall draws the steps below one another, with names to the left and amounts to the right.
func waterfall(width int, text string, steps []priceStep) template.HTML {
	const pitch, top = 46.0, 8.0
	c := picture.New(width, int(top+pitch*float64(len(steps)))+4, text)
	left, right := 15*picture.Letter, float64(width)-11*picture.Letter
	longest := slices.MaxFunc(steps, func(a, b priceStep) int { return int(max(a.from, a.to) - max(b.from, b.to)) })
	high := max(longest.from, longest.to, 1)
	x := func(minor int64) float64 { return left + (right-left)*float64(minor)/float64(high) }
	for i, s := range steps {
		y := top + pitch*float64(i)
		a, b := x(min(s.from, s.to)), x(max(s.from, s.to))
		weight := "small"
		if i == 0 || i == len(steps)-1 {
			weight = "small strong"
		}
		c.Label(0, y+20, "start", weight, s.name)
		c.Rect(a, y, max(1.5, b-a), 30, s.class, s.name+" "+s.value)
		c.Label(float64(width), y+20, "end", "small strong", s.value)
		if i+1 < len(steps) {
			c.Line(x(s.to), y+30, x(s.to), y+pitch, "join")
		}
	}
	c.Line(left, 0, left, top+pitch*float64(len(steps)), "base")
	return c.SVG()
}
