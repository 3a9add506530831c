package sales

import (
	"slices"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/sales/internal/document"
)

// LineChange names what an amendment did to a line.
type LineChange string

// The changes.
const (
	LineAdded   LineChange = "added"
	LineChanged LineChange = "changed"
	LineRemoved LineChange = "removed"
)

// LineChanges lists the changes.
func LineChanges() []LineChange { return []LineChange{LineAdded, LineChanged, LineRemoved} }

// Valid reports whether c is one of [LineChanges].
func (c LineChange) Valid() bool { return c == LineAdded || c == LineChanged || c == LineRemoved }

// UnmarshalText reads a change and refuses anything else.
func (c *LineChange) UnmarshalText(text []byte) error {
	if !LineChange(text).Valid() {
		return fault("line change", "change", "change", "unknown change of a line")
	}
	*c = LineChange(text)
	return nil
}

// LineAmendment changes one line; what is left zero stays as it is.
type LineAmendment struct {
	Line int
	// Ordered is the whole new quantity in the unit of the document, what is
	// shipped and cancelled included.
	Ordered tandem.Quantity
	// Price is the new price. With it, or with more of the old price, Discount
	// and Net may be given as pricing found them; else net is price × quantity
	// less the discount that the line has, or, of a new quantity alone, as much of
	// it as is in proportion.
	Price    tandem.Price
	List     tandem.Price
	PriceRef tandem.PriceRef
	Discount tandem.Money
	Net      tandem.Money
	PricedOn tandem.Date // with a price
	// Waterfall is how the new price came about.
	Waterfall Waterfall
	Promise   tandem.Date // the current promise; the first one stays
	// Unpromised takes the current promise away: nothing can be promised any more.
	Unpromised bool
}

// Amendment is the difference between two versions of an order: lines to add
// (numbered above every line that the order ever had), to change and to remove.
type Amendment struct {
	Date   tandem.Date // on which it counts; none: the day on which it is recorded
	Reason string
	Add    []Item
	Change []LineAmendment
	Remove []int
}

// Amend applies an amendment as a whole or not at all, validated against what is
// shipped, cancelled and invoiced:
//
//   - a quantity cannot fall below what is shipped and cancelled (`shipped`);
//   - the price of a line of which something is shipped or cancelled is fixed
//     (`price_fixed`): add a line for more at another price;
//   - a line with something shipped or cancelled cannot be removed (`shipped`);
//   - something must be left (`nothing_left`): cancel the order instead;
//   - a short-closed order is not opened again (`short_closed`).
//
// What is already shipped keeps its amount to the cent: a smaller quantity takes
// its part off what is open, more is added at the price, less the discount in
// proportion. It gives the reservations that have to be released, and raises the
// version.
func (o *Order) Amend(a Amendment, at tandem.Instant) (released []LineQuantity, err error) {
	if err := o.allow(cmdAmend); err != nil {
		return nil, err
	}
	if !o.s.Closed.IsZero() {
		return nil, o.refuse(cmdAmend, "short_closed", "the order is short-closed")
	}
	if err := needReason(a.Reason); err != nil {
		return nil, err
	}
	if len(a.Add)+len(a.Change)+len(a.Remove) == 0 {
		return nil, fault("amendment", "empty", "", "changes nothing")
	}
	d := amending{o: o, lines: slices.Clone(o.s.Lines)}
	if err := d.apply(&a); err != nil {
		return nil, err
	}
	next := o.s
	next.Lines = d.lines
	if next.LastLine = o.s.LastLine; len(a.Add) > 0 {
		next.LastLine = a.Add[len(a.Add)-1].Line
	}
	if next.derive() == OrderStatusCancelled {
		return nil, o.refuse(cmdAmend, "nothing_left", "no line would be left: cancel the order")
	}
	next.Version++
	next.Amendments = append(slices.Clone(o.s.Amendments), Revision{Version: next.Version, Reason: a.Reason, At: at})
	o.s, o.shared = next, false
	o.settle()
	o.emit(&OrderAmended{OrderHead: o.head(), Date: a.Date, Version: o.s.Version, Draft: o.s.Confirmed.IsZero(), Reason: a.Reason, Net: o.Net(), Lines: d.changed, At: at})
	return d.released, nil
}

// amending is an amendment under way, on a copy of the lines.
type amending struct {
	o        *Order
	lines    []Line
	changed  []ChangedLine
	released []LineQuantity
}

func (d *amending) apply(a *Amendment) error {
	for i := range a.Change {
		if err := d.change(i, &a.Change[i]); err != nil {
			return err
		}
	}
	for _, line := range a.Remove {
		if err := d.remove(line); err != nil {
			return err
		}
	}
	if err := d.add(a.Add); err != nil {
		return err
	}
	total := tandem.NewTotal(d.o.s.Currency)
	for i := range d.lines {
		total.Add(d.lines[i].Net)
	}
	if _, err := total.Money(tandem.RoundDown); err != nil {
		return fault("amendment", "overflow", "", "the total is out of range")
	}
	return nil
}

func (d *amending) find(line int) (int, error) {
	for i := range d.changed { // each line once: a second change would hide the first
		if d.changed[i].Line == line {
			return 0, fault("amendment", "duplicate", "", "names a line twice")
		}
	}
	i, ok := slices.BinarySearchFunc(d.lines, line, func(l Line, n int) int { return l.Line - n })
	if !ok {
		return 0, d.o.refuse(cmdAmend, "unknown_line", "the order has no such line")
	}
	return i, nil
}

func (d *amending) change(n int, c *LineAmendment) error {
	i, err := d.find(c.Line)
	if err != nil {
		return err
	}
	l := &d.lines[i]
	before := *l
	if err := d.reprice(l, c); err != nil {
		return err
	}
	if err := d.resize(l, c); err != nil {
		return err
	}
	if c.Unpromised && !c.Promise.IsZero() {
		return fault("amendment", "promise", tandem.Path("change", n)+".promise", "must not be given where it is taken away")
	}
	if c.Unpromised || !c.Promise.IsZero() {
		if l.open() == 0 {
			return d.o.refuse(cmdAmend, "shipped", "nothing of the line is open")
		}
		l.Promise = c.Promise
	}
	if d.o.s.Confirmed.IsZero() {
		l.FirstPromise = l.Promise
	}
	if *l == before {
		return fault("amendment", "empty", tandem.Path("change", n), "changes nothing")
	}
	if over := l.capReserved(); over > 0 {
		d.released = append(d.released, LineQuantity{l.Line, tandem.QuantityFromMicro(over, l.Quantity.Unit())})
	}
	if !l.fits(d.o.s.Currency) {
		return fault("amendment", "net", tandem.Path("change", n), "the amount is out of range")
	}
	changed := ChangedLine{Line: l.Line, Change: LineChanged, Of: l.Product, Before: before.Quantity, After: l.Quantity, Was: before.Net, Net: l.Net, First: l.FirstPromise}
	if l.Promise != before.Promise {
		changed.Old, changed.New = before.Promise, l.Promise
	}
	d.changed = append(d.changed, changed)
	return nil
}

// reprice applies a new price to a line that is open as a whole.
func (d *amending) reprice(l *Line, c *LineAmendment) error {
	if c.Price.IsNone() && c.Net.Currency() == 0 && c.Discount.Currency() == 0 && c.List.IsNone() {
		return nil
	}
	if l.Shipped.Sign() > 0 || l.Cancelled.Sign() > 0 {
		return d.o.refuse(cmdAmend, "price_fixed", "something of the line is shipped or cancelled: add a line instead")
	}
	item := l.Item
	if err := item.setQuantity(c.Ordered); err != nil {
		return err
	}
	if !c.Price.IsNone() {
		item.Price, item.PriceRef, item.PricedOn = c.Price, c.PriceRef, c.PricedOn
	}
	if !c.List.IsNone() {
		item.List = c.List
	}
	if c.Discount.Currency() != 0 {
		item.Discount = c.Discount
	}
	if item.Net = c.Net; item.Net.Currency() == 0 {
		extended, err := item.extend(item.Ordered, item.Quantity)
		if err != nil {
			return err
		}
		if item.Net, err = extended.Sub(item.Discount); err != nil {
			return err
		}
	}
	item.Waterfall = c.Waterfall // what there was told another price
	if err := item.check(d.o.s.Currency); err != nil {
		return err
	}
	l.Item = item
	return nil
}

// setQuantity sets the ordered quantity and what follows from it.
func (i *Item) setQuantity(ordered tandem.Quantity) error {
	if ordered.Unit() == 0 {
		return nil
	}
	if ordered.Unit() != i.Ordered.Unit() || ordered.Sign() <= 0 {
		return fault("amendment", "quantity", "ordered", "must be positive, in the unit of the line")
	}
	base, err := ordered.Convert(i.Quantity.Unit(), i.Factor, tandem.HalfAwayFromZero)
	if err != nil {
		return err
	}
	i.Ordered, i.Quantity = ordered, base
	return nil
}

// resize applies a new quantity at the line's price.
func (d *amending) resize(l *Line, c *LineAmendment) error {
	old := l.Item
	if err := l.setQuantity(c.Ordered); err != nil {
		return err
	}
	change := l.Quantity.Micro() - old.Quantity.Micro()
	switch {
	case change == 0: // as it was, or repriced with its quantity
		return nil
	case change > 0:
		return l.grow(&old, change)
	}
	drop, open := -change, old.Quantity.Micro()-l.Cancelled.Micro()-l.Shipped.Micro()
	if drop > open {
		return d.o.refuse(cmdAmend, "shipped", "less than is shipped and cancelled")
	}
	openNet := document.AddMoney(old.Net, -l.NetShipped.Minor()-l.NetCancelled.Minor())
	off, err := tandem.Part(openNet, drop, open-drop)
	if err != nil {
		return err
	}
	l.Net = document.AddMoney(l.Net, -off.Minor())
	part, err := tandem.Part(old.Discount, drop, old.Quantity.Micro()-drop)
	if err != nil {
		return err
	}
	l.Discount = document.AddMoney(l.Discount, -part.Minor())
	l.Waterfall = ""
	return nil
}

// grow adds micro at the line's price, with its discount in proportion. What is
// added is what the whole costs more, so that steps do not sum up their rounding.
func (l *Line) grow(old *Item, micro int64) error {
	was, err := old.extend(old.Ordered, old.Quantity)
	if err != nil {
		return err
	}
	added, err := l.extend(l.Ordered, l.Quantity)
	if err != nil {
		return err
	}
	if added, err = added.Sub(was); err != nil {
		return err
	}
	share, err := tandem.NewRatio(micro, old.Quantity.Micro())
	if err != nil {
		return err
	}
	off, err := old.Discount.MulRatio(share, tandem.HalfAwayFromZero)
	if err != nil {
		return err
	}
	if off.Minor() > added.Minor() { // by its rounding, of a line that is given away
		off = added
	}
	if l.Discount, err = l.Discount.Add(off); err != nil {
		return err
	}
	l.Waterfall = ""
	l.Net, err = l.Net.Add(document.AddMoney(added, -off.Minor()))
	return err
}

func (d *amending) remove(line int) error {
	i, err := d.find(line)
	if err != nil {
		return err
	}
	l := &d.lines[i]
	if l.Shipped.Sign() > 0 || l.Cancelled.Sign() > 0 {
		return d.o.refuse(cmdAmend, "shipped", "something of the line is shipped or cancelled")
	}
	if l.Reserved.Sign() > 0 {
		d.released = append(d.released, LineQuantity{l.Line, l.Reserved})
	}
	d.changed = append(d.changed, ChangedLine{Line: l.Line, Change: LineRemoved, Of: l.Product, Before: l.Quantity, Was: l.Net, Old: l.Promise,
		First: l.FirstPromise})
	d.lines = slices.Delete(d.lines, i, i+1)
	return nil
}

func (d *amending) add(items []Item) error {
	if len(items) == 0 {
		return nil
	}
	items = slices.Clone(items)
	var c tandem.Check
	CheckItems(&c, items, d.o.s.Currency)
	c.Require(items[0].Line > d.o.s.LastLine, "line", "lines[0].line", "must be above every line that the order ever had")
	c.Require(len(d.lines)+len(items) <= tandem.MaxLines, "too_many", "lines", "too many lines")
	if err := c.Err("amendment"); err != nil {
		return err
	}
	for i := range items {
		l := newLine(items[i])
		d.lines = append(d.lines, l)
		d.changed = append(d.changed, ChangedLine{Line: l.Line, Change: LineAdded, Of: l.Product, After: l.Quantity, Net: l.Net, New: l.Promise,
			First: l.FirstPromise})
	}
	return nil
}
