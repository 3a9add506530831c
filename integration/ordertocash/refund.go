package ordertocash

import (
	"context"
	"errors"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/billing"
	"github.com/tandem-go/tandem/erp/billing/payment"
	"github.com/tandem-go/tandem/erp/ledger"
	"github.com/tandem-go/tandem/integration/posting"
	"github.com/tandem-go/tandem/integration/work"
	"github.com/tandem-go/tandem/internal/jsonw"
)

// RefundCustomer pays a customer's credit back in money: what is not applied of a
// payment, an advance or a credit note, or a part of it.
type RefundCustomer struct {
	work.Header
	Payment    payment.ID        `json:"payment,omitzero"`     // this, or
	CreditNote billing.InvoiceID `json:"credit_note,omitzero"` // this
	Amount     tandem.Money      `json:"amount"`               // default: all that is not applied
	Date       tandem.Date       `json:"date,omitzero"`        // default today
	Method     payment.Method    `json:"method"`
	Reference  string            `json:"reference,omitempty"`
}

// CommandName is stable.
func (RefundCustomer) CommandName() string { return "ordertocash.refund_customer" }

// Access is what the authoriser is asked.
func (c RefundCustomer) Access() work.Access {
	if c.Payment.IsZero() {
		return work.Access{Resource: tandem.RefTo(billing.InvoiceKind, c.CreditNote, ""), Amount: c.Amount}
	}
	return work.Access{Resource: tandem.RefTo(payment.Kind, c.Payment, ""), Amount: c.Amount}
}

// AppendJSON writes the business fields.
func (c RefundCustomer) AppendJSON(dst []byte) []byte {
	o := jsonw.Object(dst)
	jsonw.TextOmit(&o, "payment", c.Payment)
	jsonw.TextOmit(&o, "credit_note", c.CreditNote)
	jsonw.Text(&o, "amount", c.Amount)
	jsonw.TextOmit(&o, "date", c.Date)
	o.String("method", string(c.Method))
	o.StringOmit("reference", c.Reference)
	return o.Close()
}

func (c RefundCustomer) reads(n *reads) {
	n.payment(c.Payment)
	n.invoice(c.CreditNote)
}

// Refunded is the result of [Service.Refund].
type Refunded struct {
	Refund    payment.ID   `json:"refund"` // a payment of its own
	Number    string       `json:"number"`
	Amount    tandem.Money `json:"amount"`
	Tax       tandem.Money `json:"tax"`       // of an advance: VAT that is no longer due, included in the amount
	Unapplied tandem.Money `json:"unapplied"` // what is left
}

// AppendJSON writes the result.
func (p Refunded) AppendJSON(dst []byte) []byte {
	o := jsonw.Object(dst)
	jsonw.Text(&o, "refund", p.Refund)
	o.String("number", p.Number)
	jsonw.Text(&o, "amount", p.Amount)
	jsonw.Text(&o, "tax", p.Tax)
	jsonw.Text(&o, "unapplied", p.Unapplied)
	return o.Close()
}

// Refund pays a customer's credit back: it leaves the ageing and the credit exposure
// on the date, and the bank; the VAT that was due on an advance is no longer, to its
// extent. A refund whose money comes back is undone by [Service.ReturnPayment]. Where the
// payment that it is of bounces, the refund is owed: an open item of the customer's.
// Refused: more than is not applied, a date before what is paid back, a closed period.
func (s *Service[R]) Refund(ctx context.Context, cmd RefundCustomer) (Refunded, error) {
	return do(ctx, s, cmd, func(ctx context.Context, r R, scope *work.Scope) (Refunded, error) {
		a, err := s.allocating(ctx, r, scope, cmd.Date, cmd.Payment, cmd.CreditNote, settleNamed)
		if err != nil {
			return Refunded{}, err
		}
		number := drawn{series: seriesPayment}
		if err := a.w.draw(ctx, 1, &number); err != nil {
			return Refunded{}, err
		}
		id := scope.NewUUID()
		n := payment.RefundInput{ID: tandem.IDFromBytes[payment.ID](id), Allocation: refundAllocation(id), Date: a.w.date, Amount: cmd.Amount,
			Method: cmd.Method, Reference: cmd.Reference, Number: number.text()}
		if n.Amount.IsNone() {
			n.Amount = a.left()
		}
		var refund *payment.Payment
		var fact billing.Allocation
		if a.note != nil {
			refund, fact, err = payment.RefundCredit(a.note, n, scope.Now)
		} else {
			refund, fact, err = payment.Refund(a.payment, n, scope.Now)
		}
		if err != nil {
			return Refunded{}, err
		}
		due, err := a.payBack(ctx, refund, fact)
		return Refunded{Refund: n.ID, Number: n.Number, Amount: n.Amount, Tax: due, Unapplied: a.left()}, err
	})
}

// refundAllocation names the allocation of a refund, so that it is found again.
func refundAllocation(refund [16]byte) billing.AllocationID {
	return tandem.IDFromBytes[billing.AllocationID](work.ChildUUID(refund, 'a', 0, 0))
}

// left gives what is not applied of the payment or the credit note.
func (a *allocating[R]) left() tandem.Money {
	if a.note != nil {
		return a.note.Open()
	}
	return a.payment.Unapplied()
}

// payBack books a refund, or with the fact that reverses it its end, and saves it
// and what it is of. It gives the VAT that is no longer due.
func (a *allocating[R]) payBack(ctx context.Context, refund *payment.Payment, fact billing.Allocation) (tandem.Money, error) {
	w, due := &a.w, tandem.MoneyFromMinor(0, fact.Amount.Currency())
	out := posting.Payment{Customer: refund.Customer(), Amount: fact.Amount, Tax: due, Advance: a.payment != nil && a.payment.Advance()}
	var err error
	if out.Advance {
		if out.Tax, err = w.s.releaseTax(ctx, w.r, w.scope, a.payment, []billing.Allocation{fact}); err != nil {
			return due, err
		}
		err = a.account.Advance(fact.Amount.Neg())
	} else {
		err = a.account.Settle(fact.Amount.Neg())
	}
	if err != nil {
		return due, err
	}
	if err := w.write(ctx, refund.Ref(), func(h posting.Header) (ledger.Entry, error) { return w.s.books.Refund(h, out) }); err != nil {
		return due, err
	}
	w.scope.Emit(refund.Drain())
	if a.note != nil {
		w.scope.Emit(a.note.Drain())
		err = w.r.CustomerInvoices().Save(ctx, a.note)
	} else {
		w.scope.Emit(a.payment.Drain())
		err = w.r.Payments().Save(ctx, a.payment)
	}
	return out.Tax, errors.Join(err, w.r.Payments().Save(ctx, refund), w.r.Allocations().Append(ctx, fact), w.r.CreditAccounts().Save(ctx, a.account))
}

// takeBackRefund undoes a refund whose money came back. The payment that it was asked
// of is the refund.
func (a *allocating[R]) takeBackRefund(ctx context.Context, reason string) (Allocated, error) {
	refund, w := a.payment, &a.w
	if refund.Status() == payment.StatusUnapplied {
		return a.takeBackOwed(ctx, reason)
	}
	fact, err := w.r.Allocations().Get(ctx, w.s.company(), refundAllocation(refund.ID().Bytes()))
	if err != nil {
		return Allocated{}, err
	}
	if a.payment = nil; fact.Payment.IsZero() {
		a.note, err = w.r.CustomerInvoices().Get(ctx, w.s.company(), fact.Credit)
	} else {
		a.payment, err = w.r.Payments().Get(ctx, w.s.company(), fact.Payment)
	}
	if err != nil {
		return Allocated{}, err
	}
	back, err := payment.TakeBackRefund(fact, refund, a.payment, a.note,
		billing.Unapplication{ID: newAllocation(w.scope), Date: w.date, Reason: reason, At: w.scope.Now})
	if err != nil {
		return Allocated{}, err
	}
	if _, err := a.payBack(ctx, refund, back); err != nil {
		return Allocated{}, err
	}
	zero := tandem.MoneyFromMinor(0, w.s.c.Books.Currency)
	return Allocated{Applied: back.Amount, Discount: zero, Unapplied: a.left()}, nil
}
