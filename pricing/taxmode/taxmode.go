package taxmode

import (
	"slices"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/internal/int128"
	"github.com/tandem-go/tandem/pricing/internal/enum"
)

// MaxRate is the greatest rate of tax, 1,000 %.
const MaxRate = 10

// Mode says whether a price is without or with tax.
type Mode string

// The modes.
const (
	Net   Mode = "net"
	Gross Mode = "gross"
)

// Modes lists the modes.
func Modes() []Mode { return []Mode{Net, Gross} }

// Valid reports whether m is one of [Modes].
func (m Mode) Valid() bool { return slices.Contains(Modes(), m) }

// UnmarshalText reads a mode and refuses anything else.
func (m *Mode) UnmarshalText(text []byte) error { return enum.Decode(m, text, "tax mode") }

// Border says which price stays the same where the rate at the destination is not
// the one at home.
type Border string

// The policies.
const (
	KeepGross Border = "keep_gross" // one price for all consumers; a higher rate is the seller's loss
	KeepNet   Border = "keep_net"   // the seller gets the same; the consumer pays the rate of the destination
)

// Borders lists the policies.
func Borders() []Border { return []Border{KeepGross, KeepNet} }

// Valid reports whether b is one of [Borders].
func (b Border) Valid() bool { return slices.Contains(Borders(), b) }

// UnmarshalText reads a policy and refuses anything else.
func (b *Border) UnmarshalText(text []byte) error { return enum.Decode(b, text, "border policy") }

// Pair is one price without and with tax.
type Pair struct {
	Net   tandem.Price `json:"net"`
	Gross tandem.Price `json:"gross"`
}

// Rounding says how a price that is made is rounded. What is kept is not rounded.
type Rounding struct {
	Mode tandem.Rounding
	// Digits behind the point, 1 to 6. Nought stands for the digits of the currency,
	// and as many more as the price has beyond.
	Digits int
}

// At gives both prices at a rate: the list's own as it is, the other made from it.
// After a change of the rate it is asked with the new one: a gross list keeps
// gross, a net list keeps net.
func At(p tandem.Price, m Mode, rate tandem.Rate, r Rounding) (Pair, error) {
	border := KeepNet
	if m == Gross {
		border = KeepGross
	}
	return Across(p, m, border, rate, rate, r)
}

// Across gives both prices for a destination: p is a price of a list in mode m,
// made for the rate at home. Rates are from nought to [MaxRate]. A price below
// nought is the mirror image. Errors match [tandem.ErrInvalid].
func Across(p tandem.Price, m Mode, policy Border, home, destination tandem.Rate, r Rounding) (Pair, error) {
	if p.IsNone() {
		return Pair{}, tandem.ErrNoCurrency
	}
	if !m.Valid() || !policy.Valid() || !inRange(home) || !inRange(destination) || r.Digits < 0 || r.Digits > 6 {
		return Pair{}, tandem.ErrOutOfRange
	}
	const one = 1_000_000_000
	from, to := one+home.Nano(), one+destination.Nano()
	net, gross := p, p
	var err, err2 error
	switch {
	case m == Gross && policy == KeepGross:
		net, err = times(p, one, to, r)
	case m == Gross:
		net, err = times(p, one, from, r)
		gross, err2 = times(p, to, from, r)
	case policy == KeepNet:
		gross, err = times(p, to, one, r)
	default:
		net, err = times(p, from, to, r)
		gross, err2 = times(p, from, one, r)
	}
	if err == nil {
		err = err2
	}
	if err != nil {
		return Pair{}, err
	}
	return Pair{net, gross}, nil
}

func inRange(r tandem.Rate) bool {
	return r.Valid() && r.Sign() >= 0 && r.Cmp(tandem.Percent(100*MaxRate)) <= 0
}

// times gives p × n/d with one rounding; a factor of one leaves p as it is.
func times(p tandem.Price, n, d int64, r Rounding) (tandem.Price, error) {
	mode, err := enum.Mode(r.Mode)
	if err != nil {
		return tandem.Price{}, err
	}
	if n == d {
		return p, nil
	}
	step := int64(1) // a product of d, at most 1.1·10^10, and a step fits
	for range 6 - digits(p, r.Digits) {
		step *= 10
	}
	quotient, ok := int128.QuoRound64(int128.Mul64(p.Micro(), n), d*step, mode)
	micro, fits := int128.Mul64(quotient, step).Int64()
	if !ok || !fits {
		return tandem.Price{}, tandem.ErrOverflow
	}
	return tandem.PriceFromMicro(micro, p.Currency(), p.Basis(), p.Unit())
}

func digits(p tandem.Price, asked int) int {
	if asked > 0 {
		return asked
	}
	own := 6
	for micro := p.Micro(); own > 0 && micro%10 == 0; own-- {
		micro /= 10
	}
	return max(own, p.Currency().Digits())
}
