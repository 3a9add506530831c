package tax

import "github.com/tandem-go/tandem"

// share is an amount that is taxed at one rate, and its tax.
type share struct {
	category  tandem.TaxCategory
	rate      tandem.Rate
	amount    tandem.Money
	tax       tandem.Money // for [PerLine] Σ of the rounded taxes of the lines
	inclusive bool         // the amount includes the tax
	class     int          // of those whose tax is computed as one, from 1
	raised    bool         // has got a minor unit of what cutting left
}

// Retax sets the taxes of the lines of one document from their bases and rates, as
// [Compute] rounds them. For [PerLine] each is a line of the document.
func Retax(lines []tandem.TaxLine, rounding Rounding) error {
	if rounding == "" {
		rounding = PerRate
	}
	if !rounding.Valid() {
		return fault("tax", "rounding", "rounding", "unknown policy")
	}
	all := make([]share, len(lines))
	for i := range lines {
		l := &lines[i]
		all[i] = share{category: l.Category, rate: l.Rate, amount: l.Base, tax: tandem.MoneyFromMinor(0, l.Base.Currency())}
		if rounding == PerLine {
			var err error
			if all[i].tax, err = taxOf(l.Base, l.Rate, false, tandem.HalfAwayFromZero); err != nil {
				return err
			}
		}
	}
	if err := settle(all, rounding); err != nil {
		return err
	}
	for i := range lines {
		lines[i].Tax = all[i].tax
	}
	return nil
}

// settle gives the shares of a document their taxes.
func settle(shares []share, rounding Rounding) error {
	switch {
	case rounding == PerLine || len(shares) == 0:
		return nil
	case rounding == Down:
		total := tandem.NewTotal(shares[0].amount.Currency())
		for i := range shares {
			total.AddRate(shares[i].amount, shares[i].rate)
			shares[i].class = 1
		}
		due, err := total.Money(tandem.RoundDown)
		if err != nil {
			return err
		}
		return spread(shares, 1, due)
	}
	for i := range shares {
		s := &shares[i]
		if s.class > 0 {
			continue
		}
		s.class = i + 1
		sum, alone := s.amount, true
		for j := i + 1; j < len(shares); j++ {
			o := &shares[j]
			if o.category != s.category || o.rate != s.rate || o.inclusive != s.inclusive {
				continue
			}
			var err error
			if sum, err = sum.Add(o.amount); err != nil {
				return err
			}
			o.class, alone = s.class, false
		}
		due, err := taxOf(sum, s.rate, s.inclusive, tandem.HalfAwayFromZero)
		if s.tax = due; err == nil && !alone {
			err = spread(shares[i:], s.class, due)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// spread splits the tax of a class over its shares: each has its own tax, cut, and the
// minor units that are left go to the largest remainders, ties to the lower index, in
// the mirror image where units are to be taken off.
func spread(shares []share, class int, due tandem.Money) (err error) {
	left := due.Minor()
	for i := range shares {
		s := &shares[i]
		if s.class != class {
			continue
		}
		if s.tax, err = taxOf(s.amount, s.rate, s.inclusive, tandem.RoundDown); err != nil {
			return err
		}
		left -= s.tax.Minor()
	}
	unit := int64(1)
	if left < 0 {
		unit, left = -1, -left
	}
	for ; left > 0; left-- { // at most one for each share, since each was cut by less than one
		best := -1
		for i := range shares {
			if s := &shares[i]; s.class == class && !s.raised && (best < 0 || unit*s.remainder() > unit*shares[best].remainder()) {
				best = i
			}
		}
		if best < 0 {
			return tandem.ErrOutOfRange
		}
		s := &shares[best]
		s.tax, s.raised = tandem.MoneyFromMinor(s.tax.Minor()+unit, s.tax.Currency()), true
	}
	return nil
}

// remainder gives what cutting the tax dropped, with the sign of the amount: in 10⁻⁹
// of a minor unit, or for a tax that is included in parts of 10⁹ + rate.
func (s *share) remainder() int64 {
	of := int64(1_000_000_000)
	if s.inclusive {
		of += s.rate.Nano()
	}
	return (s.amount.Minor() % of) * (s.rate.Nano() % of) % of // at most 2×10⁹ × 10⁹
}
