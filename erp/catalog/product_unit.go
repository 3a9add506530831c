package catalog

import "github.com/tandem-go/tandem"

// Use says what a quantity is converted for. Where a conversion is not whole,
// each use has its own rounding.
type Use string

// The uses of a quantity.
const (
	ToBuy     Use = "buy"     // rounded up: what is bought covers what is needed
	ToConsume Use = "consume" // rounded half away from zero
	ToSell    Use = "sell"    // as stated: what does not come out whole is refused
)

// Uses lists the uses.
func Uses() []Use { return []Use{ToBuy, ToConsume, ToSell} }

// Valid reports whether u is one of [Uses].
func (u Use) Valid() bool { return u == ToBuy || u == ToConsume || u == ToSell }

// UnmarshalText reads a use and refuses anything else.
func (u *Use) UnmarshalText(text []byte) error {
	parsed := Use(text)
	if !parsed.Valid() {
		return fault("use", "use", "use", "must be buy, consume or sell")
	}
	*u = parsed
	return nil
}

// Rounding gives the rounding of the use. That of [ToSell] settles only the
// millionth of a base unit that can be divided.
func (u Use) Rounding() tandem.Rounding {
	if u == ToBuy {
		return tandem.RoundUp
	}
	return tandem.HalfAwayFromZero
}

// UnitError says that a product is not traded in a unit. It matches [tandem.ErrInvalid].
type UnitError struct {
	Product tandem.ProductID
	Unit    tandem.Unit
}

func (e *UnitError) Error() string {
	return "product " + e.Product.String() + " is not traded in " + e.Unit.String()
}

// Is reports whether target is [tandem.ErrInvalid].
func (e *UnitError) Is(target error) bool { return target == tandem.ErrInvalid }

// NotWholeError says that a quantity of a product that cannot be divided is not
// whole in the base unit. It matches [tandem.ErrInvalid].
type NotWholeError struct {
	Product tandem.ProductID
	Base    tandem.Quantity // in the base unit, rounded to a millionth
}

func (e *NotWholeError) Error() string {
	return "product " + e.Product.String() + " cannot be divided: " + e.Base.String()
}

// Is reports whether target is [tandem.ErrInvalid].
func (e *NotWholeError) Is(target error) bool { return target == tandem.ErrInvalid }

// Factor gives how many base units one u is, or a [*UnitError].
func (p Product) Factor(u tandem.Unit) (tandem.Ratio, error) {
	if u == p.Unit && u != 0 {
		return tandem.IntRatio(1), nil
	}
	for i := range p.Conversions {
		if p.Conversions[i].From == u && u != 0 {
			return p.Conversions[i].Factor, nil
		}
	}
	return tandem.Ratio{}, &UnitError{Product: p.ID, Unit: u}
}

// ToBase gives q in the base unit, rounded to a millionth or, where the base
// unit cannot be divided, to whole units.
func (p Product) ToBase(q tandem.Quantity, r tandem.Rounding) (tandem.Quantity, error) {
	factor, err := p.Factor(q.Unit())
	if err != nil {
		return tandem.Quantity{}, err
	}
	return p.toBase(q, factor, r)
}

// toBase rounds once: to whole units straight from the exact product, never by
// way of a millionth (0.4999999 is not first 0.5 and then 1).
func (p Product) toBase(q tandem.Quantity, factor tandem.Ratio, r tandem.Rounding) (tandem.Quantity, error) {
	if !p.Whole {
		return q.Convert(p.Unit, factor, r)
	}
	perWhole, err := factor.Mul(millionth())
	if err != nil {
		return tandem.Quantity{}, err
	}
	whole, err := q.Convert(p.Unit, perWhole, r)
	if err != nil {
		return tandem.Quantity{}, err
	}
	return whole.MulInt(1_000_000)
}

func millionth() tandem.Ratio {
	ratio, _ := tandem.NewRatio(1, 1_000_000)
	return ratio
}

// FromBase gives a quantity of the base unit in unit u, rounded to a millionth.
func (p Product) FromBase(base tandem.Quantity, u tandem.Unit, r tandem.Rounding) (tandem.Quantity, error) {
	if base.Unit() != p.Unit {
		return tandem.Quantity{}, &UnitError{Product: p.ID, Unit: base.Unit()}
	}
	factor, err := p.Factor(u)
	if err != nil {
		return tandem.Quantity{}, err
	}
	inverse, err := factor.Inverse()
	if err != nil {
		return tandem.Quantity{}, err
	}
	return base.Convert(u, inverse, r)
}

// Ordered is a quantity as a document line keeps it: in the unit in which it
// was ordered, in the base unit, and the factor that held between them that day.
type Ordered struct {
	Quantity tandem.Quantity `json:"quantity"`        // in the ordered unit
	Factor   tandem.Ratio    `json:"factor"`          // base units per ordered unit
	Base     tandem.Quantity `json:"base"`            // in the base unit
	Whole    bool            `json:"whole,omitempty"` // the base unit cannot be divided
}

// Order converts a quantity for a use, and keeps unit and factor. Selling a part
// of a base unit that cannot be divided is a [*NotWholeError].
func (p Product) Order(q tandem.Quantity, use Use) (Ordered, error) {
	if !use.Valid() {
		return Ordered{}, fault("use", "use", "use", "must be buy, consume or sell")
	}
	factor, err := p.Factor(q.Unit())
	if err != nil {
		return Ordered{}, err
	}
	base, err := p.toBase(q, factor, use.Rounding())
	if err != nil {
		return Ordered{}, err
	}
	if use == ToSell {
		if err := p.RequireWhole(q, factor); err != nil {
			return Ordered{}, err
		}
	}
	return Ordered{Quantity: q, Factor: factor, Base: base, Whole: p.Whole}, nil
}

// RequireWhole refuses, with a [*NotWholeError], a quantity that is a part of a base
// unit which cannot be divided. factor says how many base units one of its unit is.
// It judges their exact product, not a rounded one.
func (p Product) RequireWhole(q tandem.Quantity, factor tandem.Ratio) error {
	if !p.Whole {
		return nil
	}
	exact, err := tandem.NewRatio(q.Micro(), 1_000_000)
	if err != nil {
		return err
	}
	if exact, err = exact.Mul(factor); err != nil {
		return err
	}
	if exact.Den() == 1 {
		return nil
	}
	base, err := q.Convert(p.Unit, factor, tandem.HalfAwayFromZero)
	if err != nil {
		return err
	}
	return &NotWholeError{Product: p.ID, Base: base}
}

// Step gives the base quantity of the next part of an order, stated in the
// ordered unit, after done of it has gone before. It is the difference of two
// rounded totals, so that the steps of the whole sum to Base exactly: twelve
// steps of one each of a product kept in dozens are one dozen, not 0.999996.
func (o Ordered) Step(done, next tandem.Quantity) (tandem.Quantity, error) {
	after, err := done.Add(next)
	if err != nil {
		return tandem.Quantity{}, err
	}
	upTo, err := o.baseOf(after)
	if err != nil {
		return tandem.Quantity{}, err
	}
	before, err := o.baseOf(done)
	if err != nil {
		return tandem.Quantity{}, err
	}
	return upTo.Sub(before)
}

// baseOf gives the share of Base that part is of Quantity.
func (o Ordered) baseOf(part tandem.Quantity) (tandem.Quantity, error) {
	share, err := part.Share(o.Quantity)
	if err != nil {
		return tandem.Quantity{}, err
	}
	base, err := o.Base.MulRatio(share, tandem.HalfAwayFromZero)
	if err != nil || !o.Whole {
		return base, err
	}
	return base.RoundTo(tandem.QuantityFromMicro(1_000_000, base.Unit()), tandem.HalfAwayFromZero)
}

// InOrderedUnit gives a quantity of the base unit in the ordered unit, for
// people, rounded to a millionth. Of all of Base it gives Quantity, and of
// nothing nothing.
func (o Ordered) InOrderedUnit(base tandem.Quantity) (tandem.Quantity, error) {
	share, err := base.Share(o.Base)
	if err != nil {
		return tandem.Quantity{}, err
	}
	return o.Quantity.MulRatio(share, tandem.HalfAwayFromZero)
}
