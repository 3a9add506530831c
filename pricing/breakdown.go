package pricing

import "github.com/tandem-go/tandem"

// Breakdown is the waterfall in short: the change of the line's money by each
// step, which sum exactly to its amount. Sums over many lines read, for example,
// list 534,747 − break 7,223 + contract 6,367 − grade 12,511 − agreed 2,260.
type Breakdown struct {
	List          tandem.Money `json:"list"`
	Break         tandem.Money `json:"break"`
	Channel       tandem.Money `json:"channel"`
	Customer      tandem.Money `json:"customer"`
	Offer         tandem.Money `json:"offer"`
	Contract      tandem.Money `json:"contract"`
	Grade         tandem.Money `json:"grade"`
	Agreed        tandem.Money `json:"agreed"`
	Promotion     tandem.Money `json:"promotion"`
	OrderDiscount tandem.Money `json:"order_discount"`
	Floor         tandem.Money `json:"floor"`
}

// stepCount is the number of kinds of step; those up to priceSteps make the unit price.
const (
	stepCount  = 11
	priceSteps = 8
)

// The places of steps.
const (
	atList = iota
	atBreak
	atChannel
	atCustomer
	atOffer
	atContract
	atGrade
	atAgreed
	atPromotion
	atOrderDiscount
	atFloor
)

// steps gives the fields in the order of [StepKinds].
func (b *Breakdown) steps() [stepCount]*tandem.Money {
	return [stepCount]*tandem.Money{&b.List, &b.Break, &b.Channel, &b.Customer, &b.Offer, &b.Contract, &b.Grade, &b.Agreed,
		&b.Promotion, &b.OrderDiscount, &b.Floor}
}

// Of gives the change by one step, none for what is no step.
func (b Breakdown) Of(k StepKind) tandem.Money {
	if at := stepOrder(k); at > 0 {
		return *b.steps()[at-1]
	}
	return tandem.Money{}
}

// Add gives the sum, step by step, of two breakdowns of one currency. The zero
// Breakdown is the empty sum.
func (b Breakdown) Add(o Breakdown) (Breakdown, error) {
	if b == (Breakdown{}) {
		return o, nil
	}
	sum, into, from := b, b.steps(), o.steps()
	for i, field := range sum.steps() {
		var err error
		if *field, err = into[i].Add(*from[i]); err != nil {
			return Breakdown{}, err
		}
	}
	return sum, nil
}

// Total gives the sum of all steps: what is paid.
func (b Breakdown) Total() (tandem.Money, error) {
	sum := tandem.MoneyFromMinor(0, b.List.Currency())
	for _, m := range b.steps() {
		var err error
		if sum, err = sum.Add(*m); err != nil {
			return tandem.Money{}, err
		}
	}
	return sum, nil
}

// breakdownOf gives the breakdown of changes in the order of the steps.
func breakdownOf(deltas *[stepCount]tandem.Money) Breakdown {
	return Breakdown{deltas[0], deltas[1], deltas[2], deltas[3], deltas[4], deltas[5], deltas[6], deltas[7], deltas[8], deltas[9], deltas[10]}
}
