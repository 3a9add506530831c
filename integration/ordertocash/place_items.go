package ordertocash

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/sales"
	"github.com/tandem-go/tandem/pricing"
)

// book is what prices the lines of one day.
type book struct {
	date       tandem.Date
	snapshot   *pricing.Snapshot
	lines      []int // places of its lines among those of the order; nil: all
	cost       bool  // it asks for the cost of lines
	categories bool  // for their categories
	rates      bool  // for the rates of their taxes
	capped     []pricing.Capped
}

// place gives the place of a line of the request, by its number, among the lines of the order.
func (b *book) place(line int) int {
	if b.lines == nil {
		return line - 1
	}
	return b.lines[line-1]
}

// dateOf gives the date that prices a line.
func (p *placement[R]) dateOf(l *OrderLine) tandem.Date {
	document := p.date
	if !p.ordered.IsZero() {
		document = p.ordered
	}
	switch p.on {
	case sales.PricedOnOrder:
		return document
	case sales.PricedOnRequest, sales.PricedOnDelivery:
		if !l.Promise.IsZero() {
			return l.Promise
		}
		return document
	}
	return p.date
}

// open finds the books that price the lines: one for each date.
func (p *placement[R]) open(ctx context.Context, cmd *PlaceOrder) error {
	p.books = p.books[:0]
	for i := range cmd.Lines {
		date := p.dateOf(&cmd.Lines[i])
		at := slices.IndexFunc(p.books, func(b book) bool { return b.date == date })
		if at < 0 {
			at = len(p.books)
			p.books = append(p.books, book{date: date})
		}
		if at > 0 || len(p.books) > 1 {
			if p.books[0].lines == nil { // all before were its own
				for j := range i {
					p.books[0].lines = append(p.books[0].lines, j)
				}
			}
			p.books[at].lines = append(p.books[at].lines, i)
		}
	}
	for i := range p.books {
		b := &p.books[i]
		var err error
		if b.snapshot, err = p.s.c.Prices.Prices(ctx, p.s.company(), b.date); err != nil {
			return err
		}
		b.cost, b.categories, b.rates = b.snapshot.NeedsCost(), b.snapshot.NeedsCategories(), b.snapshot.NeedsTaxRates()
		b.capped = b.snapshot.AppendCapped(b.capped[:0], cmd.Customer)
	}
	if len(p.books) < 2 {
		return nil
	}
	var faults tandem.Check
	for i := range cmd.Discounts {
		faults.Require(cmd.Discounts[i].Amount.IsNone(), "order_discount", tandem.Path("order_discounts", i)+".amount",
			"lines are priced on different days, and an amount is off all of them: say a rate")
	}
	return faults.Err(p.subject)
}

// bookOf gives the book that prices a line.
func (p *placement[R]) bookOf(place int) *book {
	for i := range p.books {
		if p.books[i].lines == nil || slices.Contains(p.books[i].lines, place) {
			return &p.books[i]
		}
	}
	return nil
}

// asksOf gives the lines of the request to a book, those of the order that count with
// them last.
func (p *placement[R]) asksOf(b *book) []pricing.Line {
	if b.lines == nil && len(p.around) == 0 {
		return p.request.Lines
	}
	lines := make([]pricing.Line, 0, len(p.request.Lines)+len(p.around))
	for i := range p.request.Lines {
		if b.lines == nil || slices.Contains(b.lines, i) {
			lines = append(lines, p.request.Lines[i])
		}
	}
	lines = append(lines, p.around...)
	for i := range lines {
		lines[i].Line = i + 1
	}
	return lines
}

// price prices the lines of one book, without the promotions whose limits are used up.
func (p *placement[R]) price(ctx context.Context, b *book, cmd *PlaceOrder) error {
	lines := p.asksOf(b)
	left, err := p.remaining(ctx, b)
	if err != nil {
		return err
	}
	req := pricing.Request{Company: p.s.company(), Customer: cmd.Customer, Grade: p.customer.Grade, Segments: p.customer.Segments, Region: p.customer.Region,
		Channel: cmd.Channel, Coupons: cmd.Coupons, Date: b.date, At: p.scope.Now, Currency: p.s.c.Books.Currency, Lines: lines,
		OrderDiscounts: cmd.Discounts, Remaining: left, Explain: p.s.c.KeepWaterfalls}
	res := &p.result
	for again := true; again; {
		if err := b.snapshot.Price(&req, res); err != nil {
			return b.mapped(err)
		}
		if again, err = p.claim(ctx, b, &req, res); err != nil {
			return err
		}
	}
	own := len(lines) - len(p.around)
	for i := range res.Approvals {
		if a := res.Approvals[i]; a.Line <= own {
			if a.Line > 0 {
				a.Line = b.place(a.Line) + 1
			}
			p.needed = append(p.needed, a)
		}
	}
	for i := range res.Gifts {
		p.gifts = append(p.gifts, gift{res.Gifts[i], tandem.PriceRef{Book: res.Book, Version: res.Version, Rule: res.Gifts[i].Promotion}})
	}
	for i := range own {
		p.lines[b.place(i+1)].PricedOn = p.kept(b)
		if err := p.take(&res.Lines[i], b.place(i+1)); err != nil {
			return err
		}
	}
	return p.round(b, res)
}

// mapped gives a fault of the book's request the place of its line in the order.
func (b *book) mapped(err error) error {
	var invalid *tandem.InvalidError
	if b.lines == nil || !errors.As(err, &invalid) {
		return err
	}
	out := &tandem.InvalidError{Subject: invalid.Subject, Faults: slices.Clone(invalid.Faults)}
	for i := range out.Faults {
		rest, ok := strings.CutPrefix(out.Faults[i].Path, "lines[")
		number, tail, found := strings.Cut(rest, "]")
		if n, bad := strconv.Atoi(number); ok && found && bad == nil && n < len(b.lines) {
			out.Faults[i].Path = tandem.Path("lines", b.lines[n]) + tail
		}
	}
	return out
}

// kept gives the date that prices as it is kept with a line.
func (p *placement[R]) kept(b *book) tandem.Date {
	if p.on == "" || p.on == sales.PricedOnCommand {
		return tandem.Date{}
	}
	return b.date
}

// take copies the price of a line into its item. A line that was split at the caps of
// contracts becomes several: what is within the first keeps the number that the customer
// gave it.
func (p *placement[R]) take(line *pricing.LineResult, place int) error {
	item := &p.lines[place]
	item.Waterfall = p.waterfall(line.Waterfall)
	if len(line.Parts) > 0 {
		return p.part(line, place)
	}
	item.PriceRef = line.Ref
	return setPrice(item, line.Price, line.Extended, line.Amount)
}

func (p *placement[R]) waterfall(w *pricing.Waterfall) sales.Waterfall {
	if w == nil {
		return ""
	}
	p.text = w.AppendJSON(p.text[:0])
	return sales.Waterfall(p.text)
}

// part makes an item of each part of a line, which has prices of its own.
func (p *placement[R]) part(line *pricing.LineResult, place int) error {
	weights := make([]int64, len(line.Parts))
	for i := range weights {
		weights[i] = line.Parts[i].Extended.Minor()
	}
	amounts, err := tandem.Allocate(nil, line.Amount, weights)
	if err != nil {
		return err
	}
	whole := p.lines[place]
	if whole.Of == 0 {
		whole.Of = place + 1
	}
	places := []int{place + 1}
	for i := range line.Parts {
		part, item := &line.Parts[i], whole
		if i == 0 {
			item.Of = p.lines[place].Of
		}
		item.Ordered, item.Factor, item.Quantity, item.PriceRef = part.Quantity, tandem.IntRatio(1), part.Quantity, part.Ref
		if part.Waterfall != nil {
			item.Waterfall = p.waterfall(part.Waterfall)
		}
		if err := setPrice(&item, part.Price, part.Extended, amounts[i]); err != nil {
			return err
		}
		if i == 0 {
			p.lines[place] = item
		} else {
			places = append(places, p.add(item, p.stocked[place], p.waits[place])+1)
		}
	}
	for i := range p.claims {
		h := &p.claims[i]
		if h.promotion == "" {
			h.move(places)
		} else if err := h.divide(places, line.Parts, weights); err != nil {
			return err
		}
	}
	return nil
}

// move gives what a part of a line takes of a contract to that part.
func (h *held) move(lines []int) {
	if l := &h.claim.Lines[0]; l.Line == lines[0] && h.part < len(lines) {
		l.Line = lines[h.part]
	}
}

// divide gives the parts of a line, of which the first has its number, their parts of
// what the line holds.
func (h *held) divide(lines []int, of []pricing.Part, weights []int64) error {
	for i := range h.claim.Lines {
		l := &h.claim.Lines[i]
		if l.Line != lines[0] {
			continue
		}
		values, err := tandem.Allocate(nil, l.Value, weights)
		if err != nil {
			return err
		}
		counted := !l.Quantity.IsNone()
		for j := range lines {
			part := sales.ClaimLine{Line: lines[j], Value: values[j]}
			if counted {
				part.Quantity = of[j].Quantity
			}
			if j == 0 {
				h.claim.Lines[i] = part
			} else {
				h.claim.Lines = append(h.claim.Lines, part)
			}
		}
		return nil
	}
	return nil
}

// add adds an item behind those that there are, and gives its place.
func (p *placement[R]) add(item sales.Item, stocked, waits bool) int {
	item.Line = len(p.lines) + 1
	p.lines = append(p.lines, item)
	p.stocked, p.waits = append(p.stocked, stocked), append(p.waits, waits)
	return len(p.lines) - 1
}

// setPrice gives an item its price and amounts. A price that is in a third unit, of
// tiers or raised to a floor is told by what the quantity comes to.
func setPrice(item *sales.Item, price tandem.Price, extended, amount tandem.Money) error {
	if amount.Minor() > extended.Minor() { // raised to a floor
		extended = amount
	}
	discount, err := extended.Sub(amount)
	if err != nil {
		return err
	}
	item.Net, item.Discount, item.Price = amount, discount, price
	if comesTo(item, price, extended) {
		return nil
	}
	for basis := int64(1); basis <= 1_000_000; basis *= 10 {
		per, err := extended.PricePer(item.Quantity, basis, tandem.HalfAwayFromZero)
		if err != nil {
			return err
		}
		if item.Price = per; comesTo(item, per, extended) {
			return nil
		}
	}
	return nil // the document refuses it
}

// comesTo reports whether the item's quantity at a price is an amount, but for one
// minor unit.
func comesTo(item *sales.Item, price tandem.Price, amount tandem.Money) bool {
	quantity := item.Quantity
	switch price.Unit() {
	case item.Ordered.Unit():
		quantity = item.Ordered
	case item.Quantity.Unit():
	default:
		return false
	}
	own, err := price.Times(quantity, tandem.HalfAwayFromZero)
	return err == nil && own.Minor()-amount.Minor() <= 1 && amount.Minor()-own.Minor() <= 1
}

// round spreads what a total that is rounded once differs from its lines by over lines
// of the tax code, a minor unit each.
func (p *placement[R]) round(b *book, res *pricing.Result) error {
	for i := range res.Rounding {
		left, code := res.Rounding[i].Amount.Minor(), res.Rounding[i].Code
		for line := 0; line < len(res.Lines)-len(p.around) && left != 0; line++ {
			item := &p.lines[b.place(line+1)]
			step := int64(1)
			if left < 0 {
				step = -1
			}
			net := tandem.MoneyFromMinor(item.Net.Minor()+step, item.Net.Currency())
			whole, err := net.Add(item.Discount)
			if err != nil {
				return err
			}
			if item.TaxCode == code && net.Sign() >= 0 && comesTo(item, item.Price, whole) {
				item.Net, left = net, left-step
			}
		}
	}
	return nil
}
