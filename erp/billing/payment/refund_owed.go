package payment

import (
	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/billing"
	"github.com/tandem-go/tandem/internal/jsonw"
)

// A refund is a debit of the customer's, which the payment or the credit note that it was
// paid back of settles in the moment in which it is made. Where that payment bounces, its
// allocation to the refund is reversed with the others ([UnsettleRefund]): the money that
// went out was for nothing, and the refund is an open item, due since it was paid out. A
// later payment settles it ([SettleRefund]), as it would have settled an invoice. So a
// bounce always leaves a payment of which nothing is applied, and what is owed is a sum
// of facts on every day.

// SettleRefund settles with a payment what is owed of a refund, or a part of it. Either
// both change or, on an error, none. Save both and append the fact. The instalment of the
// application is not read.
func SettleRefund(p, refund *Payment, a Application) (billing.Allocation, error) {
	if err := p.may("apply"); err != nil {
		return billing.Allocation{}, err
	}
	if err := refund.may("settle"); err != nil {
		return billing.Allocation{}, err
	}
	switch {
	case p.s.Customer != refund.s.Customer || p.s.Company != refund.s.Company:
		return billing.Allocation{}, p.refuse("apply", "other_customer", "the refund is another customer's")
	case a.Amount.Currency() != p.s.Amount.Currency() || a.Amount.Currency() != refund.s.Amount.Currency():
		return billing.Allocation{}, p.refuse("apply", "other_currency", "payment and refund must be in the currency of the amount")
	case a.ID.IsZero() || a.At.IsZero():
		return billing.Allocation{}, p.refuse("apply", "allocation_incomplete", "id and time must be given")
	case a.Amount.Sign() <= 0:
		return billing.Allocation{}, p.refuse("apply", "allocation_amount", "must be positive")
	case a.Amount.Minor() > p.s.Unapplied.Minor():
		return billing.Allocation{}, p.refuse("apply", "payment_exceeded", "less of the payment is left")
	case a.Amount.Minor() > refund.s.Unapplied.Minor():
		return billing.Allocation{}, refund.refuse("settle", "open_exceeded", "less of the refund is owed")
	case a.Date.Before(p.s.Date) || a.Date.Before(refund.s.Date):
		return billing.Allocation{}, p.refuse("apply", "allocation_early", "precedes the payment or the refund")
	case a.Date.Before(p.s.NotBefore):
		return billing.Allocation{}, p.tooEarly("apply")
	case a.Date.Before(refund.s.NotBefore):
		return billing.Allocation{}, refund.tooEarly("settle")
	}
	released, err := p.releases(a.ID, a.Amount, a.Taxes)
	if err != nil {
		return billing.Allocation{}, err
	}
	p.take(a.Amount)
	p.s.Released = append(p.s.Released, released...)
	refund.take(a.Amount)
	refund.record(RefundWasSettled{Allocation: a.ID, Refund: refund.s.ID, Payment: p.s.ID, Company: p.s.Company, Customer: p.s.Customer, Date: a.Date,
		Amount: a.Amount, Owed: refund.s.Unapplied, At: a.At})
	zero := tandem.MoneyFromMinor(0, a.Amount.Currency())
	return billing.Allocation{ID: a.ID, Company: p.s.Company, Customer: p.s.Customer, Payment: p.s.ID, Refund: refund.s.ID, Amount: a.Amount,
		DiscountNet: zero, DiscountTax: zero, Date: a.Date, Recorded: a.At, FromAdvance: p.s.Advance}, nil
}

// UnsettleRefund undoes what a payment settled of a refund: that of which it was paid
// back, because it bounced, or one that was applied to it later. The amount is owed.
// Save both and append the fact, which names the allocation.
func UnsettleRefund(a billing.Allocation, p, refund *Payment, u billing.Unapplication) (billing.Allocation, error) {
	if err := p.may("unapply"); err != nil {
		return billing.Allocation{}, err
	}
	if err := refund.may("reopen"); err != nil {
		return billing.Allocation{}, err
	}
	switch {
	case a.Payment != p.s.ID || a.Refund != refund.s.ID:
		return billing.Allocation{}, p.refuse("unapply", "other_refund", "the allocation is of another payment or refund")
	case !a.Reverses.IsZero() || a.Amount.Sign() <= 0:
		return billing.Allocation{}, p.refuse("unapply", "reversal_of_reversal", "a reversal is not reversed: apply again")
	case u.ID.IsZero() || u.ID == a.ID || u.At.IsZero() || u.Reason == "" || len(u.Reason) > tandem.MaxText:
		return billing.Allocation{}, p.refuse("unapply", "allocation_incomplete", "id, time and reason must be given")
	case u.Date.Before(a.Date):
		return billing.Allocation{}, p.refuse("unapply", "allocation_early", "a reversal does not precede the allocation")
	case a.Amount.Minor() > p.s.Amount.Minor()-p.s.Unapplied.Minor(), a.Amount.Minor() > refund.s.Amount.Minor()-refund.s.Unapplied.Minor():
		return billing.Allocation{}, p.refuse("unapply", "not_applied", "less of it is applied")
	}
	fact := a
	fact.ID, fact.Reverses, fact.Date, fact.Recorded, fact.Amount = u.ID, a.ID, u.Date, u.At, a.Amount.Neg()
	p.giveBack(fact.Amount, fact.Date)
	p.restore(a.ID, fact.ID)
	refund.giveBack(fact.Amount, fact.Date)
	refund.record(RefundIsOwed{Allocation: fact.ID, Reverses: a.ID, Refund: refund.s.ID, Payment: p.s.ID, Company: p.s.Company, Customer: p.s.Customer,
		Date: u.Date, Amount: a.Amount, Owed: refund.s.Unapplied, Reason: u.Reason, At: u.At})
	return fact, nil
}

// TakeBackOwed says that the money of a refund that is owed came back: nothing of it is
// owed any more. Of the unapplication the id is not read.
func TakeBackOwed(refund *Payment, u billing.Unapplication) error {
	if err := refund.may("take back"); err != nil {
		return err
	}
	switch {
	case refund.s.Unapplied != refund.s.Amount:
		return refuse(refund, "refund_settled", "it is settled: there is an allocation to be undone")
	case u.At.IsZero() || u.Reason == "" || len(u.Reason) > tandem.MaxText || u.Date.Before(refund.s.Date):
		return refuse(refund, "return_incomplete", "reason, time and a date on or after the refund's must be given")
	case u.Date.Before(refund.s.NotBefore):
		return refund.tooEarly("take back")
	}
	refund.takenBack(u)
	return nil
}

// takenBack ends a refund.
func (p *Payment) takenBack(u billing.Unapplication) {
	p.s.ReturnDate, p.s.ReturnedAt, p.s.ReturnReason, p.s.Status = u.Date, u.At, u.Reason, StatusReturned
	p.record(RefundWasTakenBack{Refund: p.s.ID, Company: p.s.Company, Customer: p.s.Customer, Of: p.s.Of.ID, Date: u.Date,
		Amount: p.s.Amount, Reason: u.Reason, At: u.At})
}

// RefundIsOwed says that a refund, or a part of it, is owed back: the payment that had
// settled it bounced or was unapplied.
type RefundIsOwed struct {
	Allocation billing.AllocationID `json:"allocation"` // the reversing fact
	Reverses   billing.AllocationID `json:"reverses"`   // the fact that it undoes
	Refund     ID                   `json:"refund"`
	Payment    ID                   `json:"payment"`
	Company    tandem.CompanyID     `json:"company"`
	Customer   tandem.PartyID       `json:"customer"`
	Date       tandem.Date          `json:"date"`
	Amount     tandem.Money         `json:"amount"` // positive
	Owed       tandem.Money         `json:"owed"`   // of the refund, with it
	Reason     string               `json:"reason"`
	At         tandem.Instant       `json:"at"`
}

// EventName is `billing.refund.owed`.
func (RefundIsOwed) EventName() string { return "billing.refund.owed" }

// AppendJSON appends the event as JSON.
func (e RefundIsOwed) AppendJSON(dst []byte) []byte {
	o := jsonw.Object(dst)
	jsonw.Text(&o, "allocation", e.Allocation)
	jsonw.Text(&o, "reverses", e.Reverses)
	jsonw.Text(&o, "refund", e.Refund)
	jsonw.Text(&o, "payment", e.Payment)
	jsonw.Text(&o, "company", e.Company)
	jsonw.Text(&o, "customer", e.Customer)
	jsonw.Text(&o, "date", e.Date)
	jsonw.Text(&o, "amount", e.Amount)
	jsonw.Text(&o, "owed", e.Owed)
	o.String("reason", e.Reason)
	jsonw.Text(&o, "at", e.At)
	return o.Close()
}

// RefundWasSettled says that a payment settled what was owed of a refund, or a part.
type RefundWasSettled struct {
	Allocation billing.AllocationID `json:"allocation"`
	Refund     ID                   `json:"refund"`
	Payment    ID                   `json:"payment"`
	Company    tandem.CompanyID     `json:"company"`
	Customer   tandem.PartyID       `json:"customer"`
	Date       tandem.Date          `json:"date"`
	Amount     tandem.Money         `json:"amount"`
	Owed       tandem.Money         `json:"owed"` // what is left
	At         tandem.Instant       `json:"at"`
}

// EventName is `billing.refund.settled`.
func (RefundWasSettled) EventName() string { return "billing.refund.settled" }

// AppendJSON appends the event as JSON.
func (e RefundWasSettled) AppendJSON(dst []byte) []byte {
	o := jsonw.Object(dst)
	jsonw.Text(&o, "allocation", e.Allocation)
	jsonw.Text(&o, "refund", e.Refund)
	jsonw.Text(&o, "payment", e.Payment)
	jsonw.Text(&o, "company", e.Company)
	jsonw.Text(&o, "customer", e.Customer)
	jsonw.Text(&o, "date", e.Date)
	jsonw.Text(&o, "amount", e.Amount)
	jsonw.Text(&o, "owed", e.Owed)
	jsonw.Text(&o, "at", e.At)
	return o.Close()
}
