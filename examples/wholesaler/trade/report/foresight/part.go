package foresight

import (
	"html/template"

	"github.com/tandem-go/tandem/examples/wholesaler/trade/report/picture"
)

// Part is what the page shows of an Insight: cards below a heading of their own.
type Part struct {
	Title, Note string
	Charts      []picture.Chart
}

// card is a chart that is drawn when it is known how wide it is to be; draw is nil where a list says it all.
type card struct {
	picture.Chart
	draw func(width int) template.HTML
}

// Part gives the cards of all that there is something to say of, or nil of nothing. Whose heads each.
func (in *Insight) Part(whose string) *Part {
	if in == nil {
		return nil
	}
	var cards []card
	for _, of := range [...]func() *card{
		in.Outlook.shop, in.Outlook.sellers, in.Stock.capital, in.Lifetime.grades, in.Lifetime.held,
		in.Churn.reliability, in.Churn.grades, in.Churn.atRisk, in.Trends.stages, in.returns, in.Trends.directions, in.Baskets.graph,
	} {
		if c := of(); c != nil {
			c.Whose = whose
			cards = append(cards, *c)
		}
	}
	if len(cards) == 0 {
		return nil
	}
	return &Part{
		Title: "What both sides' data foretell",
		Note: "Estimates from the orders, deliveries and returns of the file, judged wherever they can be by weeks that they had " +
			"not seen. They change nothing in the books.",
		Charts: arranged(cards),
	}
}

// arranged widens a half card that has no other half beside it, and draws all.
func arranged(cards []card) (charts []picture.Chart) {
	alone := -1
	for i := range cards {
		switch {
		case cards[i].Wide:
			widen(cards, alone)
			alone = -1
		case alone >= 0:
			alone = -1
		default:
			alone = i
		}
	}
	widen(cards, alone)
	for i := range cards {
		if cards[i].draw != nil {
			cards[i].Draw(cards[i].draw)
		}
		charts = append(charts, cards[i].Chart)
	}
	return charts
}

func widen(cards []card, i int) {
	if i >= 0 {
		cards[i].Wide = true
	}
}

// percentOf gives a float's share of a whole, 0 of nothing.
func percentOf(part, whole int) float64 {
	if whole <= 0 {
		return 0
	}
	return float64(part) / float64(whole)
}
