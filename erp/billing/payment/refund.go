package payment

import (
	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/billing"
	"github.com/tandem-go/tandem/internal/jsonw"
)

// RefundInput is what a refund is made from.
type RefundInput struct {
	ID         ID                   `json:"id"`
	Allocation billing.AllocationID `json:"allocation"`
	Number     string               `json:"number"`
	Date       tandem.Date          `json:"date"`   // on or after that of what is paid back
	Amount     tandem.Money         `json:"amount"` // positive, at most what is not applied
	Method     Method               `json:"method"`
	Reference  string               `json:"reference,omitempty"`
}

// Refund reports whether it is money that was paid back.
func (p *Payment) Refund() bool { return p.s.Refund }

// Of gives what a refund was paid back of: a payment or a credit note.
func (p *Payment) Of() tandem.DocumentRef { return p.s.Of }

// Refund pays back what is unapplied of a payment, or a part of it: the refund
// is a payment of its own, and the allocation the fact by which the customer's credit
// falls. Of an advance the money without tax goes first; what goes beyond takes its
// part of the taxes. Either all change or, on an error, nothing. Save both and append
// the fact.
func Refund(p *Payment, n RefundInput, at tandem.Instant) (*Payment, billing.Allocation, error) {
	if err := p.may("refund"); err != nil {
		return nil, billing.Allocation{}, err
	}
	switch {
	case n.Amount.Currency() != p.s.Amount.Currency():
		return nil, billing.Allocation{}, p.refuse("refund", "other_currency", "the payment is in another currency")
	case n.Amount.Minor() > p.s.Unapplied.Minor():
		return nil, billing.Allocation{}, p.refuse("refund", "payment_exceeded", "less of the payment is left")
	case n.Date.Before(p.s.Date):
		return nil, billing.Allocation{}, p.refuse("refund", "refund_early", "precedes the payment")
	case n.Date.Before(p.s.NotBefore):
		return nil, billing.Allocation{}, p.tooEarly("refund")
	}
	refund, fact, err := newRefund(p.s.Company, p.s.Customer, p.Ref(), n, at)
	if err != nil {
		return nil, billing.Allocation{}, err
	}
	released, err := p.refunded(fact.ID, n.Amount)
	if err != nil {
		return nil, billing.Allocation{}, err
	}
	fact.Payment, fact.FromAdvance = p.s.ID, p.s.Advance
	p.take(n.Amount)
	p.s.Released = append(p.s.Released, released...)
	return refund, fact, nil
}

// refunded gives the taxes that a refund takes back: those of what goes beyond the
// money without tax.
func (p *Payment) refunded(id billing.AllocationID, amount tandem.Money) ([]ReleasedTax, error) {
	if len(p.s.Taxes) == 0 {
		return nil, nil
	}
	planned := []ReleasedTax{}
	if beyond := amount.Minor() - p.Deposit().Minor(); beyond > 0 {
		left := p.TaxLeft()
		weights := make([]int64, len(left), len(left)+1)
		for i := range left {
			weights[i] = left[i].gross()
		}
		var err error
		if planned, err = releasesBy(id, left, tandem.MoneyFromMinor(beyond, amount.Currency()), append(weights, 0)); err != nil {
			return nil, err
		}
	}
	return p.releases(id, amount, planned)
}

// RefundCredit pays back what is not applied of a credit note; see [Refund].
func RefundCredit(note *billing.Invoice, n RefundInput, at tandem.Instant) (*Payment, billing.Allocation, error) {
	if err := note.Copy(note.Revision()).RecordRefunded(n.Amount, n.Date); err != nil {
		return nil, billing.Allocation{}, err
	}
	refund, fact, err := newRefund(note.Company(), note.Customer(), note.Ref(), n, at)
	if err != nil {
		return nil, billing.Allocation{}, err
	}
	if err := note.RecordRefunded(n.Amount, n.Date); err != nil {
		return nil, billing.Allocation{}, err
	}
	fact.Credit = note.ID()
	return refund, fact, nil
}

func newRefund(company tandem.CompanyID, customer tandem.PartyID, of tandem.DocumentRef, n RefundInput, at tandem.Instant) (*Payment, billing.Allocation, error) {
	zero := tandem.MoneyFromMinor(0, n.Amount.Currency())
	p := &Payment{s: State{ID: n.ID, Company: company, Status: StatusApplied, Number: n.Number, Customer: customer, Date: n.Date,
		Amount: n.Amount, Unapplied: zero, Method: n.Method, Reference: n.Reference, Refund: true, Of: of, Received: at}}
	if err := p.s.validate(); err != nil {
		return nil, billing.Allocation{}, err
	}
	if n.Allocation.IsZero() {
		return nil, billing.Allocation{}, p.refuse("refund", "allocation_incomplete", "its id must be given")
	}
	p.record(CustomerRefunded{Refund: n.ID, Company: company, Customer: customer, Of: of.ID, Number: n.Number, Date: n.Date, Amount: n.Amount, Method: n.Method, At: at})
	return p, billing.Allocation{ID: n.Allocation, Company: company, Customer: customer, Refund: n.ID, Amount: n.Amount, DiscountNet: zero, DiscountTax: zero,
		Date: n.Date, Recorded: at}, nil
}

// TakeBackRefund says that the money of a refund came back: a transfer that failed.
// What it was paid back of, the payment or the credit note, is the customer's credit
// again; the other is nil. The fact that it gives reverses that of the refund.
func TakeBackRefund(a billing.Allocation, refund, p *Payment, note *billing.Invoice, u billing.Unapplication) (billing.Allocation, error) {
	if err := refund.may("take back"); err != nil {
		return billing.Allocation{}, err
	}
	switch {
	case !refund.s.Refund || a.Refund != refund.s.ID || !a.Reverses.IsZero() || a.Amount != refund.s.Amount:
		return billing.Allocation{}, refuse(refund, "other_refund", "the allocation is not that of the refund")
	case p != nil && p.s.Status == StatusReturned:
		return billing.Allocation{}, refuse(refund, "refund_settled", "what it was of bounced, and another payment settled it: unapply that first")
	case (p == nil) == (note == nil) || p != nil && p.s.ID != a.Payment || note != nil && note.ID() != a.Credit:
		return billing.Allocation{}, refuse(refund, "other_source", "the refund is of another document")
	case u.ID.IsZero() || u.ID == a.ID || u.At.IsZero() || u.Reason == "" || len(u.Reason) > tandem.MaxText || u.Date.Before(a.Date):
		return billing.Allocation{}, refuse(refund, "return_incomplete", "id, reason, time and a date on or after the refund's must be given")
	case p != nil && a.Amount.Minor() > p.s.Amount.Minor()-p.s.Unapplied.Minor(), note != nil && a.Amount.Minor() > note.Gross().Minor()-note.Open().Minor():
		return billing.Allocation{}, refuse(refund, "not_applied", "less of it was paid back")
	case u.Date.Before(refund.s.NotBefore):
		return billing.Allocation{}, refund.tooEarly("take back")
	}
	fact := a
	fact.ID, fact.Reverses, fact.Date, fact.Recorded, fact.Amount = u.ID, a.ID, u.Date, u.At, a.Amount.Neg()
	if p != nil {
		p.giveBack(fact.Amount, u.Date)
		p.restore(a.ID, fact.ID)
	} else if err := note.RecordRefundTakenBack(a.Amount, u.Date); err != nil {
		return billing.Allocation{}, err
	}
	refund.takenBack(u)
	return fact, nil
}

func refuse(refund *Payment, code, reason string) error {
	return refund.refuse("take back", code, reason)
}

// CustomerRefunded says that money was paid back.
type CustomerRefunded struct {
	Refund   ID               `json:"refund"`
	Company  tandem.CompanyID `json:"company"`
	Customer tandem.PartyID   `json:"customer"`
	Of       tandem.ID[any]   `json:"of"` // the payment or the credit note
	Number   string           `json:"number"`
	Date     tandem.Date      `json:"date"`
	Amount   tandem.Money     `json:"amount"`
	Method   Method           `json:"method"`
	At       tandem.Instant   `json:"at"`
}

// EventName is `billing.customer.refunded`.
func (CustomerRefunded) EventName() string { return "billing.customer.refunded" }

// AppendJSON appends the event as JSON.
func (e CustomerRefunded) AppendJSON(dst []byte) []byte {
	o := jsonw.Object(dst)
	jsonw.Text(&o, "refund", e.Refund)
	jsonw.Text(&o, "company", e.Company)
	jsonw.Text(&o, "customer", e.Customer)
	jsonw.Text(&o, "of", e.Of)
	o.String("number", e.Number)
	jsonw.Text(&o, "date", e.Date)
	jsonw.Text(&o, "amount", e.Amount)
	o.String("method", string(e.Method))
	jsonw.Text(&o, "at", e.At)
	return o.Close()
}

// RefundWasTakenBack says that the money of a refund came back.
type RefundWasTakenBack struct {
	Refund   ID               `json:"refund"`
	Company  tandem.CompanyID `json:"company"`
	Customer tandem.PartyID   `json:"customer"`
	Of       tandem.ID[any]   `json:"of"`
	Date     tandem.Date      `json:"date"`
	Amount   tandem.Money     `json:"amount"`
	Reason   string           `json:"reason"`
	At       tandem.Instant   `json:"at"`
}

// EventName is `billing.refund.taken_back`.
func (RefundWasTakenBack) EventName() string { return "billing.refund.taken_back" }

// AppendJSON appends the event as JSON.
func (e RefundWasTakenBack) AppendJSON(dst []byte) []byte {
	o := jsonw.Object(dst)
	jsonw.Text(&o, "refund", e.Refund)
	jsonw.Text(&o, "company", e.Company)
	jsonw.Text(&o, "customer", e.Customer)
	jsonw.Text(&o, "of", e.Of)
	jsonw.Text(&o, "date", e.Date)
	jsonw.Text(&o, "amount", e.Amount)
	o.String("reason", e.Reason)
	jsonw.Text(&o, "at", e.At)
	return o.Close()
}
