package foresight

import (
	"fmt"
	"html/template"
	"math"
	"slices"
	"strings"

	"github.com/tandem-go/tandem/examples/wholesaler/trade/report/picture"
)

// banded gives the bands of risk that have customers.
func (h *Churn) banded() (list []Reliability) {
	for _, r := range h.Reliability {
		if r.Customers > 0 && picture.Finite(r.Foretold) && picture.Finite(r.Came) {
			list = append(list, r)
		}
	}
	return list
}

// means gives the mean risk foretold and what came, over all customers of the bands.
func means(list []Reliability) (foretold, came float64) {
	n := 0.0
	for _, r := range list {
		w := float64(r.Customers)
		foretold, came, n = foretold+w*r.Foretold, came+w*r.Came, n+w
	}
	return foretold / n, came / n
}

// label says what is foretold.
func (h *Churn) label() string {
	return fmt.Sprintf("no purchase in the next %s", picture.Counted(h.Days, "day"))
}

func (h *Churn) reliability() *card {
	list := h.banded()
	if len(list) == 0 {
		return nil
	}
	foretold, came := means(list)
	title := fmt.Sprintf("In %s of pairs the customer who stayed away had the higher risk; chance gives 50 %%", picture.Rough(h.AUC))
	if !(h.AUC > 0 && h.AUC <= 1) {
		title = fmt.Sprintf("A risk of %s was foretold on average, and %s stayed away", picture.Rough(foretold), picture.Rough(came))
	}
	switch gap := foretold - came; {
	case gap > 0.05:
		title = fmt.Sprintf("The risk was foretold too high: %s on average, but %s stayed away", picture.Rough(foretold), picture.Rough(came))
	case gap < -0.05:
		title = fmt.Sprintf("The risk was foretold too low: %s on average, but %s stayed away", picture.Rough(foretold), picture.Rough(came))
	}
	note := fmt.Sprintf("Churn: %s. Risk foretold against the share that did stay away", h.label())
	if h.Tested > 0 {
		note += fmt.Sprintf(", %s tested on weeks after those that it was fitted to; %s stayed away",
			picture.Counted(h.Tested, "customer"), picture.Percent(h.Share))
	}
	note += fmt.Sprintf(". AUC %s (0.5 is chance), Brier score %s. On the line both are the same; the larger the point, the more "+
		"customers. That the averages agree is the work of calibration.", digits(h.AUC, 3), digits(h.Brier, 3))
	for _, w := range h.Warnings {
		note += " " + picture.Upper(sentence(w))
	}
	g := &picture.Grid{Head: []string{"Risk foretold", "Stayed away", "Customers"}}
	for _, r := range list {
		g.Rows = append(g.Rows, []string{picture.Percent(r.Foretold), picture.Percent(r.Came), picture.Grouped(int64(r.Customers))})
	}
	return &card{Chart: picture.Chart{Title: title, Note: note, Numbers: g},
		draw: func(width int) template.HTML { return reliability(width, title, list) }}
}

// digits writes a measure between 0 and 1.
func digits(v float64, n int) string {
	if !picture.Finite(v) {
		return "–"
	}
	return fmt.Sprintf("%.*f", n, v)
}

func reliability(width int, text string, list []Reliability) template.HTML {
	c := picture.New(width, picture.PlotHeight+20, text)
	c.Label(4, 14, "start", "small", "stayed away")
	f := picture.Frame{Left: 52, Right: float64(width) - 24, Top: 36, Bottom: float64(c.Height) - 46}
	x, y := picture.NewScale(0, 100, 5, f.Left, f.Right), picture.NewScale(0, 100, 5, f.Bottom, f.Top)
	percent := func(v float64) string { return picture.Number(v) + " %" }
	y.Up(c, f.Left, f.Right, percent)
	x.Across(c, f.Top, f.Bottom, percent)
	c.Label((f.Left+f.Right)/2, f.Bottom+38, "middle", "small", "risk foretold")
	c.Line(f.Left, f.Bottom, f.Right, f.Top, "join")
	most := 1.0
	for _, r := range list {
		most = max(most, float64(r.Customers))
	}
	d := ""
	for _, r := range list {
		d += fmt.Sprintf("%s%.1f %.1f", picture.Step(d), x.At(100*r.Foretold), y.At(100*r.Came))
	}
	c.Path(d, "curve thin s1", "Stayed away")
	for _, r := range list {
		c.Circle(x.At(100*r.Foretold), y.At(100*r.Came), 3+7*math.Sqrt(float64(r.Customers)/most), "f-s1",
			fmt.Sprintf("%s: %s foretold, %s stayed away", picture.Counted(r.Customers, "customer"), picture.Percent(r.Foretold),
				picture.Percent(r.Came)))
	}
	return c.SVG()
}

// graded gives the grades that have customers.
func (h *Churn) graded() (list []GradeRisk) {
	for _, g := range h.Grades {
		if g.Customers > 0 && picture.Finite(g.Risk) {
			list = append(list, g)
		}
	}
	return list
}

func (h *Churn) grades() *card {
	list := h.graded()
	if len(list) == 0 {
		return nil
	}
	byRisk := func(a, b GradeRisk) int { return int(math.Copysign(1, a.Risk-b.Risk)) }
	low, high := slices.MinFunc(list, byRisk), slices.MaxFunc(list, byRisk)
	title := fmt.Sprintf("%s stay away with a risk of %s", whom(low.Grade), picture.Rough(low.Risk))
	if high.Risk > low.Risk {
		title = fmt.Sprintf("%s are the surest to come back (%s at risk), %s the least (%s)", whom(low.Grade), picture.Rough(low.Risk),
			inside(whom(high.Grade)), picture.Rough(high.Risk))
	}
	g := &picture.Grid{Head: []string{"Grade", "Customers", "Mean risk"}}
	var bars []picture.Bar
	for _, r := range list {
		g.Rows = append(g.Rows, []string{gradeOf(r.Grade), picture.Grouped(int64(r.Customers)), picture.Percent(r.Risk)})
		bars = append(bars, picture.Bar{
			Name: gradeOf(r.Grade), Detail: picture.Counted(r.Customers, "customer"), Class: picture.GradeClass(r.Grade),
			Value: picture.Rough(r.Risk), Long: r.Risk,
		})
	}
	note := fmt.Sprintf("Mean risk of %s, by the grade that customers hold at the end of the file.", h.label())
	return &card{Chart: picture.Chart{Title: title, Note: note, Numbers: g},
		draw: func(width int) template.HTML { return picture.Rows(width, title, bars, 1) }}
}

// listed is the greatest number of customers at risk that the page names.
const listed = 20

func (h *Churn) atRisk() *card {
	if len(h.AtRisk) == 0 {
		return nil
	}
	list := h.AtRisk[:min(len(h.AtRisk), listed)]
	lost := 0.0
	for _, a := range list {
		if picture.Finite(a.Risk * a.Value) {
			lost += a.Risk * a.Value
		}
	}
	title := fmt.Sprintf("%s worth a call: up to %s is at stake", picture.Counted(len(list), "customer"), picture.PoundsOf(lost))
	if len(list) > 1 {
		title = strings.Replace(title, " worth", " are worth", 1)
	} else {
		title = strings.Replace(title, " worth", " is worth", 1)
	}
	c := &card{Chart: picture.Chart{
		Title: title, Wide: true,
		Note: fmt.Sprintf("Those with the greatest expected loss: the risk of %s times the customer's expected value, as if who "+
			"stays away never came back. Terms that go together share the odds, so that one alone may point the other way. Whom to "+
			"call is for people to decide.", h.label()),
	}}
	for _, a := range list {
		c.Entries = append(c.Entries, picture.Entry{
			Name: a.Customer, Detail: gradeOf(a.Grade), Text: picture.Upper(sentence(a.Reason)),
			Value: fmt.Sprintf("risk %s, worth %s", picture.Rough(a.Risk), picture.PoundsOf(a.Value)),
		})
	}
	return c
}
