package redemption

import (
	"math"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/internal/jsonw"
)

// Usage is how much is asked, granted or used: how often, of how much, worth what.
// A quantity or value of none says nothing of it.
type Usage struct {
	Uses     int64           `json:"uses,omitempty"`
	Quantity tandem.Quantity `json:"quantity"` // left out where none
	Value    tandem.Money    `json:"value"`    // left out where none
}

// IsNothing reports whether nothing is used.
func (u Usage) IsNothing() bool { return u.Uses == 0 && u.Quantity.IsZero() && u.Value.IsZero() }

// AppendJSON appends what it says something of: a limit writes thousands of usages.
func (u Usage) AppendJSON(dst []byte) []byte {
	o := jsonw.Object(dst)
	o.IntOmit("uses", u.Uses)
	if !u.Quantity.IsNone() {
		jsonw.Text(&o, "quantity", u.Quantity)
	}
	if !u.Value.IsNone() {
		jsonw.Text(&o, "value", u.Value)
	}
	return o.Close()
}

// MarshalJSON is [Usage.AppendJSON].
func (u Usage) MarshalJSON() ([]byte, error) { return u.AppendJSON(nil), nil }

// nothing gives no usage of the same unit and currency.
func (u Usage) nothing() Usage {
	return Usage{Quantity: tandem.QuantityFromMicro(0, u.Quantity.Unit()), Value: tandem.MoneyFromMinor(0, u.Value.Currency())}
}

// add adds what o says something of.
func (u Usage) add(o Usage) (Usage, error) {
	var err error
	if o.Uses > 0 && u.Uses > math.MaxInt64-o.Uses || o.Uses < 0 && u.Uses < math.MinInt64-o.Uses {
		return u, tandem.ErrOverflow
	}
	u.Uses += o.Uses
	if !o.Quantity.IsNone() {
		if u.Quantity, err = u.Quantity.Add(o.Quantity); err != nil {
			return u, err
		}
	}
	if !o.Value.IsNone() {
		u.Value, err = u.Value.Add(o.Value)
	}
	return u, err
}

func (u Usage) neg() Usage {
	return Usage{Uses: -u.Uses, Quantity: u.Quantity.Neg(), Value: u.Value.Neg()}
}

func (u Usage) sub(o Usage) (Usage, error) { return u.add(o.neg()) }

// less gives u − o of usages in the same unit and currency, of which o is a part.
func (u Usage) less(o Usage) Usage {
	return Usage{Uses: u.Uses - o.Uses,
		Quantity: tandem.QuantityFromMicro(u.Quantity.Micro()-o.Quantity.Micro(), u.Quantity.Unit()),
		Value:    tandem.MoneyFromMinor(u.Value.Minor()-o.Value.Minor(), u.Value.Currency())}
}

// within reports whether u is a part of o, in its unit and currency.
func (u Usage) within(o Usage) bool {
	return u.alike(o) && u.Uses <= o.Uses && u.Quantity.Micro() <= o.Quantity.Micro() && u.Value.Minor() <= o.Value.Minor()
}

func (u Usage) alike(o Usage) bool {
	return u.Quantity.Unit() == o.Quantity.Unit() && u.Value.Currency() == o.Value.Currency()
}

func (u Usage) negative() bool { return u.Uses < 0 || u.Quantity.Sign() < 0 || u.Value.Sign() < 0 }

// counted gives what terms count of u.
func (t Terms) counted(u Usage) Usage {
	c := Usage{Uses: u.Uses}
	if !t.Quantity.IsNone() {
		c.Quantity = u.Quantity
	}
	if !t.Value.IsNone() {
		c.Value = u.Value
	}
	return c
}

// share gives have of ask, at most all of it.
func share(have, ask int64) (tandem.Ratio, error) {
	if have >= ask {
		return tandem.IntRatio(1), nil
	}
	return tandem.NewRatio(max(have, 0), ask)
}

// part gives a share of u: the quantity in whole steps, the value in the proportion
// of the quantity, both rounded down, the uses rounded up. Since the quantity may
// only make the share smaller, nothing of it is more than the share.
func (u Usage) part(f tandem.Ratio, step tandem.Quantity) (Usage, error) {
	if f.Cmp(tandem.IntRatio(1)) >= 0 {
		return u, nil
	}
	var err error
	if u.Quantity.Sign() > 0 {
		asked := u.Quantity.Micro()
		if u.Quantity, err = u.Quantity.MulRatio(f, tandem.RoundDown); err != nil {
			return u, err
		}
		if u.Quantity, err = u.Quantity.RoundTo(step, tandem.RoundDown); err != nil {
			return u, err
		}
		if f, err = tandem.NewRatio(u.Quantity.Micro(), asked); err != nil {
			return u, err
		}
	}
	if !u.Value.IsNone() {
		if u.Value, err = u.Value.MulRatio(f, tandem.RoundDown); err != nil {
			return u, err
		}
	}
	uses, err := tandem.QuantityFromMicro(u.Uses, tandem.One).MulRatio(f, tandem.RoundUp)
	u.Uses = uses.Micro()
	return u, err
}
