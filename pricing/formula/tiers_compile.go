package formula

import (
	"math"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/internal/int128"
	"github.com/tandem-go/tandem/pricing/internal/enum"
)

// Compiled are tiers ready for use: immutable, and safe for any number of goroutines.
type Compiled struct {
	model      TierModel
	currency   tandem.Currency
	unit       tandem.Unit
	slices     []slice
	size, free int64 // of a package, in millionths of the unit
	block      int64 // its price in minor units
	flatAtZero bool
}

// slice is a tier with what all tiers below it cost. Sums are in 10^-18 of the
// currency unit: a millionth of a price per 1,000,000, times a millionth of a
// unit, is exact.
type slice struct {
	above, upTo int64 // (above, upTo] in millionths of the unit
	price       int64 // millionths per basis; per one unit: times factor 10^-12
	factor      int64 // 10^6 ÷ basis
	flat        int128.Int
	before      int128.Int // graduated: the full tiers below, and this one's flat amount
}

const sumDigits = 18 // behind the point of a sum

// Compile checks the tiers and sums up what is below each, so that any quantity is
// one binary search. Tiers whose sum does not fit 10²⁰ currency units are a fault.
func Compile(t Tiers) (*Compiled, error) {
	if err := t.Validate(); err != nil {
		return nil, err
	}
	out := &Compiled{model: t.Model, currency: t.Currency, unit: t.Unit, flatAtZero: t.FlatAtZero}
	if b := t.Block; b != nil {
		out.size, out.free, out.block = b.Size.Micro(), b.Free.Micro(), b.Price.Minor()
		return out, nil
	}
	var c tandem.Check
	out.slices = make([]slice, len(t.Tiers))
	above, sum := int64(0), int128.Int{}
	for i := range t.Tiers {
		tier, s := &t.Tiers[i], &out.slices[i]
		*s = slice{above: above, upTo: tier.UpTo.Micro(), price: tier.Price.Micro(), factor: 1}
		if !tier.Price.IsNone() {
			s.factor = 1_000_000 / tier.Price.Basis()
		}
		last := i == len(t.Tiers)-1
		if last {
			s.upTo = math.MaxInt64
		}
		s.flat = int128.Mul64(tier.Flat.Minor(), pow10(sumDigits-t.Currency.Digits()))
		var ok bool
		if s.before, ok = sum.Add(s.flat); ok && !last {
			if sum, ok = s.cost(s.upTo - above); ok {
				sum, ok = sum.Add(s.before)
			}
		}
		if !c.Require(ok, "overflow", tandem.Path("tiers", i), "the sum of the tiers is too great") {
			return nil, c.Err("tiers")
		}
		above = s.upTo
	}
	return out, nil
}

// cost gives what so many millionths of the unit cost.
func (s *slice) cost(micro int64) (int128.Int, bool) {
	return int128.MulInt64(int128.Mul64(s.price, micro), s.factor)
}

// Model gives the model of the tiers.
func (c *Compiled) Model() TierModel { return c.model }

// Currency gives the currency of the amounts.
func (c *Compiled) Currency() tandem.Currency { return c.currency }

// Unit gives the unit of the quantities.
func (c *Compiled) Unit() tandem.Unit { return c.unit }

// Amount gives what the quantity costs, rounded once. It is authoritative: no
// price × quantity gives it again. A quantity below nought is
// [tandem.ErrOutOfRange]; a return takes the difference of two amounts. It
// allocates nothing.
func (c *Compiled) Amount(q tandem.Quantity, r tandem.Rounding) (tandem.Money, error) {
	sum, err := c.sum(q)
	if err != nil {
		return tandem.Money{}, err
	}
	mode, err := enum.Mode(r)
	if err != nil {
		return tandem.Money{}, err
	}
	minor, ok := int128.QuoRound64(sum, pow10(sumDigits-c.currency.Digits()), mode)
	if !ok || minor == math.MinInt64 {
		return tandem.Money{}, tandem.ErrOverflow
	}
	return tandem.MoneyFromMinor(minor, c.currency), nil
}

// Effective gives the unit price that the quantity comes to, for display only:
// the unrounded amount ÷ quantity, to a millionth. A quantity of nought has none.
func (c *Compiled) Effective(q tandem.Quantity, r tandem.Rounding) (tandem.Price, error) {
	sum, err := c.sum(q)
	if err != nil {
		return tandem.Price{}, err
	}
	if q.IsZero() {
		return tandem.Price{}, tandem.ErrDivideZero
	}
	mode, err := enum.Mode(r)
	if err != nil {
		return tandem.Price{}, err
	}
	// 10^-18 ÷ 10^-6 in 10^-6
	quotient, ok := int128.QuoRoundInt(sum, int128.Mul64(q.Micro(), 1_000_000), mode)
	micro, fits := quotient.Int64()
	if !ok || !fits {
		return tandem.Price{}, tandem.ErrOverflow
	}
	return tandem.PriceFromMicro(micro, c.currency, 1, c.unit)
}

// Inversions appends the ends of the tiers where one step more costs less: five at
// 7.00 are 35.00, and 5.1 at 6.50 are 33.15, but six are 39.00. The step is that
// in which the goods are sold, 1 EA; none is a millionth of the unit. Only
// [Volume] has inversions; whoever publishes such tiers should know.
func (c *Compiled) Inversions(dst []tandem.Quantity, step tandem.Quantity) ([]tandem.Quantity, error) {
	more := step.Micro()
	switch {
	case step.IsNone():
		more = 1
	case step.Unit() != c.unit:
		return dst, tandem.ErrUnit
	case more <= 0:
		return dst, tandem.ErrOutOfRange
	}
	if c.model != Volume {
		return dst, nil
	}
	for i := range len(c.slices) - 1 {
		end := c.slices[i].upTo
		if more > math.MaxInt64-end {
			return dst, nil
		}
		at, err := c.sum(tandem.QuantityFromMicro(end, c.unit))
		if err != nil {
			return dst, err
		}
		above, err := c.sum(tandem.QuantityFromMicro(end+more, c.unit))
		if err != nil {
			return dst, err
		}
		if above.Less(at) {
			dst = append(dst, tandem.QuantityFromMicro(end, c.unit))
		}
	}
	return dst, nil
}

// sum gives what the quantity costs in 10^-18, exactly.
func (c *Compiled) sum(q tandem.Quantity) (int128.Int, error) {
	switch {
	case q.Unit() == 0:
		return int128.Int{}, tandem.ErrNoUnit
	case q.Unit() != c.unit:
		return int128.Int{}, tandem.ErrUnit
	case q.Sign() < 0:
		return int128.Int{}, tandem.ErrOutOfRange
	}
	used := q.Micro()
	if c.model == Package {
		return c.packages(used)
	}
	s := c.tier(used)
	if used == 0 {
		if c.flatAtZero {
			return s.flat, nil
		}
		return int128.Int{}, nil
	}
	from, base := int64(0), s.flat
	if c.model == Graduated {
		from, base = s.above, s.before
	}
	cost, ok := s.cost(used - from)
	if ok {
		cost, ok = cost.Add(base)
	}
	if !ok {
		return int128.Int{}, tandem.ErrOverflow
	}
	return cost, nil
}

// tier finds the first tier whose end is not below the quantity.
func (c *Compiled) tier(used int64) *slice {
	low, high := 0, len(c.slices)-1
	for low < high {
		if middle := (low + high) / 2; c.slices[middle].upTo < used {
			low = middle + 1
		} else {
			high = middle
		}
	}
	return &c.slices[low]
}

func (c *Compiled) packages(used int64) (int128.Int, error) {
	billed := max(0, used-c.free)
	n := billed / c.size
	if billed%c.size != 0 {
		n++
	}
	sum, ok := int128.MulInt64(int128.Mul64(n, c.block), pow10(sumDigits-c.currency.Digits()))
	if !ok {
		return int128.Int{}, tandem.ErrOverflow
	}
	return sum, nil
}
