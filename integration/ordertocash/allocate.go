package ordertocash

import (
	"context"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/erp/billing"
	"github.com/tandem-go/tandem/erp/billing/payment"
	"github.com/tandem-go/tandem/integration/work"
	"github.com/tandem-go/tandem/internal/jsonw"
)

// ApplyPayment applies what is left of a payment to invoices, later than it came.
type ApplyPayment struct {
	work.Header
	Payment  payment.ID          `json:"payment"`
	Date     tandem.Date         `json:"date,omitzero"` // default today
	Invoices []billing.InvoiceID `json:"invoices,omitempty"`
	Refunds  []payment.ID        `json:"refunds,omitempty"` // that are owed back; they are settled first
	Oldest   bool                `json:"oldest,omitempty"`  // to all that are open, the earliest due first
}

// CommandName is stable.
func (ApplyPayment) CommandName() string { return "ordertocash.apply_payment" }

// Access is what the authoriser is asked.
func (c ApplyPayment) Access() work.Access {
	return work.Access{Resource: tandem.RefTo(payment.Kind, c.Payment, "")}
}

// AppendJSON writes the business fields.
func (c ApplyPayment) AppendJSON(dst []byte) []byte {
	c.Header = work.Header{}
	return appendCommand(dst, c)
}

// ApplyCreditNote applies what is left of a credit note to invoices.
type ApplyCreditNote struct {
	work.Header
	CreditNote billing.InvoiceID   `json:"credit_note"`
	Date       tandem.Date         `json:"date,omitzero"` // default today
	Invoices   []billing.InvoiceID `json:"invoices,omitempty"`
	Oldest     bool                `json:"oldest,omitempty"` // to all that are open, by their dates
}

// CommandName is stable.
func (ApplyCreditNote) CommandName() string { return "ordertocash.apply_credit_note" }

// Access is what the authoriser is asked.
func (c ApplyCreditNote) Access() work.Access {
	return work.Access{Resource: tandem.RefTo(billing.InvoiceKind, c.CreditNote, "")}
}

// AppendJSON writes the business fields.
func (c ApplyCreditNote) AppendJSON(dst []byte) []byte {
	c.Header = work.Header{}
	return appendCommand(dst, c)
}

// UnallocatePayment undoes what was applied of a payment, or of a credit note, to
// an invoice or to all: a dated reversal, behind which the invoices are open again.
type UnallocatePayment struct {
	work.Header
	Payment    payment.ID        `json:"payment,omitzero"`     // this, or
	CreditNote billing.InvoiceID `json:"credit_note,omitzero"` // this
	Invoice    billing.InvoiceID `json:"invoice,omitzero"`     // default: all that it was applied to
	Date       tandem.Date       `json:"date,omitzero"`        // default today
	Reason     string            `json:"reason"`
}

// CommandName is stable.
func (UnallocatePayment) CommandName() string { return "ordertocash.unallocate_payment" }

// Access is what the authoriser is asked.
func (c UnallocatePayment) Access() work.Access {
	if c.Payment.IsZero() {
		return work.Access{Resource: tandem.RefTo(billing.InvoiceKind, c.CreditNote, "")}
	}
	return work.Access{Resource: tandem.RefTo(payment.Kind, c.Payment, "")}
}

// AppendJSON writes the business fields.
func (c UnallocatePayment) AppendJSON(dst []byte) []byte {
	c.Header = work.Header{}
	return appendCommand(dst, c)
}

// ReturnPayment says that the money of a payment went back: a cheque that bounced,
// a debit that was refused.
type ReturnPayment struct {
	work.Header
	Payment payment.ID  `json:"payment"`
	Date    tandem.Date `json:"date,omitzero"` // default today
	Reason  string      `json:"reason"`
}

// CommandName is stable.
func (ReturnPayment) CommandName() string { return "ordertocash.return_payment" }

// Access is what the authoriser is asked.
func (c ReturnPayment) Access() work.Access {
	return work.Access{Resource: tandem.RefTo(payment.Kind, c.Payment, "")}
}

// AppendJSON writes the business fields.
func (c ReturnPayment) AppendJSON(dst []byte) []byte {
	c.Header = work.Header{}
	return appendCommand(dst, c)
}

func (c ApplyPayment) reads(n *reads) {
	n.payment(c.Payment)
	n.paid(tandem.PartyID{}, c.Invoices, c.Refunds, false, tandem.Date{})
}

func (c ApplyCreditNote) reads(n *reads) {
	n.invoice(c.CreditNote)
	n.paid(tandem.PartyID{}, c.Invoices, nil, false, tandem.Date{})
}

func (c UnallocatePayment) reads(n *reads) { n.settled(c.Payment, c.CreditNote) }

func (c ReturnPayment) reads(n *reads) { n.settled(c.Payment, billing.InvoiceID{}) }

// settled adds a payment, with what was made of it, or a credit note.
func (n *reads) settled(paid payment.ID, note billing.InvoiceID) {
	if n.payment(paid); paid.IsZero() {
		n.invoice(note)
		return
	}
	n.query(billing.AllocationQuery{Company: n.company(), Payment: paid})
	if n.on {
		n.add(work.OfAllocations, refundAllocation(paid.Bytes()))
	}
}

// Allocated is the result of a command that applies a payment or a credit note, or
// undoes that.
type Allocated struct {
	Applied   tandem.Money `json:"applied"`   // by this command; negative for what is undone
	Discount  tandem.Money `json:"discount"`  // early discount taken with it, gross
	Unapplied tandem.Money `json:"unapplied"` // what is left
	// Rerate names, where an advance bounced, the posted invoices that have a part at its
	// rate, which their own tax points do not have: they are to be credited and invoiced anew.
	Rerate []billing.InvoiceID `json:"rerate,omitempty"`
}

// AppendJSON writes the result.
func (p Allocated) AppendJSON(dst []byte) []byte {
	o := jsonw.Object(dst)
	jsonw.Text(&o, "applied", p.Applied)
	jsonw.Text(&o, "discount", p.Discount)
	jsonw.Text(&o, "unapplied", p.Unapplied)
	if len(p.Rerate) > 0 {
		o.BeginArray("rerate")
		for _, id := range p.Rerate {
			jsonw.TextItem(&o, id)
		}
		o.EndArray()
	}
	return o.Close()
}

// ApplyPayment applies a payment; the day that earns an early discount is that of
// the payment. Refused: another customer's invoice or refund, a payment that is used up
// or went back, a refund that is not owed, a date before the payment or the invoice.
func (s *Service[R]) ApplyPayment(ctx context.Context, cmd ApplyPayment) (Allocated, error) {
	return do(ctx, s, cmd, func(ctx context.Context, r R, scope *work.Scope) (Allocated, error) {
		a, err := s.allocating(ctx, r, scope, cmd.Date, cmd.Payment, billing.InvoiceID{}, oldest(cmd.Oldest))
		if err != nil {
			return Allocated{}, err
		}
		if a.invoices, err = s.payable(ctx, r, &ReceivePayment{Customer: a.payment.Customer(), Date: a.w.date, Invoices: cmd.Invoices, Oldest: cmd.Oldest}); err != nil {
			return Allocated{}, err
		}
		if a.refunds, err = s.refundsOwed(ctx, r, cmd.Refunds, cmd.Oldest, a.account, a.w.date); err != nil {
			return Allocated{}, err
		}
		next := func() billing.AllocationID { return newAllocation(scope) }
		settled, err := settleRefunds(a.payment, a.refunds, a.w.date, scope.Now, next)
		if err != nil {
			return Allocated{}, err
		}
		if a.facts, err = payment.ApplyOldest(a.payment, a.invoices, a.w.date, scope.Now, next); err != nil {
			return Allocated{}, err
		}
		a.facts = append(settled, a.facts...)
		if len(a.facts) == 0 {
			return Allocated{}, a.refuse("apply", "nothing_applied", "nothing of the payment is left, or nothing of the invoices is open")
		}
		return a.finish(ctx)
	})
}

// ApplyCreditNote applies a credit note. Refused: another customer's invoice, a
// credit note that is used up, a date before the note or the invoice.
func (s *Service[R]) ApplyCreditNote(ctx context.Context, cmd ApplyCreditNote) (Allocated, error) {
	return do(ctx, s, cmd, func(ctx context.Context, r R, scope *work.Scope) (Allocated, error) {
		a, err := s.allocating(ctx, r, scope, cmd.Date, payment.ID{}, cmd.CreditNote, oldest(cmd.Oldest))
		if err != nil {
			return Allocated{}, err
		}
		if a.invoices, err = s.payable(ctx, r, &ReceivePayment{Customer: a.note.Customer(), Date: a.w.date, Invoices: cmd.Invoices, Oldest: cmd.Oldest}); err != nil {
			return Allocated{}, err
		}
		if a.facts, err = applyCredit(a.note, a.invoices, a.w.date, scope); err != nil {
			return Allocated{}, err
		}
		if len(a.facts) == 0 {
			return Allocated{}, a.refuse("apply", "nothing_applied", "nothing of the credit is left, or nothing of the invoices is open")
		}
		return a.finish(ctx)
	})
}

// Unallocate undoes allocations: open amounts and early discounts are again what
// they were, from the date on; a discount that another payment took falls where its
// instalment is no longer paid in full ([payment.ForfeitDiscount]). Refused: nothing to undo, a date before an
// allocation, no reason.
func (s *Service[R]) Unallocate(ctx context.Context, cmd UnallocatePayment) (Allocated, error) {
	return do(ctx, s, cmd, func(ctx context.Context, r R, scope *work.Scope) (Allocated, error) {
		a, err := s.allocating(ctx, r, scope, cmd.Date, cmd.Payment, cmd.CreditNote, undo)
		if err != nil {
			return Allocated{}, err
		}
		if err := a.undo(ctx, cmd.Invoice, cmd.Reason); err != nil {
			return Allocated{}, err
		}
		if len(a.facts) == 0 {
			return Allocated{}, a.refuse("unapply", "not_applied", "nothing of it is applied there")
		}
		return a.finish(ctx)
	})
}

// ReturnPayment undoes all that a payment was applied to, as of the date, and
// takes the money out of the bank again. What was paid back of it is owed: each refund
// is an open item of the customer's, in ageing and exposure, which a later payment
// settles. Of a refund it says that the money came back (a transfer that failed): what
// it was of is the customer's credit again, or nothing of it is owed any more. An advance
// leaves the invoices that had taken it up with its rate ([Allocated.Rerate]). Refused:
// a refund that another payment has settled, until that is undone.
func (s *Service[R]) ReturnPayment(ctx context.Context, cmd ReturnPayment) (Allocated, error) {
	return do(ctx, s, cmd, func(ctx context.Context, r R, scope *work.Scope) (Allocated, error) {
		a, err := s.allocating(ctx, r, scope, cmd.Date, cmd.Payment, billing.InvoiceID{}, undo)
		if err != nil {
			return Allocated{}, err
		}
		if a.payment.Refund() {
			return a.takeBackRefund(ctx, cmd.Reason)
		}
		a.bounced = true
		if err := a.undo(ctx, billing.InvoiceID{}, cmd.Reason); err != nil {
			return Allocated{}, err
		}
		if err := a.payment.Return(a.w.date, cmd.Reason, scope.Now); err != nil {
			return Allocated{}, err
		}
		again, err := a.rerate(ctx)
		if err != nil {
			return Allocated{}, err
		}
		out, err := a.finish(ctx)
		out.Rerate = again
		out.Unapplied = tandem.MoneyFromMinor(0, s.c.Books.Currency)
		return out, err
	})
}
