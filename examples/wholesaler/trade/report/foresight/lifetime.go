package foresight

import (
	"fmt"
	"html/template"
	"math"
	"strings"

	"github.com/tandem-go/tandem/examples/wholesaler/trade/report/picture"
)

// shown gives the grades that have customers.
func (l *Lifetime) shown() (list []GradeLifetime) {
	for _, g := range l.Grades {
		if g.Customers > 0 {
			list = append(list, g)
		}
	}
	return list
}

// total adds up customers and what they are expected to be worth.
func (l *Lifetime) total() (customers int, value float64) {
	for _, g := range l.shown() {
		customers += g.Customers
		if picture.Finite(g.Total) {
			value += g.Total
		}
	}
	return customers, value
}

// finding says which grade is worth most, each and together.
func (l *Lifetime) finding() string {
	list := l.shown()
	each, all := 0, 0
	for i, g := range list {
		if g.Value > list[each].Value {
			each = i
		}
		if g.Total > list[all].Total {
			all = i
		}
	}
	_, value := l.total()
	best := list[each]
	title := fmt.Sprintf("%s are expected to be worth %s each", whom(best.Grade), picture.PoundsOf(best.Value))
	if len(list) == 1 || value <= 0 {
		return title
	}
	if each != all {
		return title + fmt.Sprintf(", but %s more together: %s", inside(whom(list[all].Grade)), picture.PoundsOf(list[all].Total))
	}
	return title + fmt.Sprintf(", and together %s of all that customers are", picture.Rough(best.Total/value))
}

// whom names the customers of a grade at the head of a sentence.
func whom(grade string) string {
	switch grade {
	case "", "ungraded", "none":
		return "Customers without a grade"
	case "cash":
		return "Cash customers"
	}
	return picture.GradeName(grade) + " customers"
}

// inside puts that into a sentence: grades keep their capital letter, other words lose it.
func inside(name string) string {
	if strings.HasPrefix(name, "Customers ") || strings.HasPrefix(name, "Cash ") {
		return strings.ToLower(name[:1]) + name[1:]
	}
	return name
}

// gradeOf names a grade in a column.
func gradeOf(grade string) string {
	if grade == "" || grade == "ungraded" || grade == "none" {
		return "No grade"
	}
	return picture.GradeName(grade)
}

// fitted tells the model with its parameters.
func (l *Lifetime) fitted() string {
	if l.Model == "" {
		return ""
	}
	text := "Model: " + l.Model
	for i, p := range l.Parameters {
		text += [...]string{" (", ", "}[min(i, 1)] + fmt.Sprintf("%s\u00a0=\u00a0%s", p.Name, picture.Number(p.Value))
	}
	if len(l.Parameters) > 0 {
		text += ")"
	}
	if l.Reason != "" {
		return text + ": " + sentence(l.Reason)
	}
	return text + "."
}

func (l *Lifetime) grades() *card {
	list := l.shown()
	if len(list) == 0 {
		return nil
	}
	title := l.finding()
	note := fmt.Sprintf("Customer lifetime value by grade: expected contribution of the next %s, discounted at %s a year",
		picture.Counted(l.Months, "month"), picture.Percent(l.Discount))
	if l.Margin > 0 {
		note += fmt.Sprintf("; contribution is %s of net sales", picture.Percent(l.Margin))
	}
	note += ". Active: mean probability that a customer still buys. " + l.fitted()
	for _, w := range l.Warnings {
		note += " " + picture.Upper(sentence(w))
	}
	g := &picture.Grid{Head: []string{"Grade", "Customers", "Active", "Purchase days each", "Value each", "In all"}}
	var twins []picture.Twin
	for _, v := range list {
		g.Rows = append(g.Rows, []string{gradeOf(v.Grade), picture.Grouped(int64(v.Customers)), picture.Percent(v.Alive),
			picture.Number(v.Purchases), picture.PoundsOf(v.Value), picture.PoundsOf(v.Total)})
		twins = append(twins, picture.Twin{
			Name: gradeOf(v.Grade), Class: picture.GradeClass(v.Grade), Long: [2]float64{v.Value, v.Total},
			Detail: fmt.Sprintf("%s, %s active", picture.Counted(v.Customers, "customer"), picture.Percent(math.Floor(100*v.Alive+0.5)/100)),
			Says:   [2]string{picture.PoundsShort(v.Value) + " each", picture.PoundsShort(v.Total) + " in all"},
		})
	}
	customers, value := l.total()
	g.Rows = append(g.Rows, []string{"All", picture.Grouped(int64(customers)), "", "", picture.PoundsOf(value / float64(customers)),
		picture.PoundsOf(value)})
	return &card{Chart: picture.Chart{Title: title, Note: strings.TrimSpace(note), Numbers: g},
		draw: func(width int) template.HTML {
			return picture.Twins(width, title, [2]string{"broad: each customer", "narrow: the grade together"}, twins)
		}}
}

// compared gives the bins of which both figures are known.
func (h *HeldPurchases) compared() (bins []string, foretold, came []float64) {
	for i := range min(len(h.Bins), len(h.Foretold), len(h.Came)) {
		if picture.Finite(h.Foretold[i]) && picture.Finite(h.Came[i]) {
			bins, foretold, came = append(bins, h.Bins[i]), append(foretold, h.Foretold[i]), append(came, h.Came[i])
		}
	}
	return bins, foretold, came
}

func (l *Lifetime) held() *card {
	bins, foretold, came := l.Held.compared()
	if len(bins) == 0 {
		return nil
	}
	close := 0
	for i := range bins {
		if math.Abs(foretold[i]-came[i]) <= 0.2*max(came[i], foretold[i]) {
			close++
		}
	}
	title := fmt.Sprintf("In %d of %s customers came as often as foretold, give or take a fifth",
		close, picture.Counted(len(bins), "group"))
	if len(bins) == 1 {
		title = fmt.Sprintf("%s purchase days were foretold, %s came", picture.Number(foretold[0]), picture.Number(came[0]))
	}
	note := fmt.Sprintf("Purchase days in the %s held out, foretold and come, by the number of repeat purchase days before.",
		picture.Counted(l.Held.Weeks, "week"))
	g := &picture.Grid{Head: []string{"Repeat purchase days before", "Foretold", "Came"}}
	for i, b := range bins {
		g.Rows = append(g.Rows, []string{b, picture.Number(foretold[i]), picture.Number(came[i])})
	}
	return &card{Chart: picture.Chart{Title: title, Note: note, Numbers: g},
		draw: func(width int) template.HTML { return picture.Pairs(width, title, bins, foretold, came) }}
}
