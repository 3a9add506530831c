package foresight

import (
	"fmt"
	"strings"

	"github.com/tandem-go/tandem/examples/wholesaler/trade/report/picture"
)

// Section is a part of the report as text: a finding, rows of a name and a figure, and sentences.
type Section struct {
	Title string
	Rows  [][2]string
	Items []string
}

func (s *Section) row(name, value string) { s.Rows = append(s.Rows, [2]string{name, value}) }

// say adds a sentence that says something.
func (s *Section) say(text string) {
	if text != "" {
		s.Items = append(s.Items, text)
	}
}

// briefly is the greatest number of customers or products that a section names.
const briefly = 2

// Sections gives all that there is something to say of, the findings of the page in the same words.
func (in *Insight) Sections() (list []Section) {
	if in == nil {
		return nil
	}
	for _, of := range [...]func() *Section{
		in.Outlook.section, in.Stock.section, in.Lifetime.section, in.Churn.section, in.Trends.section, in.Baskets.section, in.returned,
	} {
		if s := of(); s != nil {
			list = append(list, *s)
		}
	}
	return list
}

func (o *Outlook) section() *Section {
	shop, sellers := o.shop(), o.sellers()
	if shop == nil && sellers == nil {
		return nil
	}
	s := &Section{Title: "Forecast against actual"}
	if shop != nil {
		s.say("The shop: " + sentence(shop.Title))
	}
	if sellers != nil && o.Series == 0 {
		s.say(sentence(sellers.Title))
	}
	s.say(o.measured())
	return s
}

func (p *StockPolicy) section() *Section {
	if !p.Rule.known() {
		return nil
	}
	s := &Section{Title: p.finding()}
	s.row("The rule: fill rate", picture.Percent(p.Rule.Fill))
	s.row("The rule: mean stock at cost", picture.PoundsOf(p.Rule.Capital))
	if p.Equal.known() {
		s.row("From forecasts, at that fill rate: mean stock at cost", picture.PoundsOf(p.Equal.Capital))
	}
	return s
}

func (l *Lifetime) section() *Section {
	if len(l.shown()) == 0 {
		return nil
	}
	s := &Section{Title: l.finding()}
	for _, g := range l.shown() {
		s.row(fmt.Sprintf("%s: %s, %s active, together %s", gradeOf(g.Grade), picture.Counted(g.Customers, "customer"),
			picture.Percent(g.Alive), picture.PoundsOf(g.Total)), picture.PoundsOf(g.Value)+" each")
	}
	if held := l.held(); held != nil {
		s.say(fmt.Sprintf("Model: %s. %s", l.Model, sentence(held.Title)))
	}
	return s
}

func (h *Churn) section() *Section {
	s := &Section{Title: "Who may stay away: " + h.label()}
	for _, g := range h.graded() {
		s.row(fmt.Sprintf("%s: %s", gradeOf(g.Grade), picture.Counted(g.Customers, "customer")), picture.Rough(g.Risk))
	}
	if len(h.banded()) > 0 {
		s.say(sentence(h.reliability().Title))
	}
	for _, a := range h.AtRisk[:min(len(h.AtRisk), briefly)] {
		s.say(fmt.Sprintf("Customer %s (%s): risk %s, worth %s", a.Customer, gradeOf(a.Grade), picture.Rough(a.Risk), picture.PoundsOf(a.Value)))
	}
	if len(s.Rows)+len(s.Items) == 0 {
		return nil
	}
	return s
}

func (t *Trends) section() *Section {
	s := &Section{Title: "Products that grow and fall"}
	var stages []string
	for _, c := range t.Stages {
		if c.Count > 0 {
			stages = append(stages, fmt.Sprintf("%s %s", plain(c.Name), picture.Grouped(int64(c.Count))))
		}
	}
	if len(stages) > 0 {
		s.say("Life stages: " + strings.Join(stages, ", ") + ".")
	}
	for _, list := range [...][]Trend{drawable(t.Growing), drawable(t.Falling)} {
		for _, v := range list[:min(len(list), briefly)] {
			s.say(fmt.Sprintf("%s %s: %s, p %s", v.Code, v.Name, slope(v.Slope), chance(v.P)))
		}
	}
	if len(s.Rows)+len(s.Items) == 0 {
		return nil
	}
	return s
}

func (b *Baskets) section() *Section {
	n := b.drawn()
	if len(n.edges) == 0 {
		return nil
	}
	s := &Section{Title: fmt.Sprintf("Bought together, in %s", picture.Counted(b.Orders, "order"))}
	for _, e := range n.edges[:min(len(n.edges), briefly)] {
		s.say(fmt.Sprintf("%s of the orders with %s have %s, lift %s", picture.Percent(e.Confidence), n.nodes[e.From].Name,
			n.nodes[e.To].Name, picture.Number(e.Lift)))
	}
	return s
}

func (in *Insight) returned() *Section {
	c := in.returns()
	if c == nil {
		return nil
	}
	s := &Section{Title: "Products whose returns stand out"}
	for i, v := range in.Returns {
		if i < briefly && len(picture.Known([]float64{v.Rate, v.Lower, v.Upper})) == 3 {
			s.say(fmt.Sprintf("%s %s: %s came back (%s to %s), %s of %s", v.Code, v.Name, picture.Percent(v.Rate),
				picture.Percent(v.Lower), picture.Percent(v.Upper), picture.Number(v.Returned), picture.Number(v.Shipped)))
		}
	}
	return s
}
