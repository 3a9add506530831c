package books

import (
	"context"
	"slices"
	"strconv"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/crm/grading"
	"github.com/tandem-go/tandem/examples/wholesaler/trade/book"
	"github.com/tandem-go/tandem/examples/wholesaler/trade/story"
	"github.com/tandem-go/tandem/pricing"
)

// prices gives order-to-cash the book of the order at hand: that of the month, mostly. A contract price is what the customer
// paid last, and a product that is new has its first price, which no book of a month holds: for an order with either, the
// prices of its products are compiled.
type prices struct {
	published *pricing.Snapshot     // the book of the month, whole
	entries   map[string]book.Entry // of the published book
	empty     *pricing.Snapshot     // for orders that are priced by hand alone
	version   int64
	order     *pricing.Snapshot // of the order at hand
}

// Prices gives the snapshot of the order at hand.
func (p *prices) Prices(context.Context, tandem.CompanyID, tandem.Date) (*pricing.Snapshot, error) {
	return p.order, nil
}

const (
	listBase     = "list"
	listContract = "contract"
	// standardGrade is the grade below bronze: no discount.
	standardGrade tandem.GradeCode = "standard"
)

// discount gives what a grade takes off.
func discount(g tandem.GradeCode) tandem.Rate {
	switch g {
	case grading.Gold:
		return tandem.Percent(5)
	case grading.Silver:
		return tandem.Percent(3)
	case grading.Bronze:
		return tandem.Percent(1)
	}
	return tandem.Rate{}
}

// newBook gives a book without rows. The grades' lists derive from the list row by row, breaks included, so that a better
// grade is never dearer. A price below three quarters of the engine's price before the grade asks for approval.
func newBook(version int64, grades ...tandem.GradeCode) pricing.Book {
	b := pricing.NewBook("wholesale", max(version, 1))
	b.PriceDigits = 6
	b.Grades = []tandem.GradeCode{grading.Gold, grading.Silver, grading.Bronze, standardGrade}
	b.Lists = []pricing.List{{ID: listBase, Source: pricing.SourceDefault}}
	b.Floors = []pricing.Floor{{ID: "three quarters", Basis: pricing.FloorBeforeGrade, Rate: tandem.Percent(75), Role: "sales manager"}}
	for _, g := range grades {
		if d := discount(g); !d.IsZero() {
			b.Lists = append(b.Lists, pricing.List{ID: string(g), Source: pricing.SourceGrade, Grades: []tandem.GradeCode{g}, Base: listBase, Discount: d})
		}
	}
	return b
}

// entry adds the rows of a product.
func entry(b *pricing.Book, p *product, e book.Entry) {
	b.Rows = append(b.Rows, pricing.Row{ID: e.Product, List: listBase, Product: p.id, Price: e.List})
	if e.Threshold > 0 {
		b.Rows = append(b.Rows, pricing.Row{ID: e.Product + "/" + strconv.FormatInt(e.Threshold, 10), List: listBase, Product: p.id,
			From: pieces(e.Threshold), Price: e.Break})
	}
}

// Publish compiles the book of the month and looks for what would make a better grade dearer.
func (b *Books) Publish(ctx context.Context, published book.Book) error {
	whole := newBook(published.Version, grading.Gold, grading.Silver, grading.Bronze)
	for i := range published.Entries {
		e := &published.Entries[i]
		p, err := b.product(ctx, e.Product, "", goodsKind, tandem.Price{})
		if err != nil {
			return err
		}
		entry(&whole, p, *e)
	}
	snapshot, err := pricing.Compile(whole)
	if err != nil {
		return err
	}
	b.prices.published, b.prices.version, b.prices.entries = snapshot, published.Version, make(map[string]book.Entry, len(published.Entries))
	for _, e := range published.Entries {
		b.prices.entries[e.Product] = e
	}
	if b.prices.empty, err = pricing.Compile(newBook(published.Version)); err != nil {
		return err
	}
	for _, f := range snapshot.Lint() {
		if f.Code == pricing.FindGradeDearer {
			b.dearer++
		}
	}
	return nil
}

// choose chooses the book of an order: the empty one, that of the month, or one of its own.
func (b *Books) choose(o *story.Order, grade tandem.GradeCode, buyer tandem.PartyID) (err error) {
	quoted, published := false, true
	for i := range o.Lines {
		if q := o.Lines[i].Quote; q != nil {
			quoted = true
			published = published && q.Contract.IsNone() && q.Entry == b.prices.entries[q.Product]
		}
	}
	switch {
	case !quoted:
		b.prices.order = b.prices.empty
	case published:
		b.prices.order = b.prices.published
	default:
		b.prices.order, err = b.compile(o, grade, buyer)
	}
	return err
}

// compile makes the book of an order. A product has one price in it, as of the order's beginning, also where it stands
// twice on the order and its second quote knows the first line as the customer's last price.
func (b *Books) compile(o *story.Order, grade tandem.GradeCode, buyer tandem.PartyID) (*pricing.Snapshot, error) {
	small := newBook(b.prices.version, grade)
	seen := make(map[string]bool, len(o.Lines))
	contract := false
	for i := range o.Lines {
		l := &o.Lines[i]
		if l.Quote == nil || seen[l.Code] {
			continue
		}
		seen[l.Code] = true
		p := b.products[l.Code]
		entry(&small, p, l.Quote.Entry)
		if !l.Quote.Contract.IsNone() {
			if !contract {
				small.Lists = append(small.Lists, pricing.List{ID: listContract, Source: pricing.SourceContract, Customers: []tandem.PartyID{buyer}})
				contract = true
			}
			small.Rows = append(small.Rows, pricing.Row{ID: l.Code + "/own", List: listContract, Product: p.id, Price: l.Quote.Contract})
		}
	}
	return pricing.Compile(small)
}

// explain prices an order as order-to-cash will, for the sums of the waterfalls and the approvals that it needs.
func (b *Books) explain(request *pricing.Request, placed *story.Placed, o *story.Order) (approvals bool, err error) {
	var result pricing.Result
	if err := b.prices.order.Price(request, &result); err != nil {
		return false, err
	}
	quoted := slices.ContainsFunc(o.Lines, func(l story.OrderLine) bool { return l.Quote != nil })
	for i := range result.Lines {
		d := result.Lines[i].Breakdown
		if quoted { // then carriage is kept with a waterfall, too
			if b.told, err = b.told.Add(d); err != nil {
				return false, err
			}
		}
		if o.Lines[i].Quote == nil {
			continue
		}
		placed.Lines[i].Waterfall = book.Waterfall{List: d.List, Break: d.Break.Neg(), Contract: d.Contract, Grade: d.Grade.Neg(),
			Agreed: d.Agreed.Neg(), Paid: result.Lines[i].Amount}
	}
	for _, a := range result.Approvals {
		if o.Lines[a.Line-1].Quote != nil {
			placed.Lines[a.Line-1].Approval = true
		}
	}
	return len(result.Approvals) > 0, nil
}
