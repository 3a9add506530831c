package tax

import "github.com/tandem-go/tandem"

// ExcessError says that more is credited of a code than was taxed and is left. It
// matches [tandem.ErrNotAllowed].
type ExcessError struct {
	Code tandem.TaxCode
	Left tandem.Money // of the original: net for a base without tax, gross for one with it
	Want tandem.Money
}

func (e *ExcessError) Error() string {
	return "credit of tax code " + string(e.Code) + ": " + e.Want.String() + " is more than is left, " + e.Left.String()
}

// Is reports whether target is [tandem.ErrNotAllowed].
func (e *ExcessError) Is(target error) bool { return target == tandem.ErrNotAllowed }

// CreditAt gives the tax of a credit at the rates of its original: from the
// original's tax lines, never from today's rates. Before are the tax lines of the
// credits that the original has already; all amounts have the sign of the
// original. Each base takes its part of the tax that is left by
// [tandem.Allocate], the last one all of it, so that the taxes of all partial
// credits of an invoice sum to the invoice's tax. More than is left is an
// [*ExcessError], a code that the original does not have a [*NoRateError].
//
// The original must have one line for each code, as [Compute] gives them.
func CreditAt(original, before []tandem.TaxLine, bases []tandem.TaxBase) ([]tandem.TaxLine, error) {
	if len(bases) == 0 {
		return nil, fault("credit", "required", "bases", "must have a base")
	}
	out := make([]tandem.TaxLine, 0, len(original))
	for i := range bases {
		b := &bases[i]
		line := find(original, b.Code)
		if line == nil {
			return nil, &NoRateError{Code: b.Code}
		}
		left := *line
		err := take(&left, before)
		if err == nil {
			err = take(&left, out)
		}
		if err == nil {
			left.Base, left.Tax, err = part(&left, b)
		}
		if err != nil {
			return nil, err
		}
		if out, err = merge(out, left); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func find(lines []tandem.TaxLine, code tandem.TaxCode) *tandem.TaxLine {
	for i := range lines {
		if lines[i].Code == code {
			return &lines[i]
		}
	}
	return nil
}

// take subtracts what others took of the line's code.
func take(left *tandem.TaxLine, others []tandem.TaxLine) (err error) {
	for i := range others {
		if others[i].Code != left.Code {
			continue
		}
		if left.Base, err = left.Base.Sub(others[i].Base); err != nil {
			return err
		}
		if left.Tax, err = left.Tax.Sub(others[i].Tax); err != nil {
			return err
		}
	}
	return nil
}

func merge(lines []tandem.TaxLine, l tandem.TaxLine) ([]tandem.TaxLine, error) {
	same := find(lines, l.Code)
	if same == nil {
		return append(lines, l), nil
	}
	base, err := same.Base.Add(l.Base)
	if err != nil {
		return nil, err
	}
	tax, err := same.Tax.Add(l.Tax)
	if err != nil {
		return nil, err
	}
	same.Base, same.Tax = base, tax
	return lines, nil
}

// part gives base and tax of what b takes of what is left.
func part(left *tandem.TaxLine, b *tandem.TaxBase) (base, tax tandem.Money, err error) {
	whole := left.Base
	if b.Inclusive {
		if whole, err = left.Base.Add(left.Tax); err != nil {
			return base, tax, err
		}
	}
	rest, err := whole.Sub(b.Amount)
	if err != nil {
		return base, tax, err
	}
	if rest.Sign()*whole.Sign() < 0 || b.Amount.Sign()*whole.Sign() < 0 || whole.IsZero() && !b.Amount.IsZero() {
		return base, tax, &ExcessError{Code: b.Code, Left: whole, Want: b.Amount}
	}
	if rest.IsZero() {
		return left.Base, left.Tax, nil
	}
	weights := [2]int64{b.Amount.Abs().Minor(), rest.Abs().Minor()}
	var parts [2]tandem.Money
	shares, err := tandem.Allocate(parts[:0], left.Tax, weights[:])
	if err != nil {
		return base, tax, err
	}
	if base, tax = b.Amount, shares[0]; b.Inclusive {
		base, err = b.Amount.Sub(tax)
	}
	return base, tax, err
}
