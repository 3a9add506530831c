package tandem

import (
	"math"

	"github.com/tandem-go/tandem/internal/int128"
)

func mul64Cmp(a, b, c, d int64) int { return int128.Mul64(a, b).Cmp(int128.Mul64(c, d)) }

// Total sums amounts and products of one currency at 1e-12 in 128 bits and
// rounds once, at the end. Its first error sticks: the sum reads well and the
// error comes out with the result. The zero Total is an empty sum without a
// currency; it takes the currency of the first thing that is added.
type Total struct {
	sum      int128.Int // in 1e-12 of the currency unit
	err      error
	currency Currency
}

// NewTotal gives an empty sum of a currency: its result is nought, not "no amount".
func NewTotal(c Currency) Total {
	if !c.Valid() {
		return Total{err: ErrNoCurrency}
	}
	return Total{currency: c}
}

func (t *Total) add(v int128.Int, c Currency) {
	if sum, ok := t.sum.Add(v); ok && t.currency == c && c != 0 && t.err == nil {
		t.sum = sum
		return
	}
	t.begin(v, c)
}

// begin takes the currency of the first thing that is added, and keeps the first error.
func (t *Total) begin(v int128.Int, c Currency) {
	switch {
	case t.err != nil:
	case c == 0:
		t.err = ErrNoCurrency
	case t.currency != 0 && t.currency != c:
		t.err = ErrCurrency
	case t.currency == c:
		t.err = ErrOverflow
	default:
		t.currency, t.sum = c, v
	}
}

// Add adds an amount.
func (t *Total) Add(m Money) { t.add(int128.Mul64(m.minor, pow10[12-m.currency.Digits()]), m.currency) }

// Sub subtracts an amount.
func (t *Total) Sub(m Money) { t.Add(m.Neg()) }

// AddTotal adds another sum.
func (t *Total) AddTotal(o Total) {
	if t.err == nil && o.err != nil {
		t.err = o.err
		return
	}
	if o.currency != 0 {
		t.add(o.sum, o.currency)
	}
}

// AddProduct adds price × quantity unrounded. Only where the price's basis makes
// the product finer than 1e-12 it is rounded there, half to even.
func (t *Total) AddProduct(p Price, q Quantity) {
	if t.err != nil {
		return
	}
	switch {
	case p.currency == 0:
		t.err = ErrNoCurrency
		return
	case q.unit == 0:
		t.err = ErrNoUnit
		return
	case p.unit != q.unit:
		t.err = ErrUnit
		return
	}
	v := int128.Mul64(p.micro, q.micro)
	if p.exponent > 0 {
		v, _ = int128.QuoRound(v, pow10[p.exponent], int128.HalfEven) // cannot fail: the divisor is positive
	}
	t.add(v, p.currency)
}

// AddRate adds an amount × rate unrounded to 1e-12: tax from unrounded sums.
func (t *Total) AddRate(m Money, rate Rate) {
	switch {
	case t.err != nil:
		return
	case !rate.Valid():
		t.err = ErrOverflow
		return
	}
	v := int128.Mul64(m.minor, rate.nano) // at 10^-(digits+9)
	if digits := m.currency.Digits(); digits > 3 {
		v, _ = int128.QuoRound(v, pow10[digits-3], int128.HalfEven)
	} else {
		var ok bool
		if v, ok = int128.MulInt64(v, pow10[3-digits]); !ok {
			t.err = ErrOverflow
			return
		}
	}
	t.add(v, m.currency)
}

// Err gives the first error.
func (t *Total) Err() error { return t.err }

// Currency gives the currency, zero for an empty sum.
func (t *Total) Currency() Currency { return t.currency }

// Sign gives -1, 0 or +1.
func (t *Total) Sign() int { return t.sum.Sign() }

// Money gives the sum rounded to the minor unit, or the first error. An empty
// sum without a currency is [ErrNoCurrency].
func (t *Total) Money(r Rounding) (Money, error) {
	if t.err != nil {
		return Money{}, t.err
	}
	if t.currency == 0 {
		return Money{}, ErrNoCurrency
	}
	mode, err := r.mode()
	if err != nil {
		return Money{}, err
	}
	minor, ok := int128.QuoRound64(t.sum, pow10[12-t.currency.Digits()], mode)
	if !ok || minor == math.MinInt64 {
		return Money{}, ErrOverflow
	}
	return Money{minor, t.currency}, nil
}

// MoneyAtRate gives sum × rate rounded once to the minor unit: tax from an
// unrounded sum. A product beyond 128 bits (a sum of 10²⁰ units at 20 %) is
// [ErrOverflow]. Other errors are those of [Total.Money].
func (t *Total) MoneyAtRate(rate Rate, r Rounding) (Money, error) {
	switch {
	case t.err != nil:
		return Money{}, t.err
	case t.currency == 0:
		return Money{}, ErrNoCurrency
	case !rate.Valid():
		return Money{}, ErrOverflow
	}
	mode, err := r.mode()
	if err != nil {
		return Money{}, err
	}
	product, ok := int128.MulInt64(t.sum, rate.nano)
	if !ok {
		return Money{}, ErrOverflow
	}
	divisor := int128.Mul64(pow10[12-t.currency.Digits()], rateOne)
	quotient, ok := int128.QuoRoundInt(product, divisor, mode)
	minor, fits := quotient.Int64()
	if !ok || !fits || minor == math.MinInt64 {
		return Money{}, ErrOverflow
	}
	return Money{minor, t.currency}, nil
}

// MoneyInSteps gives the sum rounded once to a multiple of a cash increment
// (0.05 CHF), which must be positive and of the sum's currency. Errors are those
// of [Total.Money] and [Money.RoundTo].
func (t *Total) MoneyInSteps(increment Money, r Rounding) (Money, error) {
	switch {
	case t.err != nil:
		return Money{}, t.err
	case t.currency == 0 || increment.currency == 0:
		return Money{}, ErrNoCurrency
	case t.currency != increment.currency:
		return Money{}, ErrCurrency
	case increment.minor <= 0:
		return Money{}, ErrOutOfRange
	}
	mode, err := r.mode()
	if err != nil {
		return Money{}, err
	}
	steps, ok := int128.QuoRoundInt(t.sum, int128.Mul64(increment.minor, pow10[12-t.currency.Digits()]), mode)
	n, fits := steps.Int64()
	if !ok || !fits {
		return Money{}, ErrOverflow
	}
	minor, err := mulExact(n, increment.minor)
	if err != nil {
		return Money{}, err
	}
	return Money{minor, t.currency}, nil
}

// SumMoney adds amounts of one currency; none at all gives nought of c.
func SumMoney(c Currency, amounts ...Money) (Money, error) {
	if !c.Valid() {
		return Money{}, ErrNoCurrency
	}
	sum := MoneyFromMinor(0, c)
	var err error
	for _, m := range amounts {
		if sum, err = sum.Add(m); err != nil {
			return Money{}, err
		}
	}
	return sum, nil
}
