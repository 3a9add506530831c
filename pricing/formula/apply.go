package formula

import (
	"math"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/internal/int128"
	"github.com/tandem-go/tandem/pricing/internal/enum"
)

// Input is what a formula needs beside the base price.
type Input struct {
	// Cost per unit, per any basis, in the currency of the base price or of the result:
	// the former is converted as the base is. None is no cost; a cost of nought is one.
	Cost tandem.Price
	// ToCurrency is the currency of the result; zero leaves that of the base.
	ToCurrency tandem.Currency
	// Rate is units of ToCurrency per one unit of the base's currency.
	Rate tandem.Ratio
	// Rounding is the mode of the final rounding.
	Rounding tandem.Rounding
	// Digits is the number of digits behind the point of a formula that does not say
	// it, 1 to 6. Nought stands for the digits of the currency, and as many more as the
	// base has beyond its own: 0.0176 stays one of four.
	Digits int
}

// Apply makes the price. A formula of cost takes its base from the input, and the
// base given is not looked at. The price has the unit and the basis of its base.
//
// Every intermediate price is an exact fraction of two numbers of 128 bits: no
// digit is lost before the charm and the final rounding, which are the only steps
// that round. What does not fit is [tandem.ErrOverflow]. A bound is kept by the
// final rounding too: where it would break it, it goes the other way. It
// allocates nothing.
func (f *Formula) Apply(base tandem.Price, in Input) (tandem.Price, error) {
	return f.run(base, in, nil)
}

// Explain is [Formula.Apply] that records its steps, replacing those of t. They
// are empty on error. A price on the way that a [tandem.Price] does not hold, and a
// clamp would have brought down, is [tandem.ErrOverflow] here only.
func (f *Formula) Explain(base tandem.Price, in Input, t *Trace) (tandem.Price, error) {
	t.Steps = t.Steps[:0]
	p, err := f.run(base, in, t)
	if err != nil {
		t.Steps = t.Steps[:0]
	}
	return p, err
}

// making is a price on its way.
type making struct {
	f     *Formula
	in    Input
	trace *Trace

	price, base, cost fraction // base: after the currency; cost: per the basis of the price
	currency          tandem.Currency
	unit              tandem.Unit
	basis             int64
	digits            int
	costed, charmed   bool
	lower, upper      bound
}

func (f *Formula) run(base tandem.Price, in Input, t *Trace) (tandem.Price, error) {
	m := making{f: f, in: in, trace: t}
	if err := m.start(base); err != nil {
		return tandem.Price{}, err
	}
	if err := m.operate(); err != nil {
		return tandem.Price{}, err
	}
	if err := m.charm(); err != nil {
		return tandem.Price{}, err
	}
	if err := m.fee(); err != nil {
		return tandem.Price{}, err
	}
	if err := m.clamp(); err != nil {
		return tandem.Price{}, err
	}
	return m.finish()
}

// start takes base and cost, and converts both into the currency of the result.
func (m *making) start(base tandem.Price) error {
	cost := m.in.Cost
	if !cost.IsNone() && cost.Sign() < 0 {
		return tandem.ErrOutOfRange
	}
	if cost.IsNone() && m.f.NeedsCost() {
		return ErrCostMissing
	}
	switch m.f.Of {
	case OfCost:
		base = cost
	case OfList:
	default:
		return tandem.ErrOutOfRange
	}
	switch {
	case base.IsNone():
		return ErrBaseMissing
	case base.Sign() < 0:
		return tandem.ErrOutOfRange
	}
	m.unit, m.basis, m.currency = base.Unit(), base.Basis(), base.Currency()
	m.price = whole(base.Micro())
	if err := m.show(Step{Kind: StepBase}, false); err != nil {
		return err
	}
	if err := m.convert(base); err != nil {
		return err
	}
	if c := m.f.Currency(); c != 0 && c != m.currency {
		return tandem.ErrCurrency
	}
	m.base = m.price
	return m.takeCost(cost, base.Currency())
}

func (m *making) convert(base tandem.Price) error {
	m.digits = m.in.Digits
	if m.f.Digits != 0 {
		m.digits = m.f.Digits
	}
	if m.digits < 0 || m.digits > 6 {
		return tandem.ErrOutOfRange
	}
	to := m.in.ToCurrency
	if to != 0 && !to.Valid() {
		return tandem.ErrNoCurrency
	}
	if m.digits == 0 {
		beyond := max(0, digitsOf(base.Micro())-m.currency.Digits())
		m.digits = m.currency.Digits() + beyond
		if to != 0 {
			m.digits = min(6, to.Digits()+beyond)
		}
	}
	if to == 0 || to == m.currency {
		return nil
	}
	var err error
	if m.price, err = exchanged(m.price, m.in.Rate); err != nil {
		return err
	}
	m.currency = to
	return m.show(Step{Kind: StepCurrency, Exchange: m.in.Rate}, false)
}

func exchanged(f fraction, rate tandem.Ratio) (fraction, error) {
	switch {
	case rate.IsZero():
		return fraction{}, ErrRateMissing
	case rate.Sign() <= 0:
		return fraction{}, tandem.ErrOutOfRange
	}
	return f.times(rate.Num(), rate.Den())
}

// takeCost gives the cost in the currency and per the basis of the price.
func (m *making) takeCost(cost tandem.Price, from tandem.Currency) error {
	if !m.f.NeedsCost() {
		return nil
	}
	if cost.Unit() != m.unit {
		return tandem.ErrUnit
	}
	at, err := whole(cost.Micro()).times(m.basis, cost.Basis())
	if err != nil {
		return err
	}
	if cost.Currency() != m.currency {
		if cost.Currency() != from {
			return tandem.ErrCurrency
		}
		if at, err = exchanged(at, m.in.Rate); err != nil {
			return err
		}
	}
	m.cost, m.costed = at, true
	return nil
}

// digitsOf gives the digits behind the point of an amount in millionths.
func digitsOf(micro int64) int {
	digits := 6
	for ; digits > 0 && micro%10 == 0; digits-- {
		micro /= 10
	}
	return digits
}

const one = 1_000_000_000 // a rate of 100 % in thousand-millionths

func (m *making) operate() error {
	rate := m.f.Rate.Nano()
	if rate < 0 {
		return tandem.ErrOutOfRange
	}
	n, d := int64(0), int64(one)
	switch m.f.Operator {
	case Discount:
		n = one - rate
	case Markup:
		if rate > MaxMarkup*one {
			return tandem.ErrOutOfRange
		}
		n = one + rate
	case Margin:
		n, d = one, one-rate
	}
	if n < 0 || d <= 0 || n == 0 && m.f.Operator != Discount {
		return tandem.ErrOutOfRange
	}
	if n == d {
		return nil
	}
	var err error
	if m.price, err = m.price.times(n, d); err != nil {
		return err
	}
	return m.show(Step{Kind: StepOperator, Operator: m.f.Operator, Rate: m.f.Rate}, false)
}

func (m *making) charm() error {
	h := m.f.Charm
	if h == nil {
		return nil
	}
	if err := h.usable(); err != nil {
		return err
	}
	p, err := m.price.point()
	if err != nil {
		return err
	}
	m.charmed = m.price.num.Sign() > 0
	to, err := h.move(p)
	if err != nil {
		return err
	}
	if h.NotBelowCost && whole(to).cmp(m.cost) < 0 {
		if p, err = m.cost.point(); err != nil {
			return err
		}
		if to, err = h.up(p.ceiling()); err != nil {
			return err
		}
	}
	m.price = whole(to)
	return m.show(Step{Kind: StepCharm}, true)
}

func (m *making) fee() error {
	fee, err := m.perUnit(m.f.Fee)
	if err != nil || fee == 0 {
		return err
	}
	if m.price, err = m.price.plus(fee, m.basis); err != nil {
		return err
	}
	return m.show(Step{Kind: StepFee, Amount: m.f.Fee}, false)
}

// perUnit gives the millionths of an amount of the formula, nought for none.
func (m *making) perUnit(amount tandem.Money) (int64, error) {
	if amount.IsNone() {
		return 0, nil
	}
	if amount.Currency() != m.currency {
		return 0, tandem.ErrCurrency
	}
	unit := pow10(m.currency.Digits())
	if amount.Minor() > MaxAmount*unit || amount.Minor() < -MaxAmount*unit {
		return 0, tandem.ErrOutOfRange
	}
	return micro(amount), nil
}

// finish rounds, and keeps the bounds.
func (m *making) finish() (tandem.Price, error) {
	mode, err := enum.Mode(m.in.Rounding)
	if err != nil {
		return tandem.Price{}, err
	}
	p, err := m.price.point()
	if err != nil {
		return tandem.Price{}, err
	}
	if m.f.Charm != nil {
		m.digits = max(m.digits, m.currency.Digits())
	}
	step := pow10(6 - m.digits)
	micro, err := p.rounded(step, mode)
	if err == nil && whole(micro).cmp(m.lower.at) < 0 {
		micro, err = p.rounded(step, int128.Ceiling)
	} else if err == nil && m.upper.by != "" && whole(micro).cmp(m.upper.at) > 0 {
		down, _ := p.rounded(step, int128.Floor)
		if whole(down).cmp(m.lower.at) >= 0 {
			micro = down
		}
	}
	if err != nil {
		return tandem.Price{}, err
	}
	if !p.exact || micro != p.floor {
		m.price = whole(micro)
		if err := m.show(Step{Kind: StepRounding}, true); err != nil {
			return tandem.Price{}, err
		}
	}
	return tandem.PriceFromMicro(micro, m.currency, m.basis, m.unit)
}

// show records a step, if anyone asks.
func (m *making) show(s Step, rounds bool) error {
	if m.trace == nil {
		return nil
	}
	shown, ok := int128.QuoRoundInt(m.price.num, m.price.den, int128.HalfEven)
	micro, fits := shown.Int64()
	if !ok || !fits || micro == math.MinInt64 {
		return tandem.ErrOverflow
	}
	var err error
	if s.Price, err = tandem.PriceFromMicro(micro, m.currency, m.basis, m.unit); err != nil {
		return err
	}
	if n := len(m.trace.Steps); n > 0 && s.Kind != StepCurrency {
		if s.Delta, err = s.Price.Sub(m.trace.Steps[n-1].Price); err != nil {
			return err
		}
		if rounds {
			s.Rounding = s.Delta
		}
		if s.Delta.IsZero() && s.Kind == StepCharm {
			return nil
		}
	}
	m.trace.Steps = append(m.trace.Steps, s)
	return nil
}
