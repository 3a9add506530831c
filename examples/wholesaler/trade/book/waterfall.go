package book

import "github.com/tandem-go/tandem"

// Waterfall is the way from the list price of a line, or of many, to what was paid. Deductions are positive.
type Waterfall struct {
	List     tandem.Money `json:"list"`
	Break    tandem.Money `json:"break"`    // less: the quantity break
	Contract tandem.Money `json:"contract"` // plus: the customer's own price, against list and break
	Grade    tandem.Money `json:"grade"`    // less: the grade's discount, where no contract price holds
	Agreed   tandem.Money `json:"agreed"`   // less: what was agreed for this line alone
	Paid     tandem.Money `json:"paid"`
}

// approvalPercent: a price below so many percent of the engine's price before the grade needs approval.
const approvalPercent = 75

// Explain splits what was paid for a line into its steps, and reports whether the price needed approval.
func Explain(q Quote, pieces int64, paid tandem.Price, grade tandem.Rate) (w Waterfall, approval bool, err error) {
	quantity, err := tandem.QuantityOf(pieces, tandem.Each)
	if err != nil {
		return w, false, err
	}
	engine := q.Engine(pieces)
	var stepped, own tandem.Money
	for _, a := range [...]struct {
		amount *tandem.Money
		price  tandem.Price
	}{{&w.List, q.List}, {&stepped, q.At(pieces)}, {&own, engine}, {&w.Paid, paid}} {
		if *a.amount, err = a.price.Times(quantity, tandem.HalfAwayFromZero); err != nil {
			return w, false, err
		}
	}
	w.Grade = tandem.MoneyFromMinor(0, tandem.GBP)
	if q.Contract.IsNone() {
		if w.Grade, err = own.MulRate(grade, tandem.HalfAwayFromZero); err != nil {
			return w, false, err
		}
	}
	w.Break = tandem.MoneyFromMinor(w.List.Minor()-stepped.Minor(), tandem.GBP)
	w.Contract = tandem.MoneyFromMinor(own.Minor()-stepped.Minor(), tandem.GBP)
	w.Agreed = tandem.MoneyFromMinor(own.Minor()-w.Grade.Minor()-w.Paid.Minor(), tandem.GBP)
	return w, 100*paid.Micro() < approvalPercent*engine.Micro(), nil
}

// Add gives the sum of two waterfalls; the zero Waterfall is nought.
func (w Waterfall) Add(o Waterfall) (Waterfall, error) {
	if w == (Waterfall{}) {
		return o, nil
	}
	for _, step := range [...]struct {
		sum  *tandem.Money
		more tandem.Money
	}{{&w.List, o.List}, {&w.Break, o.Break}, {&w.Contract, o.Contract}, {&w.Grade, o.Grade}, {&w.Agreed, o.Agreed}, {&w.Paid, o.Paid}} {
		var err error
		if *step.sum, err = step.sum.Add(step.more); err != nil {
			return Waterfall{}, err
		}
	}
	return w, nil
}

// Ties reports whether the steps lead from list to paid to the penny.
func (w Waterfall) Ties() bool {
	return w.List.Minor()-w.Break.Minor()+w.Contract.Minor()-w.Grade.Minor()-w.Agreed.Minor() == w.Paid.Minor()
}
