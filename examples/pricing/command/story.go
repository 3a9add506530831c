package command

import (
	"fmt"
	"strings"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/examples/pricing/adventure"
	"github.com/tandem-go/tandem/examples/pricing/draw"
	"github.com/tandem-go/tandem/pricing"
)

// story is what the program tells: of the book and of one order.
type story struct {
	shop  *adventure.Shop
	own   bool // the order is the user's own line
	ask   adventure.Ask
	quote *adventure.Quote
}

// newStory prices the user's line, or an order of a reseller: helmets in a season's
// offer, caps that cost more than a reseller pays for them, and so many shorts that the
// rounding of their price makes a cent.
func newStory(shop *adventure.Shop, ask *adventure.Ask) (*story, error) {
	s := &story{shop: shop, own: ask != nil}
	if s.own {
		s.ask = *ask
	} else {
		s.ask = adventure.Ask{Buyer: adventure.Dealer, Day: day(usualDate), Lines: []adventure.Want{
			{Product: "707", Pieces: 20}, {Product: "712", Pieces: 24}, {Product: "869", Pieces: 400}}}
	}
	var err error
	s.quote, err = shop.Price(s.ask)
	return s, err
}

// day reads a date of the program's own.
func day(s string) tandem.Date {
	d, _ := tandem.ParseDate(s) // is in the calendar
	return d
}

// notes gives what to say of a line of a quote beside its waterfall.
func (s *story) notes(q *adventure.Quote, i int) draw.Notes { return notes(s.shop, q, i) }

func notes(shop *adventure.Shop, q *adventure.Quote, i int) draw.Notes {
	line := q.Request.Lines[i]
	n := draw.Notes{Name: shop.Name, Promotions: q.Result.Losers, Approvals: q.Result.ApprovalsOf(line.Line)}
	for _, p := range shop.Data.Products {
		if adventure.ProductID(p.Number) == line.Product {
			n.Title = fmt.Sprintf("%s × %s (%s)", whole(line.Quantity), p.Name, p.Number)
		}
	}
	return n
}

func whole(q tandem.Quantity) string {
	number, _, _ := strings.Cut(q.String(), " ")
	return number
}

// count is how many there are of a kind.
type count struct {
	Kind  string `json:"kind"`
	Count int    `json:"count"`
}

// bookFigures is what there is to say of the book.
type bookFigures struct {
	Book           string                    `json:"book"`
	Version        int64                     `json:"version"`
	Products       int                       `json:"products"`
	Rows           []count                   `json:"rows"` // by list
	Promotions     int                       `json:"promotions"`
	Floors         int                       `json:"floors"`
	Lint           []count                   `json:"lint"`
	Contradictions []adventure.Contradiction `json:"contradictions"`
	Sales          int                       `json:"sales"`
	Reproduced     int                       `json:"reproduced"`
}

func figuresOf(shop *adventure.Shop) bookFigures {
	book := shop.Prices.Book()
	f := bookFigures{Book: book.ID, Version: book.Version, Products: len(shop.Data.Products), Promotions: len(book.Promotions),
		Floors: len(book.Floors), Contradictions: shop.Data.Contradictions()}
	at := map[string]int{}
	for _, l := range book.Lists {
		at[l.ID] = len(f.Rows)
		f.Rows = append(f.Rows, count{Kind: l.ID})
	}
	for _, r := range book.Rows {
		f.Rows[at[r.List]].Count++
	}
	found := map[pricing.FindingCode]int{}
	for _, l := range shop.Prices.Lint() {
		found[l.Code]++
	}
	for _, code := range pricing.FindingCodes() {
		if found[code] > 0 {
			f.Lint = append(f.Lint, count{string(code), found[code]})
		}
	}
	f.Sales, f.Reproduced = len(shop.Data.Sales), shop.Reproduced()
	return f
}

// figures is the story as JSON.
func (s *story) figures() any {
	if s.own {
		return s.quote
	}
	return struct {
		Book  bookFigures      `json:"book"`
		Order *adventure.Quote `json:"order"`
	}{figuresOf(s.shop), s.quote}
}

// text is the story as text.
func (s *story) text() string {
	var b strings.Builder
	if !s.own {
		s.book(&b)
		fmt.Fprintf(&b, "\nAn order of a %s on %s\n", s.ask.Buyer, s.ask.Day)
	} else {
		fmt.Fprintf(&b, "%s, %s\n", s.ask.Buyer, s.ask.Day)
	}
	for i := range s.quote.Result.Lines {
		n := s.notes(s.quote, i)
		if i+1 < len(s.quote.Result.Lines) {
			n.Promotions = nil // they are those of the order, and told once
		}
		n.Title = fmt.Sprintf("\n%d. %s", i+1, n.Title)
		b.WriteString(draw.Text(s.quote.Result.Lines[i].Waterfall, n))
	}
	fmt.Fprintf(&b, "\nto pay, before tax: %s\n", s.quote.Result.Total)
	return b.String()
}

func (s *story) book(b *strings.Builder) {
	f := figuresOf(s.shop)
	fmt.Fprintf(b, "The book %s, version %d: %d products, %d promotions, %d floor\n", f.Book, f.Version, f.Products, f.Promotions, f.Floors)
	rows := [][]string{{"  list", "rows"}}
	for _, r := range f.Rows {
		rows = append(rows, []string{"  " + r.Kind, fmt.Sprint(r.Count)})
	}
	b.WriteString(draw.Table(rows, 1))
	fmt.Fprintf(b, "It gives the price of %d of %d lines that were sold.\n", f.Reproduced, f.Sales)
	b.WriteString("\nWhat its check finds\n")
	for _, l := range f.Lint {
		fmt.Fprintf(b, "  %4d  %s%s\n", l.Count, strings.ReplaceAll(l.Kind, "_", " "), gloss(l.Kind))
	}
	b.WriteString("\nWhere their tables disagree\n")
	for _, c := range f.Contradictions {
		fmt.Fprintf(b, "  - %s: %s\n      here: %s\n", c.Kind, c.Says, c.Does)
	}
}

// gloss says what a finding means in this book.
func gloss(kind string) string {
	switch pricing.FindingCode(kind) {
	case pricing.FindTotalInversion:
		return ": a break makes so many pieces cheaper than one piece fewer"
	case pricing.FindUnreachable:
		return ": the rows of the customers' list; the check buys without a segment"
	}
	return ""
}
