package command

import (
	_ "embed"
	"fmt"
	"html/template"
	"io"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/examples/pricing/adventure"
	"github.com/tandem-go/tandem/examples/pricing/draw"
	"github.com/tandem-go/tandem/pricing"
)

//go:embed page.gohtml
var pageText string

// card is one waterfall of the page with what it shows.
type card struct {
	Title, Line, Note string
	Picture           template.HTML
	Approvals         []string
	Lost              []draw.Lost
	Others            int
}

// section is some cards that are read together.
type section struct {
	Title, Note string
	Cards       []card
}

// page is all that the page says.
type page struct {
	Style    template.CSS
	Book     bookFigures
	Rows     int
	Sections []section
	History  card
	Grades   []grades
}

// told is a line that the page tells of.
type told struct {
	title, note string
	buyer       adventure.Buyer
	day         string
	coupon      string
	product     string
	pieces      int64
	losers      bool
}

// toldSections gives the lines that the page tells of.
func toldSections() []struct {
	title, note string
	lines       []told
} {
	return []struct {
		title, note string
		lines       []told
	}{
		{"One helmet, before and after a price change",
			"Their EndDate is the last day of a price. Here ranges are half-open: the price that ends on 28 May holds until 29 May, and the next holds from then on.", []told{
				{title: "The day before", note: "From here on a customer is a person: list price, no breaks.", buyer: adventure.Person, day: "2024-05-28", product: "707", pieces: 1},
				{title: "The day after", note: "The price rose by 4 %, and the cost fell on the same day.", buyer: adventure.Person, day: "2024-05-29", product: "707", pieces: 1},
			}},
		{"A reseller's volume discount",
			"A reseller gets the break of the list, and the grade's rate off that. \"41 to 60\" becomes \"from 41\": the next break ends a break, so that nobody falls into a gap.", []told{
				{title: "Ten: no break", note: "35 % off clothing.", buyer: adventure.Dealer, day: "2025-01-15", product: "869", pieces: 10},
				{title: "Forty-one: the largest break", note: "15 % off for the quantity, then 35 % for the grade.", buyer: adventure.Dealer, day: "2025-01-15", product: "869", pieces: 41},
			}},
		{"A line below cost, and a contract",
			"A floor blocks nothing. It names who may let the line pass.", []told{
				{title: "Caps below cost", note: "A cap costs 6.92 and is listed at 8.99: 35 % off is below cost, with or without a break.", buyer: adventure.Dealer, day: usualDate, product: "712", pieces: 24},
				{title: "Helmets under a contract", note: "A contract is final: neither the grade's rate nor the season's offer is taken off it.", buyer: adventure.Contract, day: usualDate, product: "707", pieces: 20, losers: true},
			}},
		{"A promotion that lost",
			"On a line falls the promotion that saves most. The others are named, with the reason.", []told{
				{title: "Tires at half price", note: "The customer's coupon would save 10 %; the sale saves half, and both do not fall on one line.", buyer: adventure.Person, day: usualDate, coupon: adventure.Coupon, product: "928", pieces: 2, losers: true},
				{title: "The same tires for a reseller", note: "The sale is for customers only. The reseller still pays more than they do.", buyer: adventure.Dealer, day: usualDate, product: "928", pieces: 2, losers: true},
			}},
	}
}

// newPage prices the lines that the page tells of.
func newPage(shop *adventure.Shop, product string) (*page, error) {
	p := &page{Style: template.CSS(draw.Style), Book: figuresOf(shop), Rows: shop.Prices.Len()} //nolint:gosec // a constant
	for _, of := range toldSections() {
		s := section{Title: of.title, Note: of.note}
		for _, line := range of.lines {
			c, err := newCard(shop, line)
			if err != nil {
				return nil, err
			}
			s.Cards = append(s.Cards, c)
		}
		p.Sections = append(p.Sections, s)
	}
	var err error
	if p.History, err = history(shop, product); err != nil {
		return nil, err
	}
	for _, number := range []string{"869", "707", "712"} {
		g, err := newGrades(shop, number, day(usualDate))
		if err != nil {
			return nil, err
		}
		p.Grades = append(p.Grades, g)
	}
	return p, nil
}

func newCard(shop *adventure.Shop, t told) (card, error) {
	ask := adventure.Ask{Buyer: t.buyer, Day: day(t.day), Lines: []adventure.Want{{Product: t.product, Pieces: t.pieces}}}
	if t.coupon != "" {
		ask.Coupons = []string{t.coupon}
	}
	q, err := shop.Price(ask)
	if err != nil {
		return card{}, err
	}
	n := notes(shop, q, 0)
	w := q.Result.Lines[0].Waterfall
	c := card{Title: t.title, Line: fmt.Sprintf("%s, %s, %s", n.Title, t.buyer, t.day), Note: t.note, Picture: template.HTML(draw.Bars(w, n))} //nolint:gosec // draw escapes its texts
	for _, a := range n.Approvals {
		c.Approvals = append(c.Approvals, "It is "+draw.Approval(a))
	}
	if t.losers {
		c.Lost, c.Others = draw.Losers(w, n)
	}
	return c, nil
}

// history draws the price history of a product.
func history(shop *adventure.Shop, number string) (card, error) {
	p, ok := shop.Data.Product(number)
	prices, costs := shop.Data.History(number)
	if !ok || len(prices) == 0 {
		return card{}, &adventure.UnknownError{Says: fmt.Sprintf("product %s has no price history", number)}
	}
	title := fmt.Sprintf("List price and cost of %s (%s)", p.Name, number)
	until := day("2025-05-30") // the day after their last offers
	if last := prices[len(prices)-1].Valid.Until; !last.IsZero() {
		until = last
	}
	picture := draw.Steps(spans(prices), spans(costs), until, title)
	note := "A price changes on the day that is named, and the cost with it."
	return card{Title: title, Note: note, Picture: template.HTML(picture)}, nil //nolint:gosec // draw escapes its texts
}

func spans(periods []adventure.Period) (all []draw.Span) {
	for _, p := range periods {
		all = append(all, draw.Span{Valid: p.Valid, Price: p.Price})
	}
	return all
}

// grades is a table of the prices of a product: buyers by breaks.
type grades struct {
	Title string
	From  []int64
	Rows  []gradeRow
	Cost  string
}

type gradeRow struct {
	Buyer  adventure.Buyer
	Prices []gradePrice
}

type gradePrice struct {
	Price string
	Below bool // the cost
}

// newGrades prices a product for every buyer at every break.
func newGrades(shop *adventure.Shop, number string, on tandem.Date) (g grades, err error) {
	p, ok := shop.Data.Product(number)
	if !ok {
		return g, &adventure.UnknownError{Says: "there is no product " + number}
	}
	cost := shop.Data.CostOn(number, on)
	g = grades{Title: fmt.Sprintf("%s (%s)", p.Name, number), From: append([]int64{1}, shop.Data.Breaks(number)...), Cost: draw.Price(cost)}
	var pricer pricing.Pricer
	for _, who := range adventure.Buyers() {
		request := adventure.RequestOf(who, on)
		buyer, err := shop.Prices.Buyer(&request)
		if err != nil {
			return g, err
		}
		row := gradeRow{Buyer: who}
		for _, from := range g.From {
			quantity, err := tandem.QuantityOf(from, tandem.Each)
			if err != nil {
				return g, err
			}
			quote, err := pricer.Line(buyer, adventure.ProductID(number), quantity)
			if err != nil {
				return g, err
			}
			order, err := quote.Price.Cmp(cost)
			row.Prices = append(row.Prices, gradePrice{draw.Price(quote.Price), err == nil && order < 0})
		}
		g.Rows = append(g.Rows, row)
	}
	return g, nil
}

func (p *page) write(w io.Writer) error {
	t, err := template.New("page").Parse(pageText)
	if err != nil {
		return err
	}
	return t.Execute(w, p)
}
