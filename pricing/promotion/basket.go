package promotion

import "github.com/tandem-go/tandem"

// Basket is what promotions are applied to: an order's lines as they were priced,
// and what counts of the customer and the occasion. The same basket against the
// same set gives the same result for ever.
type Basket struct {
	Currency  tandem.Currency `json:"currency"`
	Inclusive bool            `json:"inclusive,omitempty"` // amounts, and what is taken off them, include the tax
	Date      tandem.Date     `json:"date"`
	At        tandem.Instant  `json:"at,omitzero"` // needed by promotions that hold between instants

	Coupons  []string         `json:"coupons,omitempty"` // in any order
	Without  []string         `json:"without,omitempty"` // promotions that do not count, since their limit is used up
	Grade    tandem.GradeCode `json:"grade,omitempty"`
	Segments []string         `json:"segments,omitempty"`
	Channel  string           `json:"channel,omitempty"`
	Region   string           `json:"region,omitempty"`

	Facts []Fact `json:"facts,omitempty"` // what hosts add, for conditions

	Shipping tandem.Money `json:"shipping"` // none: none is charged
	Lines    []Line       `json:"lines"`
	// Trace adds to the result the steps of each line, and who lost and why.
	Trace bool `json:"trace,omitempty"`
}

// Line is one priced line. Its unit price, by which units are compared, is amount
// ÷ quantity, exactly.
type Line struct {
	Line     int              `json:"line"` // the document's number, from 1; decides ties
	Product  tandem.ProductID `json:"product"`
	Category string           `json:"category,omitempty"` // path, `gifts/candles`
	Brand    string           `json:"brand,omitempty"`
	Quantity tandem.Quantity  `json:"quantity"` // positive
	Amount   tandem.Money     `json:"amount"`   // of the whole quantity, not negative
	// Net and Gross are the amount without and with tax, for thresholds that ask for
	// one of them; the one that the basket is priced in need not be given.
	Net   tandem.Money `json:"net"`
	Gross tandem.Money `json:"gross"`
	// Blocked: nothing falls on the line (a price agreed for good, a contract that blocks promotions).
	Blocked bool   `json:"blocked,omitempty"`
	Facts   []Fact `json:"facts,omitempty"` // what hosts add, for conditions
}

// ok is what Validate asks of a line, without collecting faults.
func (l *Line) ok(currency tandem.Currency, last int) bool {
	return l.Line > 0 && l.Line != last && !l.Product.IsZero() && validQuantity(l.Quantity) &&
		validBase(l.Amount, currency) && (l.Net.IsNone() || validBase(l.Net, currency)) && (l.Gross.IsNone() || validBase(l.Gross, currency))
}

func validQuantity(q tandem.Quantity) bool {
	return !q.IsNone() && q.Sign() > 0 && q.Micro() <= tandem.MaxUnits*micro
}

func validBase(m tandem.Money, c tandem.Currency) bool {
	return m.Currency() == c && m.Sign() >= 0 && m.Minor() <= tandem.MaxMinorUnits
}

// counted gives the amount that a threshold counts, none if it is not given.
func (b *Basket) counted(l *Line, c Counted) tandem.Money {
	amount := l.Amount
	switch {
	case c == CountNet && (b.Inclusive || !l.Net.IsNone()):
		amount = l.Net
	case c == CountGross && (!b.Inclusive || !l.Gross.IsNone()):
		amount = l.Gross
	}
	return amount
}

func (b *Basket) ok() bool {
	return b.Currency.Valid() && !b.Date.IsZero() && len(b.Lines) <= tandem.MaxLines && len(b.Coupons) <= MaxBasketCoupons &&
		len(b.Segments) <= MaxSegments && len(b.Without) <= MaxWithout && (b.Shipping.IsNone() || validBase(b.Shipping, b.Currency))
}

// Validate reports every fault of the basket but line numbers that stand twice,
// which [Set.Apply] finds.
func (b *Basket) Validate() error {
	var c tandem.Check
	c.Require(b.Currency.Valid(), "currency", "currency", "must be given")
	c.Require(!b.Date.IsZero(), "date", "date", "must be given")
	c.Require(len(b.Coupons) <= MaxBasketCoupons, "too_many", "coupons", "too many coupons")
	c.Require(len(b.Segments) <= MaxSegments, "too_many", "segments", "too many segments")
	c.Require(len(b.Without) <= MaxWithout, "too_many", "without", "too many promotions")
	c.Require(b.Shipping.IsNone() || validBase(b.Shipping, b.Currency), "amount", "shipping", "must not be negative, nor of another currency")
	if !c.Require(len(b.Lines) <= tandem.MaxLines, "too_many", "lines", "too many lines") {
		return c.Err("basket")
	}
	for i := range b.Lines {
		l, path := &b.Lines[i], tandem.Path("lines", i)
		c.Require(l.Line > 0, "line", path+".line", "must be positive")
		c.Require(!l.Product.IsZero(), "product", path+".product", "must be given")
		c.Require(validQuantity(l.Quantity), "quantity", path+".quantity", "must be positive and in range")
		c.Require(validBase(l.Amount, b.Currency), "amount", path+".amount", "must be given, not negative, in the currency of the basket")
		c.Require(l.Net.IsNone() || validBase(l.Net, b.Currency), "amount", path+".net", "must not be negative, nor of another currency")
		c.Require(l.Gross.IsNone() || validBase(l.Gross, b.Currency), "amount", path+".gross", "must not be negative, nor of another currency")
	}
	return c.Err("basket")
}
